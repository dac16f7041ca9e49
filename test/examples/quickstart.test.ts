import { readFileSync } from 'node:fs'
import { expect } from 'chai'

import { quickstart } from '../../examples/quickstart.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { readLines } from './readLines.ts'

describe('examples/quickstart', () => {
  let localChain: LocalChain

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  it('pays whom the policy lists, and says why it pays nobody else', async () => {
    const { error, paid } = await quickstart(localChain)

    expect(paid.receipt.success).to.equal(true)
    expect(error?.code).to.equal('RECIPIENT_NOT_ALLOWED')
  })
})

describe('README', () => {
  it('quotes the example as it is', () => {
    const readme = readFileSync('README.md', 'utf8')
    const example = readLines(readFileSync('examples/quickstart.ts', 'utf8'))
    const quote = /```ts\n([^`]+)```/.exec(readme)?.[1]

    const lines = readLines(quote ?? '')
    expect(lines.length).to.be.greaterThan(9)
    for (const line of lines) expect(example).to.include(line)
  })

  it('has no dead link to a file', () => {
    const readme = readFileSync('README.md', 'utf8')
    const targets = [...readme.matchAll(/\]\((?!http)([^)#]+)/g)]

    expect(targets.length).to.be.greaterThan(5)
    for (const [, target] of targets)
      expect(() => readFileSync(target as string)).to.not.throw()
  })
})
