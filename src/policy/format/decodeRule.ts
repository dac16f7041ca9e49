import { conditionOps } from '../../constants/conditionOps.ts'
import { tiers } from './constants.ts'
import type { Reader } from './createReader.ts'
import type {
  PolicyCondition,
  PolicyPlainRule,
  PolicyRule,
  PolicySpend,
} from './types.ts'

/** Decodes the rule that begins at `offset`, in bytes. */
export function decodeRule(reader: Reader, offset: number): PolicyRule {
  const type = reader.number(offset, 1)
  if (type !== 2) return decodePlainRule(reader, offset)

  const count = reader.number(offset + 3, 2)
  return {
    alternatives: Array.from({ length: count }, (_, index) => {
      const entry = offset + 5 + 34 * index
      return {
        rule: decodePlainRule(reader, reader.number(entry + 32, 2)),
        value: reader.hex(entry, 32),
      }
    }),
    type: 'switch',
    word: reader.number(offset + 1, 2),
  }
}

function decodePlainRule(reader: Reader, offset: number): PolicyPlainRule {
  if (reader.number(offset, 1) !== 1)
    reader.refuse(`The rule at ${offset} is of no known kind.`)
  const flags = reader.number(offset + 3, 1)
  if (flags > 1) reader.refuse(`The rule at ${offset} has unknown flags.`)
  const group = reader.number(offset + 1, 1)

  let next = offset + 24
  const spends = Array.from({ length: reader.number(offset + 22, 1) }, () => {
    const spend = decodeSpend(reader, next)
    next += 4
    return spend
  })
  const conditions = Array.from(
    { length: reader.number(offset + 23, 1) },
    () => {
      const { condition, size } = decodeCondition(reader, next)
      next += size
      return condition
    },
  )
  return {
    conditions,
    exact: flags === 1,
    group: group === 0 ? undefined : group - 1,
    headWords: reader.number(offset + 4, 2),
    spends,
    tier: reader.name(tiers, offset + 2),
    type: 'plain',
    valueCap: reader.bigint(offset + 6, 16),
  }
}

function decodeSpend(reader: Reader, offset: number): PolicySpend {
  const source = reader.number(offset + 1, 1)
  if (source > 1) reader.refuse(`The spend at ${offset} has no known source.`)
  return {
    asset: reader.number(offset, 1),
    word: source === 1 ? undefined : reader.number(offset + 2, 2),
  }
}

function decodeCondition(
  reader: Reader,
  offset: number,
): { condition: PolicyCondition; size: number } {
  const op = reader.name(conditionOps, offset)
  const word = reader.number(offset + 1, 2)
  const operand = offset + 3
  switch (op) {
    case 'account':
    case 'address':
      return { condition: { op, word }, size: 3 }
    case 'in':
    case 'notIn':
      return {
        condition: { op, set: reader.number(operand, 1), word },
        size: 4,
      }
    case 'length':
      return {
        condition: {
          elementSize: reader.number(operand + 2, 2),
          length: reader.number(operand, 2),
          op,
          word,
        },
        size: 7,
      }
    case 'mask':
      return {
        condition: {
          mask: reader.hex(operand, 32),
          op,
          value: reader.hex(operand + 32, 32),
          word,
        },
        size: 67,
      }
    case 'pointer':
      return {
        condition: {
          offset: reader.number(operand, 2),
          op,
          size: reader.number(operand + 2, 2),
          word,
        },
        size: 7,
      }
    default:
      return {
        condition: { op, value: reader.hex(operand, 32), word },
        size: 35,
      }
  }
}
