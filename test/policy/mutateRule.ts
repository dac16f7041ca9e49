import { type Hex, hexToBigInt, numberToHex } from 'viem'

import { conditionOps } from '../../src/constants/conditionOps.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicyPlainRule,
  PolicyRule,
} from '../../src/policy/format/types.ts'
import type { Random } from './random.ts'

const tiers = ['none', 'notify', 'delay', 'approval'] as const
const compared = [
  'atLeast',
  'atMost',
  'equal',
  'notEqual',
  'signedAtLeast',
  'signedAtMost',
] as const

function toWord(value: bigint): Hex {
  return numberToHex(BigInt.asUintN(256, value), { size: 32 })
}

function toOther(
  condition: PolicyCondition,
  { sets }: PolicyData,
  random: Random,
): PolicyCondition {
  const { word } = condition
  const value =
    'value' in condition ? condition.value : toWord(BigInt(random.number(3)))
  switch (random.number(6)) {
    case 0:
      return { op: random.pick(compared), value, word }
    case 1:
      return { op: random.pick(['account', 'address']), word }
    case 2:
      return {
        op: random.pick(['in', 'notIn']),
        set: random.number(sets.length + 1),
        word,
      }
    case 3: {
      const mask = random.pick([1n, 255n, (1n << 160n) - 1n])
      return {
        mask: toWord(mask),
        op: 'mask',
        value: toWord(hexToBigInt(value) & mask),
        word,
      }
    }
    default: {
      if (!('value' in condition)) return condition
      const difference = random.pick([-1n, 1n, 1n << 160n])
      return { ...condition, value: toWord(hexToBigInt(value) + difference) }
    }
  }
}

function mutateConditions(
  rule: PolicyPlainRule,
  policy: PolicyData,
  random: Random,
): readonly PolicyCondition[] {
  const { conditions, headWords } = rule
  if (conditions.length === 0 || random.is(20)) {
    const word = random.number(headWords + 1)
    const bare = { op: 'notEqual', value: toWord(0n), word } as const
    return [...conditions, toOther(bare, policy, random)]
  }
  const chosen = random.number(conditions.length)
  if (random.is(25)) return conditions.filter((_, index) => index !== chosen)
  return conditions.map((condition, index) =>
    index === chosen ? toOther(condition, policy, random) : condition,
  )
}

function mutatePlain(
  rule: PolicyPlainRule,
  policy: PolicyData,
  random: Random,
): PolicyPlainRule {
  switch (random.number(9)) {
    case 0:
      return { ...rule, exact: !rule.exact }
    case 1:
      return { ...rule, headWords: rule.headWords + random.pick([-1, 1]) }
    case 2: {
      const caps = [rule.valueCap + 1n, rule.valueCap - 1n, 0n, 1n]
      return { ...rule, valueCap: random.pick(caps) }
    }
    case 3:
      return { ...rule, tier: random.pick(tiers) }
    case 4: {
      const group = random.number(policy.groups.length + 1)
      return { ...rule, group: policy.groups[group] && group }
    }
    case 5: {
      const asset = random.number(policy.assets.length)
      const word = random.pick([undefined, 0, 1, 2])
      const spends = rule.spends.slice(random.number(2))
      return { ...rule, spends: [...spends, { asset, word }] }
    }
    case 6:
      return { ...rule, spends: rule.spends.slice(1) }
    default: {
      const byPlace = (one: PolicyCondition, other: PolicyCondition) =>
        one.word - other.word ||
        conditionOps.indexOf(one.op) - conditionOps.indexOf(other.op)
      const conditions = mutateConditions(rule, policy, random)
      return { ...rule, conditions: [...conditions].sort(byPlace) }
    }
  }
}

/** Changes one thing about a rule, or about one alternative of it. */
export function mutateRule(
  rule: PolicyRule,
  policy: PolicyData,
  random: Random,
): PolicyRule {
  if (rule.type === 'plain') return mutatePlain(rule, policy, random)
  const { alternatives, word } = rule
  const chosen = random.number(alternatives.length)
  const one = alternatives[chosen]
  if (one === undefined) return rule
  if (random.is(10)) {
    const equal = { op: 'equal', value: one.value, word } as const
    return { ...one.rule, conditions: [equal, ...one.rule.conditions] }
  }
  const replaced = random.is(60)
    ? [{ ...one, rule: mutatePlain(one.rule, policy, random) }]
    : random.pick([
        [],
        [{ ...one, value: toWord(BigInt(random.number(9))) }],
        [one, { ...one, value: toWord(BigInt(random.number(9))) }],
      ])
  return {
    ...rule,
    alternatives: alternatives
      .flatMap((other, index) => (index === chosen ? replaced : [other]))
      .sort((a, b) => (a.value < b.value ? -1 : 1)),
  }
}
