import { type Hex, hexToBigInt } from 'viem'

import type { ViewCondition } from '../view/policyView.ts'

const addressBound = 1n << 160n
const greatestWord = (1n << 256n) - 1n

/**
 * Whether whatever keeps all `conditions` keeps the demand too. Says no where it
 * cannot tell.
 */
export function isImplied(
  conditions: readonly ViewCondition[],
  demand: ViewCondition,
): boolean {
  const own = conditions.filter(({ word }) => word === demand.word)
  if (own.some((condition) => implies(condition, demand))) return true
  const values = getValues(own)
  return values?.every((value) => keeps(value, demand) === true) ?? false
}

/** All values that the conditions leave; undefined where they are not listed. */
function getValues(
  conditions: readonly ViewCondition[],
): readonly bigint[] | undefined {
  for (const condition of conditions) {
    const listed = getListed(condition)
    if (listed !== undefined)
      return listed.filter((value) =>
        conditions.every((other) => keeps(value, other) !== false),
      )
  }
  return undefined
}

function getListed(condition: ViewCondition): readonly bigint[] | undefined {
  switch (condition.op) {
    case 'equal':
      return [hexToBigInt(condition.value)]
    case 'in':
      return condition.set.elements?.map((value) => hexToBigInt(value))
    case 'length':
      return [BigInt(condition.length)]
    case 'pointer':
      return [32n * BigInt(condition.offset)]
    default:
      return undefined
  }
}

/** Whether one value keeps a condition; undefined where nobody knows. */
function keeps(value: bigint, condition: ViewCondition): boolean | undefined {
  switch (condition.op) {
    case 'account':
      return value < addressBound ? undefined : false
    case 'address':
      return value < addressBound
    case 'atLeast':
      return value >= hexToBigInt(condition.value)
    case 'atMost':
      return value <= hexToBigInt(condition.value)
    case 'equal':
      return value === hexToBigInt(condition.value)
    case 'in':
      return has(condition.set.elements, value)
    case 'length':
      return value === BigInt(condition.length)
    case 'mask':
      return (
        (value & hexToBigInt(condition.mask)) === hexToBigInt(condition.value)
      )
    case 'notEqual':
      return value !== hexToBigInt(condition.value)
    case 'notIn': {
      if (condition.set.isAddresses && value >= addressBound) return false
      const found = has(condition.set.elements, value)
      return found === undefined ? undefined : !found
    }
    case 'pointer':
      return value === 32n * BigInt(condition.offset)
    case 'signedAtLeast':
      return toSigned(value) >= getSigned(condition.value)
    case 'signedAtMost':
      return toSigned(value) <= getSigned(condition.value)
  }
}

function has(
  elements: readonly Hex[] | undefined,
  value: bigint,
): boolean | undefined {
  return elements?.some((element) => hexToBigInt(element) === value)
}

/** Whether one condition on a word implies another one on it. */
function implies(condition: ViewCondition, demand: ViewCondition): boolean {
  if (isSame(condition, demand)) return true
  switch (demand.op) {
    case 'address':
      return isAddress(condition)
    case 'atLeast':
      if (hexToBigInt(demand.value) === 0n) return true
      return (
        condition.op === 'atLeast' &&
        hexToBigInt(condition.value) >= hexToBigInt(demand.value)
      )
    case 'atMost': {
      const most = hexToBigInt(demand.value)
      if (most === greatestWord) return true
      if (most >= addressBound - 1n && isAddress(condition)) return true
      return condition.op === 'atMost' && hexToBigInt(condition.value) <= most
    }
    case 'mask':
      return condition.op === 'mask' && impliesMask(condition, demand)
    case 'notEqual':
      return excludes(condition, hexToBigInt(demand.value))
    case 'notIn':
      return (
        (!demand.set.isAddresses || isAddress(condition)) &&
        (demand.set.elements?.every((element) =>
          excludes(condition, hexToBigInt(element)),
        ) ??
          false)
      )
    case 'signedAtLeast':
      return (
        condition.op === 'signedAtLeast' &&
        getSigned(condition.value) >= getSigned(demand.value)
      )
    case 'signedAtMost':
      return (
        condition.op === 'signedAtMost' &&
        getSigned(condition.value) <= getSigned(demand.value)
      )
    default:
      return false
  }
}

/** Whether nothing that keeps the condition has this value. */
function excludes(condition: ViewCondition, value: bigint): boolean {
  return keeps(value, condition) === false
}

function isAddress(condition: ViewCondition): boolean {
  switch (condition.op) {
    case 'account':
    case 'address':
      return true
    case 'atMost':
      return hexToBigInt(condition.value) < addressBound
    case 'in':
    case 'notIn':
      return condition.set.isAddresses
    default:
      return false
  }
}

function impliesMask(
  one: Extract<ViewCondition, { op: 'mask' }>,
  other: Extract<ViewCondition, { op: 'mask' }>,
): boolean {
  const [mask, wanted] = [hexToBigInt(one.mask), hexToBigInt(other.mask)]
  return (
    (mask & wanted) === wanted &&
    (hexToBigInt(one.value) & wanted) === hexToBigInt(other.value)
  )
}

/** Whether two conditions are the same one, whatever holds their sets. */
function isSame(one: ViewCondition, other: ViewCondition): boolean {
  return toKey(one) === toKey(other)
}

function toKey(condition: ViewCondition): string {
  return 'set' in condition
    ? `${condition.op} ${condition.word} ${condition.set.key}`
    : JSON.stringify(Object.entries(condition).sort())
}

function toSigned(value: bigint): bigint {
  return BigInt.asIntN(256, value)
}

function getSigned(value: Hex): bigint {
  return toSigned(hexToBigInt(value))
}
