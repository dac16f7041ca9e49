import { concatHex, type Hex, numberToHex } from 'viem'

import { conditionOps } from '../../constants/conditionOps.ts'
import { tiers } from './constants.ts'
import type {
  PolicyCondition,
  PolicyPlainRule,
  PolicyRule,
  PolicySpend,
} from './types.ts'

/** Index plus 1; 0 for none. */
export function encodeReference(index: number | undefined): Hex {
  return numberToHex(index === undefined ? 0 : index + 1, { size: 1 })
}

export function encodeSpend({ asset, word }: PolicySpend): Hex {
  return concatHex([
    numberToHex(asset, { size: 1 }),
    numberToHex(word === undefined ? 1 : 0, { size: 1 }),
    numberToHex(word ?? 0, { size: 2 }),
  ])
}

function encodeCondition(condition: PolicyCondition): Hex {
  return concatHex([
    numberToHex(conditionOps.indexOf(condition.op), { size: 1 }),
    numberToHex(condition.word, { size: 2 }),
    encodeOperand(condition),
  ])
}

function encodeOperand(condition: PolicyCondition): Hex {
  switch (condition.op) {
    case 'account':
    case 'address':
      return '0x'
    case 'in':
    case 'notIn':
      return numberToHex(condition.set, { size: 1 })
    case 'length':
      return concatHex([
        numberToHex(condition.length, { size: 2 }),
        numberToHex(condition.elementSize, { size: 2 }),
      ])
    case 'mask':
      return concatHex([condition.mask, condition.value])
    case 'pointer':
      return concatHex([
        numberToHex(condition.offset, { size: 2 }),
        numberToHex(condition.size, { size: 2 }),
      ])
    default:
      return condition.value
  }
}

function encodePlainRule(rule: PolicyPlainRule): Hex {
  return concatHex([
    '0x01',
    encodeReference(rule.group),
    numberToHex(tiers.indexOf(rule.tier), { size: 1 }),
    numberToHex(rule.exact ? 1 : 0, { size: 1 }),
    numberToHex(rule.headWords, { size: 2 }),
    numberToHex(rule.valueCap, { size: 16 }),
    numberToHex(rule.spends.length, { size: 1 }),
    numberToHex(rule.conditions.length, { size: 1 }),
    ...rule.spends.map(encodeSpend),
    ...rule.conditions.map(encodeCondition),
  ])
}

/** A rule's bytes, and where its alternatives' rules begin. */
export type EncodedRule = {
  /** Bytes from the start of the blob; empty for a plain rule. */
  alternatives: readonly number[]
  bytes: Hex
}

/** Encodes a rule that begins at `offset`, in bytes. */
export function encodeRule(rule: PolicyRule, offset: number): EncodedRule {
  if (rule.type === 'plain')
    return { alternatives: [], bytes: encodePlainRule(rule) }

  const plain = rule.alternatives.map((entry) => encodePlainRule(entry.rule))
  const alternatives: number[] = []
  let next = offset + 5 + 34 * plain.length
  for (const bytes of plain) {
    alternatives.push(next)
    next += bytes.length / 2 - 1
  }
  return {
    alternatives,
    bytes: concatHex([
      '0x02',
      numberToHex(rule.word, { size: 2 }),
      numberToHex(plain.length, { size: 2 }),
      ...rule.alternatives.map(({ value }, index) =>
        concatHex([value, numberToHex(alternatives[index] ?? 0, { size: 2 })]),
      ),
      ...plain,
    ]),
  }
}
