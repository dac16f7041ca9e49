import { type Address, type Hex, hexToBigInt, slice } from 'viem'

import type {
  PolicyData,
  PolicyLimit,
  PolicyPlainRule,
} from '../../src/policy/format/types.ts'
import { holds } from './holds.ts'

/** A call as an agent would make it. */
export type JudgedCall = { data: Hex; target: Address; value: bigint }

export type JudgedOperation = {
  calls: readonly JudgedCall[]
  /** Maximal prefund, in wei. */
  gas: bigint
  validAfter: number
  validUntil: number
}

/** What is spent, by meter. */
export type JudgedMeters = Map<string, bigint>

const tiers = ['none', 'notify', 'delay', 'approval'] as const
/** Stricter than any tier. */
export const denied = 4

/**
 * Says what becomes of an operation, as the format's page has it: 0 where it
 * runs at once, up to 4 where it is denied. Adds what it spends to the meters.
 */
export function judge(
  policy: PolicyData,
  operation: JudgedOperation,
  meters: JudgedMeters,
): number {
  if (operation.calls.length > policy.maxCalls) return denied
  if (!isInTime(policy, operation)) return denied
  const rules = operation.calls.map((call) => findRule(policy, call))
  let strictness = 0
  for (const rule of rules) {
    if (rule === undefined) return denied
    strictness = Math.max(strictness, tiers.indexOf(rule.tier))
  }
  for (const limit of policy.limits)
    strictness = Math.max(
      strictness,
      charge(policy, limit, operation, rules as PolicyPlainRule[], meters),
    )
  return strictness
}

/** Whether a window is one that the policy lets be signed. */
export function isInTime(
  { blackouts, maxWindow, validAfter, validUntil, weekly }: PolicyData,
  window: Pick<JudgedOperation, 'validAfter' | 'validUntil'>,
): boolean {
  const [start, end] = [window.validAfter, window.validUntil]
  if (end - start > maxWindow) return false
  // The gas of an operation is charged to one UTC day.
  if (Math.floor(start / 86_400) !== Math.floor(end / 86_400)) return false
  if (start < validAfter || end > validUntil) return false
  if (blackouts.some((span) => start < span.end && span.start <= end))
    return false
  if (weekly.length === 0) return true
  const week = (time: number) => (time - 345_600) % 604_800
  return weekly.some(
    (span) =>
      span.start <= week(start) && week(start) + (end - start) < span.end,
  )
}

/** The plain rule that decides, where all of it holds. */
export function findRule(
  policy: PolicyData,
  { data, target, value }: JudgedCall,
): PolicyPlainRule | undefined {
  const kind = data === '0x' ? 'transfer' : 'call'
  const selector = kind === 'transfer' ? '0x00000000' : slice(data, 0, 4)
  const same = (one: { kind: string; selector: Hex }) =>
    one.kind === kind && one.selector === selector
  const exact = policy.permissions.find(
    (permission) =>
      same(permission) &&
      permission.target.toLowerCase() === target.toLowerCase(),
  )
  const found =
    exact ??
    policy.setPermissions.find((permission) => {
      if (!same(permission)) return false
      if (permission.set === undefined) return true
      const set = policy.sets[permission.set]
      const isIn =
        set?.kind === 'addresses' &&
        set.addresses.some(
          (address) => address.toLowerCase() === target.toLowerCase(),
        )
      return isIn !== permission.except
    })
  if (found === undefined) return undefined
  const rule = getPlain(found.rule, data)
  if (rule === undefined || value > rule.valueCap) return undefined
  return kind === 'transfer' || holds(policy, rule, data) ? rule : undefined
}

function getPlain(
  rule: PolicyData['permissions'][number]['rule'],
  data: Hex,
): PolicyPlainRule | undefined {
  if (rule.type === 'plain') return rule
  const word = readWord(data, rule.word)
  return rule.alternatives.find(({ value }) => hexToBigInt(value) === word)
    ?.rule
}

function readWord(data: Hex, word: number): bigint | undefined {
  const start = 4 + 32 * word
  if ((data.length - 2) / 2 < start + 32) return undefined
  return hexToBigInt(slice(data, start, start + 32))
}

function charge(
  policy: PolicyData,
  limit: PolicyLimit,
  operation: JudgedOperation,
  rules: readonly PolicyPlainRule[],
  meters: JudgedMeters,
): number {
  const amount = getAmount(policy, limit, operation, rules)
  if (amount === 0n) return 0
  if (limit.kind === 'operation')
    return amount > limit.amount ? getStrictness(limit) : 0
  const { validAfter, validUntil } = operation
  const { anchor, length } = limit
  if (
    limit.kind === 'fixed' &&
    (validAfter < anchor ||
      Math.floor((validAfter - anchor) / length) !==
        Math.floor((validUntil - anchor) / length))
  )
    return denied
  const month = (time: number) => new Date(time * 1000).getUTCMonth()
  if (limit.kind === 'month' && month(validAfter) !== month(validUntil))
    return denied

  const key = `${toMeterKey(policy, limit)} ${limit.action}`
  // Every operation here runs at once: nothing refills in between.
  const total = (meters.get(key) ?? 0n) + amount
  if (total > limit.amount && limit.action === 'deny') return denied
  meters.set(key, total)
  return total > limit.amount ? getStrictness(limit) : 0
}

/** What limits that share a meter have in common. */
export function toMeterKey(
  { assets, groups }: PolicyData,
  limit: PolicyLimit,
): string {
  const asset = assets[limit.asset]
  return [
    asset?.kind,
    asset?.address.toLowerCase(),
    asset?.id,
    limit.group === undefined ? '' : groups[limit.group],
    limit.scope,
    limit.kind,
    limit.length,
    limit.anchor,
  ].join(' ')
}

function getStrictness({ action }: PolicyLimit): number {
  return action === 'deny' ? denied : tiers.indexOf(action)
}

function getAmount(
  { assets }: PolicyData,
  limit: PolicyLimit,
  { calls, gas }: JudgedOperation,
  rules: readonly PolicyPlainRule[],
): bigint {
  const kind = assets[limit.asset]?.kind
  if (kind === 'gas') return gas
  const counted = rules.map(
    (rule) => limit.group === undefined || rule.group === limit.group,
  )
  if (kind === 'operations') return counted.includes(true) ? 1n : 0n
  return calls.reduce((sum, { data, value }, index) => {
    if (!counted[index]) return sum
    const spent = (rules[index]?.spends ?? [])
      .filter(({ asset }) => asset === limit.asset)
      .map(({ word }) =>
        word === undefined ? 1n : (readWord(data, word) ?? 0n),
      )
    return spent.reduce(
      (total, amount) => total + amount,
      sum + (kind === 'native' ? value : 0n),
    )
  }, 0n)
}
