import { expect } from 'chai'
import fc from 'fast-check'
import { type Hex, hexToBigInt, numberToHex } from 'viem'

import { isImplied } from '../../src/policy/diff/isImplied.ts'
import type {
  PolicyCondition,
  PolicyData,
} from '../../src/policy/format/types.ts'
import type { ViewCondition } from '../../src/policy/view/policyView.ts'
import { holds } from './holds.ts'

function toWord(value: bigint): Hex {
  return numberToHex(BigInt.asUintN(256, value), { size: 32 })
}

const numbers = [
  0n,
  1n,
  2n,
  3n,
  255n,
  256n,
  -1n,
  -2n,
  (1n << 160n) - 1n,
  1n << 160n,
  (1n << 255n) - 1n,
  1n << 255n,
  BigInt(holds.account),
]
const words = numbers.map((number) => toWord(number))
const addresses: Hex[] = [1n, 2n, 3n, BigInt(holds.account)].map((value) =>
  numberToHex(value, { size: 20 }),
)

const sets: PolicyData['sets'] = [
  { addresses: addresses.slice(0, 1), kind: 'addresses' },
  { addresses: addresses.slice(0, 3), kind: 'addresses' },
  { addresses: addresses.slice(1), kind: 'addresses' },
  { kind: 'words', words: words.slice(0, 4) },
  { kind: 'words', words: words.slice(2, 9) },
  { kind: 'words', words: words.slice(2, 3) },
]

const word = fc.constantFrom(...words)
const conditions: fc.Arbitrary<PolicyCondition> = fc.oneof(
  fc.record({
    op: fc.constantFrom(
      'atLeast',
      'atMost',
      'equal',
      'notEqual',
      'signedAtLeast',
      'signedAtMost',
    ),
    value: word,
    word: fc.constant(0),
  }),
  fc.record({
    op: fc.constantFrom('in', 'notIn'),
    set: fc.nat(sets.length - 1),
    word: fc.constant(0),
  }),
  fc.record({
    op: fc.constantFrom('account', 'address'),
    word: fc.constant(0),
  }),
  fc
    .tuple(fc.constantFrom(255n, 1n, 256n, 257n, -1n), word)
    .map(([mask, value]) => ({
      mask: toWord(mask),
      op: 'mask' as const,
      value: toWord(hexToBigInt(value) & mask),
      word: 0,
    })),
  fc.record({
    elementSize: fc.constant(1),
    length: fc.nat(3),
    op: fc.constant('length'),
    word: fc.constant(0),
  }),
  fc.record({
    offset: fc.constantFrom(0, 8),
    op: fc.constant('pointer'),
    size: fc.constant(1),
    word: fc.constant(0),
  }),
)

/** A condition whose set stands for itself, known or not. */
function toView(condition: PolicyCondition, isKnown: boolean): ViewCondition {
  if (!('set' in condition)) return condition
  const set = sets[condition.set]
  const isAddresses = set?.kind === 'addresses'
  const elements =
    set?.kind === 'addresses'
      ? set.addresses.map((address) => toWord(hexToBigInt(address as Hex)))
      : set?.kind === 'words'
        ? set.words
        : []
  return {
    ...condition,
    set: {
      elements: isKnown ? elements : undefined,
      isAddresses,
      key: String(condition.set),
    },
  }
}

function keeps(condition: PolicyCondition, value: Hex): boolean {
  return holds(
    { sets },
    {
      conditions: [condition],
      exact: true,
      headWords: 1,
      spends: [],
      tier: 'none',
      type: 'plain',
      valueCap: 0n,
    },
    `0x12345678${value.slice(2)}`,
  )
}

describe('isImplied', () => {
  it('never says so where a word keeps the one and not the other', () => {
    const seen = { implied: 0 }
    fc.assert(
      fc.property(
        fc.array(conditions, { maxLength: 3, minLength: 1 }),
        conditions,
        fc.boolean(),
        (given, demand, isKnown) => {
          const isSo = isImplied(
            given.map((condition) => toView(condition, isKnown)),
            toView(demand, isKnown),
          )
          if (!isSo) return
          seen.implied += 1
          for (const value of words)
            if (given.every((condition) => keeps(condition, value)))
              expect(keeps(demand, value), value).to.equal(true)
        },
      ),
      { numRuns: 20_000 },
    )
    expect(seen.implied).to.be.greaterThan(2_000)
  })

  const equal = (value: bigint): ViewCondition => ({
    op: 'equal',
    value: toWord(value),
    word: 0,
  })
  const at = (op: 'atLeast' | 'atMost', value: bigint): ViewCondition => ({
    op,
    value: toWord(value),
    word: 0,
  })

  it('sees what follows', () => {
    expect(isImplied([equal(5n)], at('atMost', 5n))).to.equal(true)
    expect(isImplied([at('atMost', 4n)], at('atMost', 5n))).to.equal(true)
    expect(isImplied([at('atMost', 6n)], at('atMost', 5n))).to.equal(false)
    expect(
      isImplied([{ op: 'account', word: 0 }], { op: 'address', word: 0 }),
    ).to.equal(true)
  })

  it('wants the word to be read at all', () => {
    expect(isImplied([], at('atLeast', 0n))).to.equal(false)
  })
})
