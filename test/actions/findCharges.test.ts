import { expect } from 'chai'
import { pad } from 'viem'

import { findCharges } from '../../src/actions/findCharges.ts'
import { PolicyError } from '../../src/errors/policyError.ts'
import type { Charge } from '../../src/types/charge.ts'

const first: Charge = { charge: (7n << 128n) | 5n, meterId: pad('0x01') }
const other: Charge = { charge: (9n << 128n) | 5n, meterId: pad('0x02') }
const meters = [first, other, { charge: 4n, meterId: pad('0x03') }]

/** What the validator misses where there is a charge too many. */
const none: Charge = { charge: 0n, meterId: pad('0x00') }

const toMismatch = (index: number, { charge, meterId }: Charge) =>
  new PolicyError({
    arguments: { charge, index: BigInt(index), meterId },
    code: 'SETTLEMENT_MISMATCH',
  })

describe('findCharges', () => {
  it('asks for one charge after another, until nothing is missing', async () => {
    const asked: number[] = []
    const found = await findCharges(async (charges) => {
      asked.push(charges.length)
      const missing = meters[charges.length]
      return missing && toMismatch(charges.length, missing)
    })

    expect(found).to.deep.equal({ charges: meters, denial: undefined })
    expect(asked).to.deep.equal([0, 1, 2, 3])
  })

  it('says why the operation is denied whatever it settles', async () => {
    const denial = new PolicyError({ code: 'AGENT_FROZEN' })

    expect(await findCharges(async () => denial)).to.deep.equal({
      charges: [],
      denial,
    })
  })

  it('does not mend what was right before', async () => {
    // Another policy, of which less can be settled, has come in between.
    for (const after of [toMismatch(0, other), toMismatch(0, none)]) {
      const found = await findCharges(async (charges) =>
        charges.length === 0 ? toMismatch(0, first) : after,
      )
      expect(found).to.deep.equal({ charges: [first], denial: after })
    }
  })

  it('ends where a node makes up one charge after another', async () => {
    let count = 0
    const { charges, denial } = await findCharges(async (charges) => {
      count += 1
      return toMismatch(charges.length, { charge: 1n, meterId: pad('0x01') })
    })

    expect(charges).to.have.length(16)
    expect(denial?.code).to.equal('SETTLEMENT_MISMATCH')
    expect(count).to.equal(17)
  })
})
