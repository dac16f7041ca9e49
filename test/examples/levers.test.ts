import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { pad } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { levers } from '../../examples/levers.ts'
import { settlement } from '../../examples/settlement.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { readLines } from './readLines.ts'

describe('examples', () => {
  let localChain: LocalChain

  beforeEach(async () => {
    localChain = await startLocalChain()
  })
  afterEach(() => stopConforming(localChain))

  it('levers: grants, freezes, rotates and revokes by signature', async () => {
    const newAgent = privateKeyToAccount(pad('0x4321')).address
    const { grant, revoked, rotated } = await levers(localChain, newAgent)

    expect(grant.caps).to.have.length(6)
    expect(rotated.map(({ agent }) => agent)).to.deep.equal([newAgent])
    expect(rotated[0]).to.deep.include({
      frozen: false,
      number: 1,
      policyHash: grant.policyHash,
      // Granted, frozen, rotated, unfrozen.
      version: 4,
    })
    expect(revoked).to.deep.equal([])
  })

  it('settlement: a batch that fails spends nothing', async () => {
    const { charges, error, usage } = await settlement(localChain)

    expect(charges).to.have.length(1)
    expect(error.category).to.be.oneOf(['execution', 'funds'])
    const spent = usage?.limits.find(
      ({ asset, limit }) => asset.kind === 'native' && limit.kind === 'fixed',
    )?.spent
    expect(spent).to.equal(10n ** 17n)
  })
})

describe('pages', () => {
  /** Fails unless every line of code on the page stands in the example. */
  function expectQuotes(page: string, example: string) {
    const lines = readLines(readFileSync(example, 'utf8'))
    const quotes = [
      ...readFileSync(page, 'utf8').matchAll(/```ts\n([^`]+)```/g),
    ].flatMap(([, quote]) => readLines(quote ?? ''))

    expect(quotes.length).to.be.greaterThan(3)
    for (const line of quotes) expect(lines).to.include(line)
  }

  it('docs/levers.md quotes its example as it is', () =>
    expectQuotes('docs/levers.md', 'examples/levers.ts'))
  it('docs/policies.md quotes its example as it is', () =>
    expectQuotes('docs/policies.md', 'examples/settlement.ts'))
})
