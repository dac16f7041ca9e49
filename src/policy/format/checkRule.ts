import { hexToBigInt } from 'viem'

import { conditionOps } from '../../constants/conditionOps.ts'
import { encodeSpend } from './encodeRule.ts'
import { createRegions, type Regions } from './regions.ts'
import type { PolicyCondition, PolicyData, PolicyPlainRule } from './types.ts'

type Refuse = (message: string, fix: string) => void

/** Checks a plain rule's own fields, its conditions and its spends. */
export function checkRule(
  policy: PolicyData,
  rule: PolicyPlainRule,
  refuse: Refuse,
): void {
  const { conditions, group, headWords, spends } = rule
  if (group !== undefined && policy.groups[group] === undefined)
    refuse('The group does not exist.', 'Name a group of the policy.')
  if (conditions.length > 255)
    refuse('There are more than 255 conditions.', 'Have fewer.')
  if (spends.length > 255)
    refuse('There are more than 255 spends.', 'Have fewer.')

  const regions = createRegions(headWords)
  let previous = -1
  for (const condition of conditions) {
    const key = condition.word * 256 + conditionOps.indexOf(condition.op)
    if (key <= previous)
      refuse(
        `Word ${condition.word} has the condition \`${condition.op}\` twice, or the conditions do not ascend.`,
        'State each condition on an argument once.',
      )
    previous = key
    checkCondition(policy, rule, regions, condition, refuse)
  }

  spends.forEach((spend, index) => {
    const asset = policy.assets[spend.asset]
    if (
      asset === undefined ||
      asset.kind === 'operations' ||
      asset.kind === 'gas'
    )
      refuse('The call spends what is no asset.', 'Name an asset.')
    if (spend.word !== undefined && !regions.has(spend.word))
      refuse(
        `The spent amount, word ${spend.word}, lies beyond the head.`,
        'Spend an argument of static type.',
      )
    const before = spends[index - 1]
    if (before !== undefined && encodeSpend(before) >= encodeSpend(spend))
      refuse('Two spends are the same.', 'Have each spend once.')
  })
}

function checkCondition(
  policy: PolicyData,
  rule: PolicyPlainRule,
  regions: Regions,
  condition: PolicyCondition,
  refuse: Refuse,
): void {
  const { op, word } = condition
  if (!regions.has(word)) {
    refuse(
      `Word ${word} lies beyond the head, where nothing pins it.`,
      'Pin the argument that holds it.',
    )
    return
  }
  if ((op === 'in' || op === 'notIn') && !policy.sets[condition.set])
    refuse('The set does not exist.', 'Name a set of the policy.')
  if (
    op === 'mask' &&
    (hexToBigInt(condition.value) & ~hexToBigInt(condition.mask)) !== 0n
  )
    refuse(
      'The value has bits outside the mask, so that nothing equals it.',
      'Keep the value within the mask.',
    )
  if (op === 'pointer' && rule.exact)
    refuse(
      'Nothing lies beyond the head of an exact call.',
      'Leave `exact` out.',
    )
  else if (
    op === 'pointer' &&
    !regions.open(word, condition.offset, condition.size)
  )
    refuse(
      `The pointer in word ${word} leads into the head or another region.`,
      'Pin the argument where the canonical ABI has it.',
    )
  if (
    op === 'length' &&
    !regions.grow(word, condition.length, condition.elementSize)
  )
    refuse(
      `Word ${word} begins no region of one word, or its elements lie in another.`,
      'Pin the pointer first.',
    )
}
