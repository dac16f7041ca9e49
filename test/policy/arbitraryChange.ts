import fc from 'fast-check'

import type {
  PolicyData,
  PolicyPlainRule,
  PolicyRule,
} from '../../src/policy/format/types.ts'

/** Changes one thing about a policy; the result may be none. */
export type Change = (policy: PolicyData, pick: number) => PolicyData

type RuleChange = (rule: PolicyPlainRule, pick: number) => PolicyPlainRule

const toWord = (value: bigint) =>
  `0x${value.toString(16).padStart(64, '0')}` as const

function at<item>(
  items: readonly item[],
  pick: number,
  change: (item: item) => item,
): readonly item[] {
  return items.map((item, index) =>
    index === pick % items.length ? change(item) : item,
  )
}

function without<item>(items: readonly item[], pick: number) {
  return items.filter((_, index) => index !== pick % items.length)
}

const ruleChanges: readonly RuleChange[] = [
  (rule, pick) => ({ ...rule, conditions: without(rule.conditions, pick) }),
  (rule, pick) => ({
    ...rule,
    conditions: at(rule.conditions, pick, (condition) =>
      'value' in condition
        ? {
            ...condition,
            value: toWord(
              BigInt.asUintN(
                256,
                BigInt(condition.value) + BigInt((pick % 5) - 2),
              ),
            ),
          }
        : condition,
    ),
  }),
  (rule, pick) => ({
    ...rule,
    conditions: at(rule.conditions, pick, (condition) => ({
      op: pick % 2 === 0 ? 'atMost' : 'atLeast',
      value: toWord(BigInt(pick % 100)),
      word: condition.word,
    })),
  }),
  (rule, pick) => ({
    ...rule,
    conditions: at(rule.conditions, pick, ({ word }) => ({
      op: pick % 2 === 0 ? 'address' : 'account',
      word,
    })),
  }),
  (rule, pick) => ({
    ...rule,
    conditions: at(rule.conditions, pick, ({ word }) => ({
      op: pick % 2 === 0 ? 'in' : 'notIn',
      set: pick % 3,
      word,
    })),
  }),
  (rule, pick) => ({
    ...rule,
    valueCap: (rule.valueCap * BigInt(pick % 4)) / 2n,
  }),
  (rule, pick) => ({
    ...rule,
    tier:
      (['none', 'notify', 'delay', 'approval'] as const)[pick % 4] ?? 'none',
  }),
  (rule, pick) => ({ ...rule, group: pick % 3 === 0 ? undefined : pick % 2 }),
  (rule) => ({ ...rule, exact: !rule.exact }),
  (rule, pick) => ({ ...rule, spends: without(rule.spends, pick) }),
]

const changeRule: Change = (policy, pick) => {
  const change = ruleChanges[pick % ruleChanges.length] ?? ruleChanges[0]
  const table =
    policy.setPermissions.length > 0 && pick % 3 === 0
      ? 'setPermissions'
      : 'permissions'
  const apply = (rule: PolicyPlainRule) => change?.(rule, pick >> 4) ?? rule
  const toRule = (rule: PolicyRule): PolicyRule =>
    rule.type === 'plain'
      ? apply(rule)
      : {
          ...rule,
          alternatives: at(rule.alternatives, pick, (alternative) => ({
            ...alternative,
            rule: apply(alternative.rule),
          })),
        }
  return {
    ...policy,
    [table]: at<PolicyData['permissions'][number]>(
      policy[table] as PolicyData['permissions'],
      pick,
      (permission) => ({ ...permission, rule: toRule(permission.rule) }),
    ),
  }
}

const changes: readonly Change[] = [
  changeRule,
  changeRule,
  changeRule,
  (policy, pick) => ({
    ...policy,
    limits: at(policy.limits, pick, (limit) => ({
      ...limit,
      amount: (limit.amount * BigInt((pick % 3) + 1)) / 2n,
    })),
  }),
  (policy, pick) => ({ ...policy, limits: without(policy.limits, pick) }),
  (policy, pick) => ({
    ...policy,
    limits: at(policy.limits, pick, (limit) => ({
      ...limit,
      action:
        (['deny', 'notify', 'delay', 'approval'] as const)[pick % 4] ?? 'deny',
    })),
  }),
  (policy, pick) => ({
    ...policy,
    limits: at(policy.limits, pick, (limit) => ({
      ...limit,
      kind: 'lifetime',
      anchor: 0,
      length: 0,
    })),
  }),
  (policy, pick) => ({
    ...policy,
    permissions: without(policy.permissions, pick),
  }),
  (policy, pick) => ({
    ...policy,
    setPermissions: without(policy.setPermissions, pick),
  }),
  (policy, pick) => ({
    ...policy,
    setPermissions: at(policy.setPermissions, pick, (permission) => ({
      ...permission,
      except: pick % 2 === 0 && permission.kind === 'transfer',
      set: pick % 3,
    })),
  }),
  (policy, pick) => ({
    ...policy,
    permissions: at(policy.permissions, pick, (permission) =>
      permission.rule.type === 'switch'
        ? {
            ...permission,
            rule: {
              ...permission.rule,
              alternatives: without(permission.rule.alternatives, pick),
            },
          }
        : permission,
    ),
  }),
  (policy, pick) => ({
    ...policy,
    sets: at(policy.sets, pick, (set) =>
      set.kind === 'addresses' && set.addresses.length > 1
        ? { ...set, addresses: without(set.addresses, pick) }
        : set.kind === 'words' && set.words.length > 1
          ? { ...set, words: without(set.words, pick) }
          : set,
    ),
  }),
  (policy, pick) => ({
    ...policy,
    blackouts: without(policy.blackouts, pick),
  }),
  (policy, pick) => ({ ...policy, weekly: without(policy.weekly, pick) }),
  (policy, pick) => ({
    ...policy,
    weekly: at(policy.weekly, pick, ({ end, start }) => ({
      end: end - (pick % 4) * 600,
      start: Math.max(0, start + ((pick % 5) - 2) * 600),
    })),
  }),
  (policy, pick) => ({ ...policy, maxCalls: 1 + (pick % 4) }),
  (policy, pick) => ({ ...policy, maxWindow: 600 * (1 + (pick % 8)) }),
  (policy, pick) => ({
    ...policy,
    validUntil: policy.validUntil + ((pick % 5) - 2) * 86_400,
  }),
]

/** One to three changes of a policy. */
export const arbitraryChange: fc.Arbitrary<(policy: PolicyData) => PolicyData> =
  fc
    .array(
      fc.record({ change: fc.constantFrom(...changes), pick: fc.nat(9999) }),
      {
        maxLength: 3,
        minLength: 1,
      },
    )
    .map(
      (list) => (policy: PolicyData) =>
        list.reduce((result, { change, pick }) => change(result, pick), policy),
    )
