import { type Address, type Hex, hexToBigInt, slice } from 'viem'

import { sayList } from '../explain/phrases.ts'
import type { PolicyView, ViewCondition } from '../view/policyView.ts'

/** Most names that a sentence lists. */
const mostNames = 5

/** Lists names, and counts those that are too many. */
export function sayNames(names: readonly string[]): string {
  if (names.length <= mostNames) return sayList(names)
  const more = names.length - mostNames
  return sayList([...names.slice(0, mostNames), `${more} more`])
}

/** Writes a word as the number or the address that it most likely is. */
export function sayWord(view: PolicyView, word: Hex): string {
  const number = hexToBigInt(word)
  if (number >= 1n << 160n) return word
  return number < 1n << 100n
    ? number.toString()
    : view.getName(slice(word, 12) as Address)
}

/** Says what conditions demand of one word. */
export function sayConditions(
  view: PolicyView,
  conditions: readonly ViewCondition[],
): string {
  if (conditions.length === 0) return 'anything'
  return conditions
    .map((condition) => sayCondition(view, condition))
    .join(' and ')
}

function sayCondition(view: PolicyView, condition: ViewCondition): string {
  switch (condition.op) {
    case 'account':
      return 'the account'
    case 'address':
      return 'any address'
    case 'atLeast':
      return `at least ${sayWord(view, condition.value)}`
    case 'atMost':
      return `at most ${sayWord(view, condition.value)}`
    case 'equal':
      return sayWord(view, condition.value)
    case 'in':
      return `one of ${saySet(view, condition)}`
    case 'length':
      return `the length ${condition.length}`
    case 'mask':
      return `${condition.value} under the mask ${condition.mask}`
    case 'notEqual':
      return `not ${sayWord(view, condition.value)}`
    case 'notIn':
      return `none of ${saySet(view, condition)}`
    case 'pointer':
      return `an offset of ${condition.offset} words`
    case 'signedAtLeast':
      return `at least ${toSigned(condition.value)}`
    case 'signedAtMost':
      return `at most ${toSigned(condition.value)}`
  }
}

function saySet(
  view: PolicyView,
  { set }: Extract<ViewCondition, { set: unknown }>,
): string {
  return set.elements === undefined
    ? `the set ${set.key}`
    : sayNames(set.elements.map((element) => sayWord(view, element)))
}

function toSigned(word: Hex): bigint {
  return BigInt.asIntN(256, hexToBigInt(word))
}
