import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseEther } from 'viem'

import { approvalStore } from '../../examples/approvalStore.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { readLines } from './readLines.ts'

describe('example of the store of approvals', () => {
  let localChain: LocalChain
  let directory: string
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
    localChain = await startLocalChain()
  })
  after(async () => {
    await stopConforming(localChain)
    rmSync(directory, { force: true, recursive: true })
  })

  it('asks, is approved by a wallet and on chain, and pays', async () => {
    const { available, history, sent, state } = await approvalStore(
      localChain,
      directory,
    )

    expect(state).to.equal('approved')
    expect(sent.receipt.success).to.equal(true)
    expect(history).to.deep.equal([
      'create',
      'approve',
      'complete',
      'send',
      'land',
    ])
    const ether = available.filter(({ asset }) => asset.kind === 'native')
    expect(
      ether.map(({ available, held, limit }) => [limit.kind, available, held]),
    ).to.have.deep.members([
      ['operation', parseEther('0.1'), 0n],
      ['fixed', parseEther('0.7'), parseEther('0.3')],
    ])
  })

  it('is quoted in docs/approvals.md as it is', () => {
    const lines = readLines(readFileSync('examples/approvalStore.ts', 'utf8'))
    const page = readFileSync('docs/approvals.md', 'utf8')
    const quotes = [...page.matchAll(/```ts\n([^`]+)```/g)].flatMap(
      ([, quote]) => readLines(quote ?? ''),
    )
    expect(quotes.length).to.be.greaterThan(10)
    for (const line of quotes) expect(lines).to.include(line)
  })
})
