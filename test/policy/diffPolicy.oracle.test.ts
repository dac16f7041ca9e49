import { expect } from 'chai'
import fc from 'fast-check'
import type { Hex } from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { diffPolicy } from '../../src/policy/diffPolicy.ts'
import { checkPolicy } from '../../src/policy/format/checkPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import type { PolicyData } from '../../src/policy/format/types.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { chainId } from './documents.ts'
import { drawOperation, drawSpent } from './drawOperation.ts'
import { type JudgedMeters, toMeterKey } from './judge.ts'
import { judgeWhole, outcomes } from './judgeWhole.ts'
import { mutatePolicy } from './mutatePolicy.ts'
import { createRandom, type Random } from './random.ts'
import { writeOut } from './writeOut.ts'

/** A policy with its sets written out, as the judge wants it. */
type Side = { bytes: Hex; data: PolicyData; sets: readonly Hex[] }

function toSide(policy: PolicyData, sets: readonly Hex[]): Side | undefined {
  try {
    if (checkPolicy(policy).length > 0) return undefined
    const bytes = encodePolicy(policy)
    return { bytes, data: writeOut(decodePolicy(bytes), sets), sets }
  } catch {
    return undefined
  }
}

/** What has been spent before either policy, or both, were granted. */
function drawMeters(
  policies: readonly PolicyData[],
  random: Random,
): JudgedMeters {
  const spent = new Map<string, bigint>()
  const meters: JudgedMeters = new Map()
  for (const policy of policies)
    for (const limit of policy.limits) {
      const key = toMeterKey(policy, limit)
      const amount = spent.get(key) ?? drawSpent(limit, random)
      spent.set(key, amount)
      meters.set(`${key} ${limit.action}`, amount)
    }
  return meters
}

const seen = { differences: 0, permitted: 0, same: 0, tighter: 0 }

const text = (value: unknown) =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'bigint' ? String(part) : part,
  )

/** Looks for an operation that `after` is milder to than `before`. */
function expectNoMilder(before: Side, after: Side, random: Random): void {
  for (let draw = 0; draw < 30; draw++) {
    const meters = drawMeters([before.data, after.data], random)
    const [old, now] = [new Map(meters), new Map(meters)]
    const policies = { after: after.data, before: before.data }
    for (let index = 0; index < 3; index++) {
      const operation = drawOperation(policies, random)
      const is = judgeWhole(after.data, operation, now)
      if (is === 'denied') break
      seen.permitted += 1
      const was = judgeWhole(before.data, operation, old)
      expect(
        outcomes.indexOf(was),
        `It was ${was}, and is ${is}: ${text(operation)}`,
      ).to.be.at.most(outcomes.indexOf(is))
    }
  }
}

function checkDiff(before: Side, after: Side, random: Random): void {
  const changes = diffPolicy(before, after)
  const isLooser = changes.some(({ kind }) => kind === 'looser')
  if (changes.length === 0) seen.same += 1
  else if (isLooser) seen.differences += 1
  else seen.tighter += 1
  if (changes.every(({ kind }) => kind === 'neutral'))
    expectNoMilder(after, before, random)
  if (!isLooser) expectNoMilder(before, after, random)
}

describe('diffPolicy, of policies whose bytes have changed', () => {
  it('tells of a loosening wherever an operation fares better', () => {
    const numRuns = 120
    fc.assert(
      fc.property(
        arbitraryDocument(),
        fc.integer(),
        (document, seed): boolean => {
          const random = createRandom(seed)
          const { bytes, sets } = compilePolicy(document, { chainId })
          const blobs = sets.map((set) => set.bytes)
          const first = decodePolicy(bytes)
          const mutate = (policy: PolicyData, count: number) =>
            toSide(mutatePolicy(policy, count, random), blobs)
          const one = toSide(first, blobs)
          for (let attempt = 0; attempt < 4; attempt++) {
            const other = mutate(first, random.pick([1, 1, 1, 2, 3]))
            if (one === undefined || other === undefined) continue
            checkDiff(one, other, random)
            checkDiff(other, one, random)
          }
          return true
        },
      ),
      { endOnFailure: true, numRuns },
    )
    // It has looked at enough for the law to mean something.
    expect(seen.differences).to.be.greaterThan(numRuns / 2)
    expect(seen.tighter).to.be.greaterThan(numRuns / 2)
    expect(seen.permitted).to.be.greaterThan(10 * numRuns)
  })
})
