import { expect } from 'chai'
import { encodeErrorResult, parseAbi } from 'viem'

import { waitForOperation } from '../../src/bundler/waitForOperation.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import {
  createChain,
  toClaim,
  transactionHash,
  userOpHash,
} from './operationChain.ts'

async function wait(chain: Parameters<typeof createChain>[0]) {
  const { account, client } = await createChain(chain)
  return waitForOperation(client, { account, timeout: 30, userOpHash }).catch(
    (error: PolicyError) => error,
  )
}

describe('waitForOperation', () => {
  it('does not know the outcome when no receipt comes, or no answer', async () => {
    for (const claim of [null, new Error('socket hang up')])
      expect(await wait({ claim })).to.include({
        code: 'OUTCOME_UNKNOWN',
        userOpHash,
      })
  })

  it('believes no receipt that the chain has no event of', async () => {
    for (const included of [undefined, []])
      for (const success of [true, false])
        expect(await wait({ claim: toClaim(success), included })).to.include({
          code: 'OUTCOME_UNKNOWN',
          userOpHash,
        })
  })

  it('takes success from the event', async () => {
    expect(await wait({ claim: toClaim(false), included: [{}] })).to.include({
      success: true,
      userOpHash,
    })
  })

  it('says why an included operation failed', async () => {
    const revertReason = encodeErrorResult({
      abi: parseAbi(['error Error(string)']),
      args: ['too late'],
      errorName: 'Error',
    })
    expect(
      await wait({
        claim: toClaim(true),
        included: [{ revertReason, success: false }],
      }),
    ).to.include({
      code: 'CALL_REVERTED',
      phase: 'execution',
      transactionHash,
      userOpHash,
    })
  })
})
