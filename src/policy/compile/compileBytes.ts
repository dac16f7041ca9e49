import { type Hex, isHex, pad, size, slice, stringToHex } from 'viem'

import type {
  DocumentComparison,
  DocumentCondition,
} from '../document/conditionSchema.ts'
import type { PolicyCondition } from '../format/types.ts'
import { type ArgumentNode, getLength, refuseUnknown } from './argumentTree.ts'
import { CompileFault } from './context.ts'

export type CompileBytesReturnType = {
  conditions: readonly PolicyCondition[]
  /** Words of the region. */
  words: number
}

/** Pins the bytes, or only the length, of an argument that begins at `start`. */
export function compileBytes(
  type: 'bytes' | 'string',
  start: number,
  node: ArgumentNode,
): CompileBytesReturnType {
  const { condition, path } = node
  refuseUnknown(node, condition === undefined ? ['length'] : [])
  const data = condition === undefined ? undefined : toBytes(type, condition)
  if (condition !== undefined && data === undefined)
    throw new CompileFault(
      path,
      `The argument is ${type}, and can only equal a value.`,
      type === 'bytes' ? 'Write its bytes, such as "0x".' : 'Write the text.',
    )
  const length = data === undefined ? getLength(node) : size(data)
  const words = Math.ceil(length / 32)
  const values =
    data === undefined
      ? []
      : Array.from({ length: words }, (_, index) =>
          pad(slice(data, 32 * index, Math.min(32 * index + 32, length)), {
            dir: 'right',
            size: 32,
          }),
        )
  return {
    conditions: [
      { elementSize: 0, length, op: 'length', word: start },
      ...values.map((value, index): PolicyCondition => {
        return { op: 'equal', value, word: start + 1 + index }
      }),
    ],
    words: 1 + words,
  }
}

function toBytes(
  type: 'bytes' | 'string',
  condition: DocumentCondition,
): Hex | undefined {
  const value =
    typeof condition === 'object' && Object.keys(condition).join() === 'equal'
      ? (condition as DocumentComparison).equal
      : condition
  if (typeof value !== 'string') return undefined
  if (type === 'string') return stringToHex(value)
  return isHex(value) && value.length % 2 === 0
    ? (value.toLowerCase() as Hex)
    : undefined
}
