import { getAddress, type Hex, hexToBigInt, slice } from 'viem'

import { formatAmount } from '../document/amounts.ts'
import type {
  DocumentComparison,
  DocumentCondition,
} from '../document/conditionSchema.ts'
import type { PolicyCondition, PolicyPlainRule } from '../format/types.ts'
import type { Names } from './names.ts'

/** Parts of a call that is known by its selector alone. */
export type DecompiledCall = {
  exact: boolean
  function: Hex
  headWords: number
  spends?: readonly { amount: string | 1; asset: string }[]
  value?: string
  where?: Readonly<Record<string, DocumentCondition>>
}

/** Writes a call word by word: the bytes hold no names of arguments. */
export function decompileCall(
  names: Names,
  selector: Hex,
  { conditions, exact, headWords, spends, valueCap }: PolicyPlainRule,
): DecompiledCall {
  const words = [...new Set(conditions.map(({ word }) => word))]
  const where = Object.fromEntries(
    words.map((word) => [
      `#${word}`,
      toCondition(
        names,
        conditions.filter((condition) => condition.word === word),
      ),
    ]),
  )
  return {
    exact,
    function: selector,
    headWords,
    ...(words.length === 0 ? {} : { where }),
    ...(spends.length === 0
      ? {}
      : {
          spends: spends.map(({ asset, word }) => ({
            amount: word === undefined ? 1 : `#${word}`,
            asset: names.getSymbol(asset),
          })),
        }),
    ...(valueCap === 0n ? {} : { value: formatAmount(valueCap, 18) }),
  }
}

function toCondition(
  names: Names,
  conditions: readonly PolicyCondition[],
): DocumentCondition {
  const others = conditions.filter(({ op }) => op !== 'equal')
  // A switch and a condition may both want a value, the first is the switch's.
  const [value, other] = new Set(
    conditions.flatMap((condition) =>
      condition.op === 'equal' ? [toScalar(condition.value, true)] : [],
    ),
  )
  if (value !== undefined && others.length === 0 && other === undefined)
    return value
  const isAccount = others.some(({ op }) => op === 'account')
  return Object.assign(
    {},
    // The account is an address.
    ...others
      .filter(({ op }) => op !== 'address' || !isAccount)
      .map((condition) => toComparison(names, condition)),
    value === undefined ? {} : { equal: value },
    // Two values at once: no call has them.
    other === undefined ? {} : { not: value },
  ) as DocumentComparison
}

function toComparison(
  names: Names,
  condition: PolicyCondition,
): DocumentComparison {
  switch (condition.op) {
    case 'account':
    case 'address':
      return { is: condition.op }
    case 'in':
    case 'notIn':
      return { [condition.op]: names.getSet(condition.set) }
    case 'length': {
      const { elementSize, length } = condition
      return { length: { elementSize, length } }
    }
    case 'mask':
      return { mask: { and: condition.mask, equals: condition.value } }
    case 'notEqual':
      return { not: toScalar(condition.value, true) }
    case 'pointer': {
      const { offset, size } = condition
      return { pointer: { offset, size } }
    }
    default:
      return { [condition.op]: toScalar(condition.value, false) }
  }
}

/** Writes a word as the number or the address that it most likely is. */
function toScalar(word: Hex, mayBeAddress: boolean): string {
  const number = hexToBigInt(word)
  if (number < 1n << (mayBeAddress ? 100n : 200n)) return number.toString()
  return mayBeAddress && number < 1n << 160n
    ? getAddress(slice(word, 12))
    : word
}
