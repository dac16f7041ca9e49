import type { Address, Hex } from 'viem'

import { encodeLimitKey } from '../../src/policy/format/encodePolicy.ts'
import type {
  PolicyData,
  PolicyLimit,
  PolicySpan,
} from '../../src/policy/format/types.ts'
import { mutateRule } from './mutateRule.ts'
import type { Random } from './random.ts'

/** Changes one thing about a policy; what comes out may be none. */
type Mutation = (policy: PolicyData, random: Random) => Partial<PolicyData>

const actions = ['deny', 'notify', 'delay', 'approval'] as const
const addresses = [1, 2, 3, 4, 5, 6, 11].map(
  (digit): Address => `0x${digit.toString(16).repeat(40)}`,
)

/** The items with one of them replaced; by nothing, or by more than one. */
function at<item>(
  items: readonly item[],
  random: Random,
  change: (item: item) => item | readonly item[],
): readonly item[] {
  const chosen = random.number(items.length)
  return items.flatMap((item, index) =>
    index === chosen ? (change(item) as item) : [item],
  )
}

/** A number close to another one, or far from it. */
function near(amount: bigint, random: Random): bigint {
  const others = [amount + 1n, amount - 1n, amount * 2n, amount / 2n, 1n]
  const other = random.pick(others)
  return other < 0n ? 0n : other
}

function nearSecond(second: number, random: Random): number {
  return Math.max(0, second + random.pick([-86_400, -600, -1, 1, 600, 86_400]))
}

function mutateSpan(span: PolicySpan, random: Random): PolicySpan[] {
  if (random.is(25)) return []
  const key = random.pick(['end', 'start'] as const)
  return [{ ...span, [key]: nearSecond(span[key], random) }]
}

const periods = [
  { anchor: 0, kind: 'operation', length: 0 },
  { anchor: 0, kind: 'fixed', length: 3_600 },
  { anchor: 0, kind: 'fixed', length: 86_400 },
  { anchor: 1_740_787_200, kind: 'fixed', length: 90_000 },
  { anchor: 0, kind: 'month', length: 0 },
  { anchor: 0, kind: 'lifetime', length: 0 },
  { anchor: 0, kind: 'rollingAmount', length: 7_200 },
] as const satisfies readonly Partial<PolicyLimit>[]

function mutateLimit(
  limit: PolicyLimit,
  policy: PolicyData,
  random: Random,
): readonly PolicyLimit[] {
  const action = random.pick(actions)
  switch (random.number(9)) {
    case 0:
      return []
    case 1:
      return [{ ...limit, action }]
    // Another threshold on the same meter.
    case 2:
    case 3:
      return [limit, { ...limit, action, amount: near(limit.amount, random) }]
    case 4:
      return [
        { ...limit, scope: limit.scope === 'agent' ? 'account' : 'agent' },
      ]
    case 5: {
      const isMoved = limit.kind === 'fixed' && random.is(50)
      return isMoved
        ? [{ ...limit, anchor: nearSecond(limit.anchor, random) }]
        : [{ ...limit, ...random.pick(periods) }]
    }
    case 6:
      return [limit, { ...limit, ...random.pick(periods), action }]
    case 7: {
      const group = random.number(policy.groups.length + 1)
      const other = { ...limit, group: policy.groups[group] && group }
      return random.is(50) ? [other] : [limit, other]
    }
    default:
      return [{ ...limit, amount: near(limit.amount, random) }]
  }
}

function mutateElements<element extends Hex>(
  elements: readonly element[],
  others: readonly element[],
  random: Random,
): readonly element[] {
  const other = random.pick(others)
  const changed = random.is(50)
    ? [...elements, other]
    : at(elements, random, () => (random.is(50) ? [] : other))
  return [...new Set(changed.map((one) => one.toLowerCase() as element))].sort()
}

const words = [0n, 1n, 2n, 5n, 9n].map(
  (value): Hex => `0x${value.toString(16).padStart(64, '0')}`,
)

const ofRules: Mutation = (policy, random) => {
  const table =
    policy.setPermissions.length > 0 && random.is(40)
      ? 'setPermissions'
      : 'permissions'
  return {
    [table]: at<PolicyData['permissions'][number]>(
      policy[table] as PolicyData['permissions'],
      random,
      (permission) => ({
        ...permission,
        rule: mutateRule(permission.rule, policy, random),
      }),
    ),
  }
}

const ofPermissions: Mutation = ({ permissions }, random) => ({
  permissions: at(permissions, random, (permission) => {
    const other = { ...permission, target: random.pick(addresses) }
    return random.pick([[], other, [permission, other]])
  }),
})

const ofSetPermissions: Mutation = ({ setPermissions, sets }, random) => ({
  setPermissions: at(setPermissions, random, (permission) => {
    const set = random.number(sets.length + 1)
    const other = {
      ...permission,
      except: permission.kind === 'transfer' && random.is(50),
      set: sets[set] && set,
    }
    return random.pick([[], other, [permission, other]])
  }),
})

const ofLimits: Mutation = (policy, random) => ({
  limits: at(policy.limits, random, (limit) =>
    mutateLimit(limit, policy, random),
  ),
})

const ofSets: Mutation = ({ sets }, random) => ({
  sets: at(sets, random, (set) =>
    set.kind === 'addresses'
      ? {
          ...set,
          addresses: mutateElements(set.addresses, addresses, random),
        }
      : set.kind === 'words'
        ? { ...set, words: mutateElements(set.words, words, random) }
        : set,
  ),
})

const ofSchedule: Mutation = ({ blackouts, weekly }, random) =>
  random.is(50)
    ? {
        blackouts:
          blackouts.length === 0 || random.is(20)
            ? [...blackouts, { end: 1_760_086_400, start: 1_760_000_000 }]
            : at(blackouts, random, (span) => mutateSpan(span, random)),
      }
    : {
        weekly:
          weekly.length === 0
            ? [{ end: 500_000, start: 30_000 }]
            : at(weekly, random, (span) => mutateSpan(span, random)),
      }

const ofHeader: Mutation = (policy, random) => {
  const key = random.pick([
    'gasBudget',
    'maxFeePerGas',
    'maxGas',
    'maxPreVerificationGas',
    'chainId',
    'executeUserOp',
    'gasExponent',
    'maxCalls',
    'maxWindow',
    'nonceMask',
    'paymasters',
    'settlement',
    'validAfter',
    'validUntil',
  ] as const)
  const { [key]: value } = policy
  if (key === 'paymasters')
    return { paymasters: random.pick([undefined, 0, 1, 2]) }
  if (key === 'gasExponent')
    return random.is(50)
      ? { gasExponent: policy.gasExponent + random.pick([-1, 1]) }
      : {
          gasBudget: policy.gasBudget * 10n,
          gasExponent: policy.gasExponent - 1,
        }
  if (key === 'nonceMask') {
    const nonceMask = random.pick([policy.nonceMask, 0n, 1n, 3n, 255n << 160n])
    const nonceValue = random.pick([policy.nonceValue, 0n, 1n, 2n]) & nonceMask
    return { nonceMask, nonceValue }
  }
  if (key === 'maxCalls')
    return { maxCalls: random.pick([1, 2, 3, policy.maxCalls + 1]) }
  if (typeof value === 'boolean') return { [key]: !value }
  if (typeof value === 'bigint') return { [key]: near(value, random) }
  return {
    [key]:
      key === 'chainId'
        ? 1 + policy.chainId
        : nearSecond(Number(value), random),
  }
}

const ofTiers: Mutation = ({ tiers }, random) => {
  if (tiers === undefined) return {}
  const key = random.pick(['delay', 'lifetime', 'threshold', 'set'] as const)
  if (key === 'set') return { tiers: { ...tiers, approvers: random.number(3) } }
  const value = tiers[key] + random.pick([-1, 1])
  return { tiers: { ...tiers, [key]: Math.max(0, value) } }
}

const mutations: readonly Mutation[] = [
  ofLimits,
  ofLimits,
  ofLimits,
  ofRules,
  ofRules,
  ofRules,
  ofPermissions,
  ofSetPermissions,
  ofSets,
  ofSchedule,
  ofHeader,
  ofHeader,
  ofTiers,
]

/** Changes some things about a policy, and tidies up what follows from them. */
export function mutatePolicy(
  policy: PolicyData,
  count: number,
  random: Random,
): PolicyData {
  let changed = policy
  for (let index = 0; index < count; index++)
    changed = { ...changed, ...random.pick(mutations)(changed, random) }
  return tidy(changed)
}

/** Sorts what the format wants sorted, and has the tiers that are asked for. */
function tidy(policy: PolicyData): PolicyData {
  const bySpan = (one: PolicySpan, other: PolicySpan) => one.start - other.start
  const byKey = (one: PolicyLimit, other: PolicyLimit) =>
    encodeLimitKey(one) < encodeLimitKey(other) ? -1 : 1
  const rules = [...policy.permissions, ...policy.setPermissions].flatMap(
    ({ rule }) =>
      rule.type === 'plain' ? [rule] : rule.alternatives.map((one) => one.rule),
  )
  const asked = new Set<string>([
    ...policy.limits.map(({ action }) => action),
    ...rules.map(({ tier }) => tier),
  ])
  const [isDelayed, isApproved] = [asked.has('delay'), asked.has('approval')]
  const approvers = policy.sets.findIndex(({ kind }) => kind === 'addresses')
  const old = policy.tiers
  return {
    ...policy,
    blackouts: [...policy.blackouts].sort(bySpan),
    limits: [...policy.limits].sort(byKey),
    permissions: [...policy.permissions].sort((one, other) =>
      toKey(one) < toKey(other) ? -1 : 1,
    ),
    tiers:
      isDelayed || isApproved
        ? {
            ...(isApproved
              ? { approvers: old?.approvers ?? Math.max(0, approvers) }
              : {}),
            delay: isDelayed ? old?.delay || 3_600 : 0,
            lifetime: isDelayed ? old?.lifetime || 3_600 : 0,
            threshold: isApproved ? old?.threshold || 1 : 0,
          }
        : undefined,
    weekly: [...policy.weekly].sort(bySpan),
  }
}

function toKey({
  kind,
  selector,
  target,
}: PolicyData['permissions'][number]): string {
  return `${target.toLowerCase()} ${kind === 'call' ? 1 : 0} ${selector}`
}
