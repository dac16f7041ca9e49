import { concatHex, type Hex } from 'viem'

import { toBytes } from './buildPolicy.ts'
import type { Reader } from './reader.ts'

export type PlainRule = {
  group: number
  tier: number
  flags: number
  headWords: number
  valueCap: bigint
  spends: { asset: number; source: number; word: number }[]
  conditions: Condition[]
}
export type Condition = {
  op: number
  word: number
  operand: bigint
  bytes: Hex
}

const operandSizes = [0, 32, 32, 32, 32, 32, 32, 1, 1, 64, 0, 0, 4, 4]

export function readRule(
  reader: Reader,
  offset: number,
): {
  alternatives: { rule: PlainRule; value: bigint; length: number }[]
  end: number
} {
  if (!readSwitch(reader, offset).isSwitch) {
    const { end, rule } = readPlainRule(reader, offset)
    return { alternatives: [{ rule, value: 0n, length: end - offset }], end }
  }
  const count = reader.number(offset + 3, 2)
  let end = offset + 5 + 34 * count
  const alternatives = Array.from({ length: count }, (_, i) => {
    const entry = offset + 5 + 34 * i
    const start = reader.number(entry + 32, 2)
    if (start !== end) throw new RangeError()
    const plain = readPlainRule(reader, start)
    end = plain.end
    return {
      rule: plain.rule,
      value: reader.integer(entry, 32),
      length: end - start,
    }
  })
  return { alternatives, end }
}

/** Whether the rule is a switch, and on which word. */
export function readSwitch(
  reader: Reader,
  offset: number,
): { isSwitch: boolean; word: number } {
  return {
    isSwitch: reader.number(offset, 1) === 2,
    word: reader.number(offset + 1, 2),
  }
}

/** The rule at `offset` as it would be at another place. */
export function encodeRule(reader: Reader, offset: number, at: number): Hex {
  const { isSwitch, word } = readSwitch(reader, offset)
  const { alternatives, end } = readRule(reader, offset)
  if (!isSwitch) return reader.bytes(offset, end - offset)
  const start = offset + 5 + 34 * alternatives.length
  let cursor = at + 5 + 34 * alternatives.length
  const entries = alternatives.flatMap(({ length, value }) => {
    const entry = [toBytes(value, 32), toBytes(cursor, 2)]
    cursor += length
    return entry
  })
  return concatHex([
    '0x02',
    toBytes(word, 2),
    toBytes(alternatives.length, 2),
    ...entries,
    reader.bytes(start, end - start),
  ])
}

function readPlainRule(
  reader: Reader,
  offset: number,
): { rule: PlainRule; end: number } {
  if (reader.number(offset, 1) !== 1) throw new RangeError()
  const flags = reader.number(offset + 3, 1)
  if (flags > 1) throw new RangeError()
  let end = offset + 24
  const spends = Array.from({ length: reader.number(offset + 22, 1) }, () => {
    const spend = {
      asset: reader.number(end, 1),
      source: reader.number(end + 1, 1),
      word: reader.number(end + 2, 2),
    }
    end += 4
    return spend
  })
  const conditions = Array.from(
    { length: reader.number(offset + 23, 1) },
    () => {
      const op = reader.number(end, 1)
      const length = operandSizes[op]
      if (length === undefined) throw new RangeError()
      const condition = {
        op,
        word: reader.number(end + 1, 2),
        operand: reader.integer(end + 3, length),
        bytes: reader.bytes(end, 3 + length),
      }
      end += 3 + length
      return condition
    },
  )
  // Where the section ends, as the directory has it.
  if (end > reader.number(182, 2)) throw new RangeError()
  const rule = {
    group: reader.number(offset + 1, 1),
    tier: reader.number(offset + 2, 1),
    flags,
    headWords: reader.number(offset + 4, 2),
    valueCap: reader.integer(offset + 6, 16),
    spends,
    conditions,
  }
  return { rule, end }
}
