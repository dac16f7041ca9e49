import { readFileSync } from 'node:fs'
import { expect } from 'chai'

import { policyTools } from '../../examples/policyTools.ts'
import { policyValidatorAddress } from '../../src/index.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { parsePolicy } from '../../src/policy/parsePolicy.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { readLines } from './readLines.ts'

describe('examples/policyTools', () => {
  let localChain: LocalChain

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  it('looks at a policy before its grant, at an update, and after', async () => {
    const document = parsePolicy(
      readFileSync('examples/policies/payments.yaml', 'utf8'),
      { format: 'yaml' },
    )
    const { errors, loosened, other, review, same, worstCase } =
      await policyTools(localChain, document)

    // The local chain has no USDC at that address.
    expect(errors.map(({ code }) => code)).to.deep.equal(['TOKEN_WITHOUT_CODE'])
    expect(loosened).to.deep.equal([
      {
        kind: 'looser',
        message: 'The most calls is 20, and was 10.',
        path: 'maxCalls',
      },
    ])
    expect(worstCase).to.include(
      'Worst case, gas: this agent at most 0.05 a day; this agent at most 182.6 in all until it expires.',
    )
    expect(same).to.deep.include({
      changes: [],
      expired: false,
      frozen: false,
      matches: true,
      number: 1,
    })
    expect(other.matches).to.equal(false)
    // From the document to the chain: the chain permits fewer calls.
    expect(other.changes.map(({ kind, path }) => [kind, path])).to.deep.equal([
      ['tighter', 'maxCalls'],
    ])
    expect(review.modules).to.deep.equal([
      { installed: true, module: policyValidatorAddress, type: 'validator' },
    ])
    // A token without code answers nothing: that is unknown, and not nothing.
    expect(
      review.allowances.every(({ amount }) => amount === 'unknown'),
    ).to.equal(true)
    expect(review.unknown.length).to.be.greaterThan(0)
  })

  it('is quoted by the page as it is', () => {
    const example = readLines(readFileSync('examples/policyTools.ts', 'utf8'))
    const page = readFileSync('docs/policy-tools.md', 'utf8')
    const lines = [...page.matchAll(/```ts\n([^`]+)```/g)].flatMap(
      ([, quote]) => readLines(quote ?? ''),
    )

    expect(lines.length).to.be.greaterThan(9)
    for (const line of lines) expect(example).to.include(line)
  })
})
