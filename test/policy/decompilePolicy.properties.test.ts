import { expect } from 'chai'
import fc from 'fast-check'
import type { Hex } from 'viem'

import { PolicyDocumentError } from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decompilePolicy } from '../../src/policy/decompilePolicy.ts'
import { diffPolicy } from '../../src/policy/diffPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import { getBlobHash } from '../../src/policy/format/getBlobHash.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicySwitchRule,
} from '../../src/policy/format/types.ts'
import { buildPolicy, buildSet, toBytes } from '../policyStore/buildPolicy.ts'
import { generatePolicy } from '../policyStore/generatePolicy.ts'
import { addresses, base, compileToData } from './documents.ts'

const sets = [
  buildSet([toBytes(0x10001, 20), addresses.alice, addresses.bob]),
  buildSet([toBytes(1, 32), toBytes(2, 32)]),
] as const
const ids = { addresses: getBlobHash(sets[0]), words: getBlobHash(sets[1]) }

/** The latest second that a document can write. */
const lastTime = 253_402_300_798

/**
 * The bytes of the document that these bytes are written as; undefined where
 * two sets of targets overlap, which a document must not have.
 */
function getOther(bytes: Hex): Hex | undefined {
  const document = decompilePolicy(bytes, { sets })
  const { chainId: chain } = decodePolicy(bytes)
  try {
    return compilePolicy(document, { chainId: chain }).bytes
  } catch (error) {
    const isOverlap =
      error instanceof PolicyDocumentError &&
      error.issues.every(({ message }) => /both permit the call/.test(message))
    if (isOverlap) return undefined
    throw error
  }
}

function expectSame(bytes: Hex): void {
  const other = getOther(bytes)
  fc.pre(other !== undefined)
  expect(diffPolicy({ bytes, sets }, { bytes: other, sets })).to.deep.equal([])
}

// Bytes that a store takes, and that no compiler of ours has made.
describe('decompilePolicy of any bytes', () => {
  it('writes a document that permits what they permit', () => {
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const draw = (min: number, max: number) =>
          generate(fc.integer, { max: Math.min(max, lastTime), min })
        const policy = generatePolicy(draw, ids)
        // A document has the unit of the gas budget follow from its size.
        const header = { ...policy.header, gasExponent: 0n }
        const bytes = buildPolicy({ ...policy, header })

        expectSame(bytes)
      }),
      // A smaller example takes minutes to be found.
      { endOnFailure: true, numRuns: 200 },
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
      expectSame(bytes)
    })

    it('a switch whose argument must equal another value too', () => {
      const bytes = build([{ op: 'equal', value: seven, word: 0 }])

      expect(getWhere(bytes)).to.deep.equal([
        { '#0': '7' },
        { '#0': { equal: '8', not: '8' } },
      ])
      expectSame(bytes)
    })
  })
})
