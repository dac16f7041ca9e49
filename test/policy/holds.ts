import { type Hex, hexToBigInt, slice } from 'viem'

import type {
  PolicyCondition,
  PolicyData,
  PolicyPlainRule,
} from '../../src/policy/format/types.ts'

const account: Hex = '0x9090909090909090909090909090909090909090'

/** Whether calldata keeps a rule's conditions, as the format's page says. */
export function holds(
  { sets }: Pick<PolicyData, 'sets'>,
  { conditions, exact, headWords }: PolicyPlainRule,
  data: Hex,
): boolean {
  const size = (data.length - 2) / 2
  const head = 4 + 32 * headWords
  if (size < head || (exact && size !== head)) return false
  return conditions.every((condition) => {
    const start = 4 + 32 * condition.word
    if (start + 32 > size) return false
    const word = slice(data, start, start + 32)
    return isKept(sets, condition, word)
  })
}

/** Whether a policy's rule for the target permits a call's arguments. */
export function permits(policy: PolicyData, target: Hex, data: Hex): boolean {
  const rule = policy.permissions.find(
    (permission) =>
      permission.target === target && permission.selector === slice(data, 0, 4),
  )?.rule
  if (rule === undefined || rule.type === 'plain')
    return rule !== undefined && holds(policy, rule, data)
  const start = 4 + 32 * rule.word
  if ((data.length - 2) / 2 < start + 32) return false
  const chosen = rule.alternatives.find(
    ({ value }) => value === slice(data, start, start + 32),
  )
  return chosen !== undefined && holds(policy, chosen.rule, data)
}

function isKept(
  sets: PolicyData['sets'],
  condition: PolicyCondition,
  word: Hex,
): boolean {
  const number = hexToBigInt(word)
  const signed = BigInt.asIntN(256, number)
  switch (condition.op) {
    case 'account':
      return number === hexToBigInt(account)
    case 'address':
      return number < 1n << 160n
    case 'atLeast':
      return number >= hexToBigInt(condition.value)
    case 'atMost':
      return number <= hexToBigInt(condition.value)
    case 'equal':
      return word === condition.value
    case 'in':
    case 'notIn': {
      const set = sets[condition.set]
      const elements =
        set?.kind === 'addresses'
          ? set.addresses
          : set?.kind === 'words'
            ? set.words
            : []
      const found = elements.some((element) => hexToBigInt(element) === number)
      if (condition.op === 'in') return found
      return !found && (set?.kind !== 'addresses' || number < 1n << 160n)
    }
    case 'length':
      return number === BigInt(condition.length)
    case 'mask':
      return (
        (number & hexToBigInt(condition.mask)) === hexToBigInt(condition.value)
      )
    case 'notEqual':
      return word !== condition.value
    case 'pointer':
      return number === 32n * BigInt(condition.offset)
    case 'signedAtLeast':
      return signed >= BigInt.asIntN(256, hexToBigInt(condition.value))
    case 'signedAtMost':
      return signed <= BigInt.asIntN(256, hexToBigInt(condition.value))
  }
}

holds.account = account as Hex
