import { expect } from 'chai'

import { type Settle, withSettle } from '../../src/bundler/withSettle.ts'
import type { PolicyErrorCode } from '../../src/errors/errorTable.ts'
import { PolicyError } from '../../src/errors/policyError.ts'

/** How an operation of `count` calls is prepared that is denied so at first. */
async function getAttempts(
  count: number,
  settle: Settle | undefined,
  ...denials: readonly PolicyErrorCode[]
) {
  const attempts: Settle[] = []
  const result = await withSettle(
    { calls: Array.from({ length: count }), settle },
    async (settle) => {
      const code = denials[attempts.length]
      attempts.push(settle)
      if (code) throw new PolicyError({ code })
      return 'prepared'
    },
  ).catch((error: PolicyError) => error.code)
  return [...attempts, result]
}

describe('withSettle', () => {
  it('settles batches where it is of use, and no single calls', async () => {
    expect(await getAttempts(2, undefined)).to.deep.equal(['auto', 'prepared'])
    expect(await getAttempts(2, 'auto')).to.deep.equal(['auto', 'prepared'])
    expect(await getAttempts(1, undefined)).to.deep.equal([false, 'prepared'])
    expect(await getAttempts(1, true)).to.deep.equal([true, 'prepared'])
    expect(await getAttempts(2, false)).to.deep.equal([false, 'prepared'])
  })

  it('settles anew once where another period or policy has begun', async () => {
    expect(
      await getAttempts(2, undefined, 'SETTLEMENT_MISMATCH'),
    ).to.deep.equal(['auto', 'auto', 'prepared'])
    expect(
      await getAttempts(
        1,
        true,
        'SETTLEMENT_MISMATCH',
        'SETTLEMENT_MISMATCH',
        'SETTLEMENT_MISMATCH',
      ),
    ).to.deep.equal([true, true, 'SETTLEMENT_MISMATCH'])
  })

  it('settles what the chain wants settled', async () => {
    expect(
      await getAttempts(1, undefined, 'SETTLEMENT_REQUIRED'),
    ).to.deep.equal([false, true, 'prepared'])
  })

  it('goes without where the gas has no room for it', async () => {
    for (const code of [
      'GAS_ABOVE_BUDGET',
      'GAS_BUDGET_EXCEEDED',
      'GAS_EXCEEDS_CAP',
      'PRE_VERIFICATION_GAS_EXCEEDS_CAP',
    ] as const) {
      expect(await getAttempts(2, 'auto', code)).to.deep.equal([
        'auto',
        false,
        'prepared',
      ])
      for (const settle of [true, false])
        expect(await getAttempts(2, settle, code)).to.deep.equal([settle, code])
    }
  })

  it('leaves other denials as they are', async () => {
    expect(await getAttempts(2, 'auto', 'BUDGET_EXCEEDED')).to.deep.equal([
      'auto',
      'BUDGET_EXCEEDED',
    ])
  })
})
