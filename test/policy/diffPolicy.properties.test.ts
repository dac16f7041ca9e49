import { expect } from 'chai'
import fc from 'fast-check'
import { concatHex, type Hex, numberToHex, pad } from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { diffPolicy } from '../../src/policy/diffPolicy.ts'
import { checkPolicy } from '../../src/policy/format/checkPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicyPlainRule,
} from '../../src/policy/format/types.ts'
import { arbitraryChange } from './arbitraryChange.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { arbitraryMutation } from './arbitraryMutation.ts'
import { chainId } from './documents.ts'
import { holds } from './holds.ts'
import {
  denied,
  findRule,
  isInTime,
  type JudgedOperation,
  judge,
} from './judge.ts'
import { writeOut } from './writeOut.ts'

const documents = arbitraryDocument()

/** Picks from a list by a stream of numbers. */
type Pick = <item>(items: readonly item[]) => item

function createPick(numbers: readonly number[]): Pick {
  let index = 0
  return (items) => {
    index += 1
    const number = numbers[index % numbers.length] ?? 0
    return items[(number + index * 7919) % items.length] as (typeof items)[0]
  }
}

/** Words that are likely to keep or to break a condition. */
function getWords(
  { sets }: PolicyData,
  condition: PolicyCondition,
): readonly bigint[] {
  if ('value' in condition) {
    const value = BigInt(condition.value)
    return [value, value, value + 1n, value - 1n]
  }
  switch (condition.op) {
    case 'in':
    case 'notIn': {
      const set = sets[condition.set]
      if (set?.kind === 'addresses') return set.addresses.map(BigInt)
      return set?.kind === 'words' ? set.words.map(BigInt) : [0n]
    }
    case 'length':
      return [BigInt(condition.length)]
    case 'pointer':
      return [32n * BigInt(condition.offset)]
    default:
      return [BigInt(holds.account)]
  }
}

const mostly = [...Array.from({ length: 14 }, () => true), false]

const anyWords = [
  0n,
  1n,
  2n,
  50n,
  BigInt(holds.account),
  BigInt(`0x${'1'.repeat(40)}`),
  BigInt(`0x${'4'.repeat(40)}`),
  (1n << 160n) + 5n,
  (1n << 256n) - 1n,
  1_000_000n,
]

/** Calldata that aims at a rule, and misses it now and then. */
function toData(
  policy: PolicyData,
  rule: PolicyPlainRule,
  selector: Hex,
  pick: Pick,
): Hex {
  const words = rule.conditions.map(({ word }) => word + 1)
  const count = Math.max(rule.headWords, ...words, 0)
  const length = pick([count, count, count, count + 1, rule.headWords])
  return concatHex([
    selector,
    ...Array.from({ length }, (_, word) => {
      const aimed = rule.conditions
        .filter((condition) => condition.word === word)
        .flatMap((condition) => getWords(policy, condition))
      const value =
        aimed.length > 0 && pick(mostly) ? pick(aimed) : pick(anyWords)
      return numberToHex(BigInt.asUintN(256, value), { size: 32 })
    }),
  ])
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'bigint' ? String(part) : part,
  )
}

function toOperation(
  policies: readonly PolicyData[],
  pick: Pick,
): JudgedOperation {
  const all = policies.flatMap((policy) =>
    [...policy.permissions, ...policy.setPermissions].map((permission) => ({
      key: toText(permission),
      permission,
      policy,
    })),
  )
  // What only one of the policies has is what they may differ in.
  const changed = all.filter(
    ({ key }) => all.filter((other) => other.key === key).length === 1,
  )
  const calls = Array.from({ length: pick([1, 1, 1, 1, 1, 1, 2, 3]) }, () => {
    const { permission, policy } = pick(
      changed.length > 0 && pick([true, true, true, false]) ? changed : all,
    )
    const { kind, selector } = permission
    const plain =
      permission.rule.type === 'plain'
        ? permission.rule
        : pick(
            permission.rule.alternatives.map(({ rule, value }) => ({
              ...rule,
              conditions: [
                {
                  op: 'equal',
                  value,
                  word: (permission.rule as { word: number }).word,
                } as const,
                ...rule.conditions,
              ],
            })),
          )
    const others = policy.sets.flatMap((set) =>
      set.kind === 'addresses' ? set.addresses : [],
    )
    const anywhere = [...others, pad('0x77', { size: 20 })]
    const caps = [0n, plain.valueCap, plain.valueCap, plain.valueCap + 1n]
    return {
      data: kind === 'transfer' ? '0x' : toData(policy, plain, selector, pick),
      target:
        'target' in permission && pick([true, true, true, false])
          ? permission.target
          : pick(anywhere),
      value: pick(caps),
    } as const
  })
  const windows = policies.flatMap(({ validAfter, validUntil, weekly }) => {
    const monday = 345_600 + 2_900 * 604_800
    const starts = [
      ...weekly.flatMap(({ end, start }) => [start - 1, start, end - 31, end]),
      200_000,
    ].map((start) => monday + start)
    return [...starts, validAfter, validAfter - 1, validUntil - 30].flatMap(
      (start) =>
        [1, 30, 599, 3_000].map((width) => ({
          validAfter: start,
          validUntil: start + width,
        })),
    )
  })
  const open = windows.filter((window) =>
    policies.some((policy) => isInTime(policy, window)),
  )
  return { calls, gas: 1n, ...pick(open.length > 0 ? open : windows) }
}

/** How often what was asked of the judge. */
const seen = { permitted: 0, same: 0, tighter: 0 }

function expectTighter(
  before: PolicyData,
  after: PolicyData,
  numbers: readonly number[],
) {
  const pick = createPick(numbers)
  for (let sequence = 0; sequence < 20; sequence++) {
    const [old, now] = [new Map(), new Map()]
    for (let index = 0; index < 3; index++) {
      const operation = toOperation([before, after], pick)
      const strictness = judge(after, operation, now)
      if (strictness === denied) break
      seen.permitted += 1
      expect(judge(before, operation, old), toText(operation)).to.be.at.most(
        strictness,
      )
    }
  }
}

/** The bytes of a changed policy; undefined where it is none. */
function toBytes(policy: PolicyData): Hex | undefined {
  try {
    if (checkPolicy(policy).length > 0) return undefined
    const bytes = encodePolicy(policy)
    decodePolicy(bytes)
    return bytes
  } catch {
    return undefined
  }
}

const numbers = fc.array(fc.nat(100_000), { maxLength: 60, minLength: 60 })

describe('diffPolicy, for any policy', () => {
  it('finds no difference between a policy and itself', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, hasSets) => {
        const { bytes, sets } = compilePolicy(document, { chainId })
        const blobs = hasSets ? sets.map((set) => set.bytes) : []

        expect(diffPolicy(document, document)).to.deep.equal([])
        expect(
          diffPolicy({ bytes, sets: blobs }, { bytes, sets: blobs }),
        ).to.deep.equal([])
        expect(
          diffPolicy(document, { bytes, sets: sets.map((set) => set.bytes) }),
        ).to.deep.equal([])
      }),
      { numRuns: 150 },
    )
  })

  it('finds no difference where only the order is another', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const turned = {
          ...document,
          limits: [...document.limits].reverse(),
          permissions: [...document.permissions].reverse(),
        }

        expect(diffPolicy(document, turned)).to.deep.equal([])
      }),
      { numRuns: 100 },
    )
  })

  it('calls nothing tighter that permits more', () => {
    fc.assert(
      fc.property(
        documents,
        fc.oneof(
          { arbitrary: arbitraryChange, weight: 4 },
          { arbitrary: arbitraryMutation, weight: 1 },
        ),
        fc.boolean(),
        numbers,
        (document, change, hasSets, stream) => {
          const { bytes, sets } = compilePolicy(document, { chainId })
          const all = sets.map((set) => set.bytes)
          const blobs = hasSets ? all : []
          const changed = toBytes(change(decodePolicy(bytes)))
          fc.pre(changed !== undefined)
          const changes = diffPolicy(
            { bytes, sets: blobs },
            { bytes: changed as Hex, sets: blobs },
          )
          const before = writeOut(decodePolicy(bytes), all)
          const after = writeOut(decodePolicy(changed as Hex), all)
          const kinds = changes.map(({ kind }) => kind)

          if (changes.length === 0) {
            seen.same += 1
            expectTighter(after, before, stream)
          } else if (!kinds.includes('looser')) seen.tighter += 1
          if (!kinds.includes('looser')) expectTighter(before, after, stream)
        },
      ),
      { numRuns: 600 },
    )
    // It has looked at enough for the law to mean something.
    expect(seen.tighter).to.be.greaterThan(50)
    expect(seen.permitted).to.be.greaterThan(500)
  })

  it('calls one of two policies looser where each permits more', () => {
    fc.assert(
      fc.property(documents, documents, numbers, (one, other, stream) => {
        const [first, second] = [one, other].map((document) => {
          const { bytes, sets } = compilePolicy(document, { chainId })
          const blobs = sets.map((set) => set.bytes)
          return {
            data: writeOut(decodePolicy(bytes), blobs),
            side: { bytes, sets: blobs },
          }
        })
        if (first === undefined || second === undefined) return
        const changes = diffPolicy(first.side, second.side)
        if (changes.some(({ kind }) => kind === 'looser')) return
        expectTighter(first.data, second.data, stream)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the judge', () => {
  it('finds the rule that the format finds', () => {
    fc.assert(
      fc.property(documents, numbers, (document, stream) => {
        const { bytes, sets } = compilePolicy(document, { chainId })
        const policy = writeOut(
          decodePolicy(bytes),
          sets.map((set) => set.bytes),
        )
        const { calls } = toOperation([policy], createPick(stream))
        for (const call of calls) {
          const rule = findRule(policy, call)
          if (rule !== undefined && call.data !== '0x')
            expect(holds(policy, rule, call.data)).to.equal(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})
