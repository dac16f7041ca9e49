import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parseEther } from 'viem'

import { approvals } from '../../examples/approvals.ts'
import { delay } from '../../examples/delay.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { readLines } from './readLines.ts'

describe('examples of tiers', () => {
  let localChain: LocalChain

  afterEach(() => stopConforming(localChain))

  it('approvals: pays once what two have approved', async () => {
    localChain = await startLocalChain()
    const { again, error, looked, sent } = await approvals(localChain)

    expect(error.info.threshold).to.equal(2n)
    expect(looked.map(({ value }) => value)).to.deep.equal([parseEther('0.3')])
    expect(sent.receipt.success).to.equal(true)
    expect(again).to.have.property('code', 'APPROVAL_USED')
  })

  it('delay: pays what was announced, and not what was cancelled', async () => {
    // Blocks come by themselves, as on any chain: one must be later than the delay.
    localChain = await startLocalChain({ blockTime: 1 })
    const { announced, cancelled, open, sent } = await delay(localChain)

    expect(open.map(({ verified }) => verified)).to.deep.equal([true, true])
    expect(open.map(({ callsHash }) => callsHash)).to.include(
      announced.callsHash,
    )
    expect(sent.receipt.success).to.equal(true)
    expect(cancelled).to.have.property('code', 'ANNOUNCEMENT_REQUIRED')
  })
})

describe('docs/tiers.md', () => {
  it('quotes its examples as they are', () => {
    const examples = ['examples/approvals.ts', 'examples/delay.ts'].flatMap(
      (file) => readLines(readFileSync(file, 'utf8')),
    )
    const page = readFileSync('docs/tiers.md', 'utf8')
    const quotes = [...page.matchAll(/```ts\n([^`]+)```/g)].flatMap(
      ([, quote]) => readLines(quote ?? ''),
    )

    expect(quotes.length).to.be.greaterThan(15)
    for (const line of quotes) expect(examples).to.include(line)
  })
})
