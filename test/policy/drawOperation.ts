import {
  type Address,
  concatHex,
  type Hex,
  hexToBigInt,
  isAddressEqual,
  numberToHex,
} from 'viem'

import type {
  PolicyCondition,
  PolicyData,
  PolicyLimit,
  PolicyPlainRule,
} from '../../src/policy/format/types.ts'
import { holds } from './holds.ts'
import { isInTime, type JudgedCall } from './judge.ts'
import type { WholeOperation } from './judgeWhole.ts'
import type { Random } from './random.ts'

type Policies = {
  /** The one that is to permit the operation. */
  after: PolicyData
  before: PolicyData
}

type Permission =
  | PolicyData['permissions'][number]
  | PolicyData['setPermissions'][number]

/**
 * Draws an operation that one policy likely permits, at the edge of what it
 * permits, so that the other one denies it where it permits less.
 */
export function drawOperation(
  policies: Policies,
  random: Random,
): WholeOperation {
  const { after, before } = policies
  const isMany = after.maxCalls > before.maxCalls && before.maxCalls < 5
  const count =
    isMany && random.is(40)
      ? before.maxCalls + 1
      : Math.min(after.maxCalls, random.pick([1, 1, 1, 2, 2, 3]))
  const calls = Array.from({ length: count }, () => drawCall(policies, random))
  const usual = <item>(value: item, others: readonly item[], chance = 85) =>
    random.is(chance) ? value : random.pick([...others, value])
  const gasLimits = usual(1n, [after.maxGas])
  const budget = after.gasBudget * 10n ** BigInt(after.gasExponent)
  return {
    approvers: drawPeople(policies, random),
    calls,
    chainId: after.chainId,
    executeUserOp: after.executeUserOp,
    feePerGas: usual(0n, [1n, after.maxFeePerGas, budget / gasLimits], 70),
    gas: 0n,
    gasLimits,
    nonceKey:
      after.nonceValue |
      (usual(0n, [1n, 2n, 255n << 160n, (1n << 192n) - 1n]) & ~after.nonceMask),
    paymaster: usual(undefined, getPeople(after, after.paymasters)),
    preVerificationGas: usual(1n, [after.maxPreVerificationGas]),
    settles: after.settlement || random.is(90),
    waited: drawWait(policies, random),
    ...drawWindow(policies, random),
  }
}

function getPeople(
  { sets }: PolicyData,
  index: number | undefined,
): readonly Address[] {
  const set = index === undefined ? undefined : sets[index]
  return set?.kind === 'addresses' ? set.addresses : []
}

/** As many of one policy's approvers as it asks for; or none. */
function drawPeople({ after }: Policies, random: Random): readonly Address[] {
  const { tiers } = after
  if (tiers === undefined || random.is(20)) return []
  const people = getPeople(after, tiers.approvers)
  const start = random.number(people.length)
  return [...people.slice(start), ...people.slice(0, start)].slice(
    0,
    tiers.threshold,
  )
}

function drawWait({ after }: Policies, random: Random) {
  const { tiers } = after
  if (tiers === undefined || random.is(30)) return undefined
  return { late: random.pick([0, tiers.lifetime]), until: tiers.delay }
}

/** Seconds at which something about time changes. */
function getEdges({ blackouts, limits, weekly, ...policy }: PolicyData) {
  const monday = 345_600 + 2_900 * 604_800
  return [
    1_750_000_000,
    policy.validAfter,
    policy.validUntil,
    ...weekly.flatMap(({ end, start }) => [monday + start, monday + end - 1]),
    ...blackouts.flatMap(({ end, start }) => [start - 1, start, end - 1, end]),
    ...limits.flatMap(({ anchor, kind, length }) =>
      kind === 'fixed' && anchor > 0 ? [anchor, anchor + length - 1] : [],
    ),
    // Ends of an hour, a week and a month.
    1_748_736_000,
    1_749_427_200,
    1_750_003_200,
  ]
}

function drawWindow({ after, before }: Policies, random: Random) {
  const edges = [...getEdges(after), ...getEdges(before)]
  const widths = [0, 0, 30, after.maxWindow, before.maxWindow + 1]
  let window = { validAfter: 0, validUntil: 0 }
  for (let attempt = 0; attempt < 20; attempt++) {
    const [edge, width] = [random.pick(edges), random.pick(widths)]
    const start = edge - random.pick([0, width, Math.floor(width / 2)])
    window = { validAfter: start, validUntil: start + width }
    if (isInTime(after, window)) return window
  }
  return window
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'bigint' ? String(part) : part,
  )
}

function getPermissions(policy: PolicyData): readonly Permission[] {
  return [...policy.permissions, ...policy.setPermissions]
}

/** What it is called by, whatever its rule. */
function getTargets(
  policy: PolicyData,
  permission: Permission,
): readonly Address[] {
  return 'target' in permission
    ? [permission.target]
    : getPeople(policy, permission.set)
}

function drawCall({ after, before }: Policies, random: Random): JudgedCall {
  const olds = new Set(getPermissions(before).map(toText))
  const all = getPermissions(after)
  const changed = all.filter((permission) => !olds.has(toText(permission)))
  const permission = random.pick(
    changed.length > 0 && random.is(60) ? changed : all,
  )
  const targets = [
    ...getTargets(after, permission),
    ...(random.is(20)
      ? getPermissions(before).flatMap((one) => getTargets(before, one))
      : []),
    ...('target' in permission ? [] : [`0x${'77'.repeat(20)}` as const]),
  ]
  const { kind, rule, selector } = permission
  const chosen =
    rule.type === 'plain' ? undefined : random.pick(rule.alternatives)
  const plain = rule.type === 'plain' ? rule : chosen?.rule
  const target = random.pick(targets)
  if (plain === undefined) return { data: '0x', target, value: 0n }
  const amounts = getAmounts(after, random)
  const native = after.assets.findIndex((asset) => asset.kind === 'native')
  const values = amounts(native).filter((value) => value <= plain.valueCap)
  const value = random.pick([0n, plain.valueCap, ...values])
  if (kind === 'transfer') return { data: '0x', target, value }
  const switched =
    rule.type === 'switch' && chosen !== undefined
      ? [{ op: 'equal', value: chosen.value, word: rule.word } as const]
      : []
  const conditions = [...switched, ...plain.conditions]
  const data = drawData(
    after,
    { ...plain, conditions },
    getRivals(before, { selector, target }),
    amounts,
    random,
  )
  return { data: concatHex([selector, data]), target, value }
}

/** The other policy's conditions on a call. */
function getRivals(
  before: PolicyData,
  { selector, target }: { selector: Hex; target: Address },
): readonly PolicyPlainRule[] {
  return getPermissions(before)
    .filter(
      (permission) =>
        permission.selector === selector &&
        (!('target' in permission) ||
          isAddressEqual(permission.target, target)),
    )
    .flatMap(({ rule }) =>
      rule.type === 'plain' ? [rule] : rule.alternatives.map((one) => one.rule),
    )
}

/** Amounts of an asset at which a limit of either policy begins to matter. */
function getAmounts(policy: PolicyData, random: Random) {
  return (asset: number): readonly bigint[] => {
    const limits = policy.limits.filter((limit) => limit.asset === asset)
    return limits.length === 0
      ? []
      : limits.flatMap(({ amount }) =>
          random.is(70) ? [amount, amount / 2n + 1n] : [amount + 1n, 1n],
        )
  }
}

function drawData(
  policy: PolicyData,
  rule: PolicyPlainRule,
  rivals: readonly PolicyPlainRule[],
  amounts: (asset: number) => readonly bigint[],
  random: Random,
): Hex {
  const { conditions, exact, headWords, spends } = rule
  const ends = [
    ...conditions.map(({ word }) => word + 1),
    ...spends.map(({ word = -1 }) => word + 1),
  ]
  const least = Math.max(headWords, ...ends, 0)
  const others = rivals.map((rival) => rival.headWords)
  const length = exact ? least : random.pick([least, least, least + 1])
  const count =
    exact || random.is(80) ? length : Math.max(length, ...others) + 1
  const drawWord = (word: number): Hex => {
    const own = conditions.filter((condition) => condition.word === word)
    const foreign = rivals.flatMap((rival) =>
      rival.conditions.filter((condition) => condition.word === word),
    )
    const spent = spends
      .filter((spend) => spend.word === word)
      .flatMap(({ asset }) => amounts(asset))
    const pool = [
      ...spent,
      ...[...own, ...foreign].flatMap((one) => getValues(policy, one)),
      ...(own.length === 0 || random.is(40) ? anyValues : []),
    ].map((value) => numberToHex(BigInt.asUintN(256, value), { size: 32 }))
    const keeping = pool.filter((value) => keeps(policy, own, value))
    return keeping.length > 0
      ? random.pick(keeping)
      : numberToHex(random.pick(anyValues), { size: 32 })
  }
  return concatHex(Array.from({ length: count }, (_, word) => drawWord(word)))
}

const anyValues = [
  0n,
  1n,
  2n,
  50n,
  hexToBigInt(holds.account),
  BigInt(`0x${'1'.repeat(40)}`),
  BigInt(`0x${'4'.repeat(40)}`),
  (1n << 160n) - 1n,
  1n << 160n,
  (1n << 160n) + 5n,
  1n << 255n,
  (1n << 256n) - 1n,
]

function keeps(
  policy: PolicyData,
  conditions: readonly PolicyCondition[],
  value: Hex,
): boolean {
  const rule = {
    conditions: conditions.map((condition) => ({ ...condition, word: 0 })),
    exact: true,
    headWords: 1,
    spends: [],
    tier: 'none',
    type: 'plain',
    valueCap: 0n,
  } as const
  return holds(policy, rule, concatHex(['0x00000000', value]))
}

/** Values on both sides of what a condition permits. */
function getValues(
  { sets }: PolicyData,
  condition: PolicyCondition,
): readonly bigint[] {
  if ('value' in condition) {
    const value = hexToBigInt(condition.value)
    const dirt = condition.op === 'mask' ? [value + (1n << 200n)] : []
    return [value, value, value + 1n, value - 1n, ...dirt]
  }
  switch (condition.op) {
    case 'in':
    case 'notIn': {
      const set = sets[condition.set]
      if (set?.kind === 'addresses') return set.addresses.map(BigInt)
      return set?.kind === 'words' ? set.words.map(BigInt) : []
    }
    case 'length':
      return [BigInt(condition.length)]
    case 'pointer':
      return [32n * BigInt(condition.offset)]
    default:
      return [hexToBigInt(holds.account)]
  }
}

/** What meters may hold already: little, or as much as a limit has. */
export function drawSpent(limit: PolicyLimit, random: Random): bigint {
  const { amount } = limit
  return random.pick([0n, 0n, 0n, amount, amount > 0n ? amount - 1n : 0n])
}
