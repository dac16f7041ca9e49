import { globSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

import {
  PolicyDocumentError,
  type PolicyIssue,
} from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import { parsePolicy } from '../../src/policy/parsePolicy.ts'
import { base } from './documents.ts'

const yaml = `version: 1
name: Test
chains: [eip155:31337]
validity: { until: 2026-01-01 }
assets:
  ETH: { type: native }
limits:
  - { asset: ETH, amount: 0.123456789012345678, per: day }
permissions:
  - transfer: ETH
    to: 0x1111111111111111111111111111111111111111
gas: { maxFeePerGas: 2 gwei, perDay: 0.01 }
`

function getIssues(
  text: string,
  format: 'json' | 'yaml',
): readonly PolicyIssue[] {
  try {
    parsePolicy(text, { format })
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error.issues
    throw error
  }
  return []
}

describe('parsePolicy', () => {
  it('reads JSON as definePolicy reads the object', () => {
    expect(parsePolicy(JSON.stringify(base), { format: 'json' })).to.deep.equal(
      definePolicy(base),
    )
    expect(
      parsePolicy(JSON.stringify(base, null, '\t'), { format: 'json' }),
    ).to.deep.equal(definePolicy(base))
  })

  it('loses no digit of a number or of an address without quotes', () => {
    const policy = parsePolicy(yaml, { format: 'yaml' })

    expect(policy.limits[0]).to.deep.equal({
      amount: '0.123456789012345678',
      asset: 'ETH',
      per: 'day',
    })
    expect(policy.permissions[0]).to.deep.equal({
      to: '0x1111111111111111111111111111111111111111',
      transfer: 'ETH',
    })
  })

  it('loses no digit of a number in JSON', () => {
    const text = JSON.stringify(base).replace('"0.01"', '0.012345678901234567')

    expect(parsePolicy(text, { format: 'json' }).gas.perDay).to.equal(
      '0.012345678901234567',
    )
  })

  it('says at which line a fault lies', () => {
    expect(
      getIssues(yaml.replace('to: 0x11', 'to: x11'), 'yaml'),
    ).to.deep.equal([
      {
        fix: 'Add it to `contracts`, or write one of: ETH.',
        line: 11,
        message:
          'Nothing is named "x1111111111111111111111111111111111111111".',
        path: 'permissions[0].to',
      },
    ])
  })

  it('says at which line the parent of a missing key lies', () => {
    const [issue] = getIssues(yaml.replace(', per: day', ''), 'yaml')

    expect(issue?.path).to.equal('limits[0].per')
    expect(issue?.line).to.equal(8)
  })

  it('says at which line the text is no YAML', () => {
    const [issue] = getIssues(yaml.replace('name: Test', 'name: "Test'), 'yaml')

    expect(issue?.message).to.match(/^This is no YAML: /)
    expect(issue?.line).to.be.a('number')
  })

  it('says at which line the text is no JSON', () => {
    const [issue] = getIssues('{\n  "version": 1,\n  oops\n}', 'json')

    expect(issue?.message).to.match(/^This is no JSON: /)
    expect(issue?.line).to.equal(3)
  })

  it('refuses a key that is there twice', () => {
    const text = yaml.replace('name: Test', 'name: Test\nname: Other')
    const [issue] = getIssues(text, 'yaml')

    expect(issue?.message).to.include('Map keys must be unique')
    expect(issue?.line).to.equal(3)
    expect(
      getIssues('{ "version": 1, "version": 1 }', 'json')[0]?.message,
    ).to.include('Map keys must be unique')
  })

  it('refuses aliases that stand for nothing', () => {
    const [issue] = getIssues(yaml.replace('Test', '*nothing'), 'yaml')

    expect(issue?.message).to.include('alias')
  })

  it('reads every example, for each of its chains', () => {
    const paths = globSync('examples/policies/*.yaml').sort()

    expect(paths).to.deep.equal([
      'examples/policies/lending.yaml',
      'examples/policies/operations.yaml',
      'examples/policies/payments.yaml',
      'examples/policies/subscriptions.yaml',
      'examples/policies/trader.yaml',
      'examples/policies/treasury.yaml',
    ])
    for (const path of paths) {
      const policy = parsePolicy(readFileSync(path, 'utf8'), { format: 'yaml' })
      for (const chain of policy.chains)
        compilePolicy(policy, { chainId: Number(chain.slice(7)) })
    }
  })

  it('refuses keys that are aliases', () => {
    const text = yaml.replace('limits:', '&k limits:')

    expect(getIssues(`${text}*k : []\n`, 'yaml')).to.deep.equal([
      {
        fix: 'Write the key out.',
        line: 13,
        message: 'The key *k is an alias.',
        path: '',
      },
    ])
  })

  it('refuses keys that are no texts, and compares them as texts', () => {
    const [number] = getIssues(`${yaml}0: a\n`, 'yaml')
    const [twice] = getIssues(`${yaml}0: a\n"0": b\n`, 'yaml')

    expect(number).to.deep.equal({
      fix: 'Write it in quotes.',
      line: 13,
      message: 'The key 0 is not a text.',
      path: '',
    })
    expect(twice?.message).to.include('Map keys must be unique')
    expect(getIssues(`${yaml}[a]: b\n`, 'yaml')[0]?.message).to.equal(
      'This cannot be a key.',
    )
  })

  it('refuses maps that are merged', () => {
    const text = yaml.replace('gas: {', 'gas: { <<: { maxGas: 1 },')

    expect(getIssues(text, 'yaml')[0]?.message).to.equal(
      'Maps are not merged here.',
    )
  })

  it('refuses keys that every object has', () => {
    const text = yaml.replace('  ETH:', '  __proto__: { a: 1 }\n  ETH:')
    const json = JSON.stringify(base).replace('"alice":', '"constructor":')

    expect(getIssues(text, 'yaml')).to.deep.equal([
      {
        fix: 'Use another name, or leave it out.',
        line: 6,
        message: '`__proto__` cannot be a key.',
        path: 'assets.__proto__',
      },
    ])
    expect(getIssues(json, 'json')[0]?.path).to.equal('contracts.constructor')
  })
})
