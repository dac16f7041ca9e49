import { expect } from 'chai'
import fc from 'fast-check'
import { type Hex, keccak256 } from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decompilePolicy } from '../../src/policy/decompilePolicy.ts'
import { diffPolicy } from '../../src/policy/diffPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicySwitchRule,
} from '../../src/policy/format/types.ts'
import { buildPolicy } from '../policyStore/buildPolicy.ts'
import { generatePolicy } from '../policyStore/generatePolicy.ts'
import { addresses, base, compileToData } from './documents.ts'

const sets = { addresses: keccak256('0x01'), words: keccak256('0x02') }

/** The latest second that a document can write. */
const lastTime = 253_402_300_798

/** The bytes of the document that these bytes are written as. */
function getOther(bytes: Hex): Hex {
  const document = decompilePolicy(bytes)
  const { chainId: chain } = decodePolicy(bytes)
  return compilePolicy(document, { chainId: chain }).bytes
}

// Bytes that a store takes, and that no compiler of ours has made.
describe('decompilePolicy of any bytes', () => {
  it('writes a document that permits what they permit', () => {
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const draw = (min: number, max: number) =>
          generate(fc.integer, { max: Math.min(max, lastTime), min })
        const policy = generatePolicy(draw, sets)
        // A document has the unit of the gas budget follow from its size.
        const header = { ...policy.header, gasExponent: 0n }
        const bytes = buildPolicy({ ...policy, header })

        expect(diffPolicy({ bytes }, { bytes: getOther(bytes) })).to.eql([])
      }),
      { numRuns: 200 },
    )
  })

  describe('never writes less than all demands on a word:', () => {
    /** A call on the router by its first word, with more demands on it. */
    const build = (conditions: readonly PolicyCondition[]): Hex => {
      const policy: PolicyData = compileToData({
        ...base,
        permissions: [
          ...base.permissions,
          ...[7, 8].map((value) => ({
            call: 'router',
            function: 'f(uint256 mode, address to)',
            where: { mode: value },
          })),
        ],
      })
      return encodePolicy({
        ...policy,
        permissions: policy.permissions.map((permission) => {
          if (permission.target !== addresses.router) return permission
          const rule = permission.rule as PolicySwitchRule
          return {
            ...permission,
            rule: {
              ...rule,
              alternatives: rule.alternatives.map((alternative) => ({
                ...alternative,
                rule: { ...alternative.rule, conditions },
              })),
            },
          }
        }),
      })
    }
    const getWhere = (bytes: Hex) =>
      decompilePolicy(bytes).permissions.flatMap((permission) =>
        'where' in permission ? [permission.where] : [],
      )
    const seven: Hex = `0x${'7'.padStart(64, '0')}`

    it('the account is an address too', () => {
      const bytes = build([
        { op: 'account', word: 1 },
        { op: 'address', word: 1 },
      ])

      expect(getWhere(bytes)).to.deep.equal([
        { '#0': '7', '#1': { is: 'account' } },
        { '#0': '8', '#1': { is: 'account' } },
      ])
      expect(diffPolicy({ bytes }, { bytes: getOther(bytes) })).to.eql([])
    })

    it('a switch whose argument must equal another value too', () => {
      const bytes = build([{ op: 'equal', value: seven, word: 0 }])

      expect(getWhere(bytes)).to.deep.equal([
        { '#0': '7' },
        { '#0': { equal: '8', not: '8' } },
      ])
      expect(diffPolicy({ bytes }, { bytes: getOther(bytes) })).to.eql([])
    })
  })
})
