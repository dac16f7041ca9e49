import { createRegions } from '../format/regions.ts'
import type { PolicyCondition, PolicyPlainRule } from '../format/types.ts'
import { toWord } from './encodeValue.ts'

/**
 * Makes one head of a rule's head and of the regions that its pins open, where
 * they lie behind it without a gap, so that any of their words may tell
 * alternatives apart. The rule permits the same calls: where offsets and
 * lengths equal constants, what they lead to lies where constants say.
 *
 * Returns undefined where a region lies elsewhere.
 */
export function openRegions(
  rule: PolicyPlainRule,
): PolicyPlainRule | undefined {
  const regions = createRegions(rule.headWords)
  for (const condition of rule.conditions) {
    const { word } = condition
    if (
      condition.op === 'pointer' &&
      !regions.open(word, condition.offset, condition.size)
    )
      return undefined
    if (
      condition.op === 'length' &&
      !regions.grow(word, condition.length, condition.elementSize)
    )
      return undefined
  }
  let { headWords } = rule
  while (regions.has(headWords)) headWords += 1
  const words = [...rule.conditions, ...rule.spends].map(({ word }) => word)
  if (headWords > 0xffff || words.some((word = 0) => word >= headWords))
    return undefined
  return {
    ...rule,
    conditions: rule.conditions.map(toConstant),
    headWords,
  }
}

function toConstant(condition: PolicyCondition): PolicyCondition {
  const { op, word } = condition
  if (op === 'pointer')
    return { op: 'equal', value: toWord(32n * BigInt(condition.offset)), word }
  return op === 'length'
    ? { op: 'equal', value: toWord(BigInt(condition.length)), word }
    : condition
}
