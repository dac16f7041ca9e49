import fc from 'fast-check'

import type {
  PolicyCondition,
  PolicyData,
  PolicyPlainRule,
  PolicyRule,
} from '../../src/policy/format/types.ts'

/** Changes one thing about a policy, well or badly. */
export type Mutation = (policy: PolicyData) => PolicyData

const actions = ['deny', 'notify', 'delay', 'approval'] as const
const tiers = ['none', 'notify', 'delay', 'approval'] as const

type Change = (rule: PolicyPlainRule, pick: number) => PolicyPlainRule

const without = <item>(items: readonly item[], pick: number) =>
  items.filter((_, index) => index !== pick % items.length)

const word = (digit: string) => `0x${digit.repeat(64)}` as const

const changes: readonly Change[] = [
  (rule, pick) => ({ ...rule, conditions: without(rule.conditions, pick) }),
  (rule, pick) => ({ ...rule, spends: without(rule.spends, pick) }),
  (rule, pick) => ({ ...rule, headWords: pick % 8 }),
  (rule) => ({ ...rule, exact: !rule.exact }),
  (rule, pick) => ({ ...rule, valueCap: BigInt(pick % 2) }),
  (rule, pick) => ({ ...rule, group: pick % 3 === 0 ? undefined : pick % 2 }),
  (rule, pick) => ({ ...rule, tier: tiers[pick % tiers.length] ?? 'none' }),
  (rule, pick) => ({ ...rule, spends: [...rule.spends, { asset: pick % 4 }] }),
  (rule, pick) => ({
    ...rule,
    spends: rule.spends.map(({ asset }) => ({ asset, word: pick % 4 })),
  }),
  (rule, pick) => ({
    ...rule,
    conditions: rule.conditions.map(
      (condition, index): PolicyCondition =>
        index === pick % rule.conditions.length
          ? toOther(condition, pick)
          : condition,
    ),
  }),
]

function toOther(condition: PolicyCondition, pick: number): PolicyCondition {
  const others: readonly PolicyCondition[] = [
    { op: 'account', word: condition.word },
    { op: 'address', word: condition.word },
    { op: 'equal', value: word('0'), word: condition.word },
    { op: 'equal', value: word('f'), word: condition.word },
    { op: 'notIn', set: pick % 3, word: condition.word },
    { op: 'in', set: pick % 3, word: condition.word },
    { offset: pick % 9, op: 'pointer', size: pick % 3, word: condition.word },
    {
      elementSize: pick % 2,
      length: pick % 5,
      op: 'length',
      word: condition.word,
    },
    { ...condition, word: pick % 9 },
  ]
  return others[pick % others.length] ?? condition
}

function changeRule(rule: PolicyRule, change: Change, pick: number) {
  if (rule.type === 'plain') return change(rule, pick)
  return {
    ...rule,
    alternatives: rule.alternatives.map((alternative, index) =>
      index === pick % rule.alternatives.length
        ? { ...alternative, rule: change(alternative.rule, pick) }
        : alternative,
    ),
    word: pick % 5 === 0 ? pick % 4 : rule.word,
  }
}

/** A mutation of one rule, or one that takes an entry out of a table. */
export const arbitraryMutation: fc.Arbitrary<Mutation> = fc
  .record({
    change: fc.constantFrom(...changes),
    pick: fc.nat(1000),
    table: fc.constantFrom(
      'permissions',
      'permissions',
      'permissions',
      'setPermissions',
      'limits',
      'sets',
      'assets',
      'groups',
      'actions',
      'tiers',
    ),
  })
  .map(({ change, pick, table }): Mutation => {
    if (table === 'actions')
      return (policy) => ({
        ...policy,
        limits: policy.limits.map((limit, index) =>
          index === pick % policy.limits.length
            ? { ...limit, action: actions[pick % actions.length] ?? 'deny' }
            : limit,
        ),
      })
    if (table === 'tiers')
      return ({ tiers: before, ...policy }) => ({
        ...policy,
        ...(before === undefined || pick % 3 > 0
          ? {
              tiers: {
                delay: 0,
                lifetime: pick % 2,
                threshold: 0,
                ...(pick % 5 === 0 ? {} : before),
                ...(pick % 7 === 0 ? { delay: pick % 2 } : {}),
                ...(pick % 2 === 0
                  ? { approvers: pick % 3, threshold: pick % 4 }
                  : {}),
              },
            }
          : {}),
      })
    if (table !== 'permissions' && table !== 'setPermissions')
      return (policy) => ({
        ...policy,
        [table]: without<unknown>(policy[table], pick),
      })
    return (policy) => ({
      ...policy,
      [table]: policy[table].map((permission, index) =>
        index === pick % policy[table].length
          ? { ...permission, rule: changeRule(permission.rule, change, pick) }
          : permission,
      ),
    })
  })
