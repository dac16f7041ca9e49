import type { Hex } from 'viem'

import type {
  DocumentComparison,
  DocumentScalar,
} from '../document/conditionSchema.ts'
import type { DocumentPath } from '../document/path.ts'
import type { PolicyCondition } from '../format/types.ts'
import { type CompileContext, CompileFault } from './context.ts'
import { getAsset } from './createAssetTable.ts'
import type { SetSource } from './createSetTable.ts'
import { encodeValue, getRange, toWord } from './encodeValue.ts'
import { getAddressSet, getNamedSet } from './getAddresses.ts'

export type CompileConditionParameters = {
  condition: DocumentComparison | DocumentScalar
  path: DocumentPath
  /** Elementary ABI type; `word` for an argument whose type is not known. */
  type: string
  /** Position, in 32-byte words behind the selector. */
  word: number
}

/** Compiles what the owner demands of one word of the arguments. */
export function compileCondition(
  context: CompileContext,
  { condition, path, type, word }: CompileConditionParameters,
): readonly PolicyCondition[] {
  const comparison = toComparison(condition, type)
  if (comparison === undefined) return []
  const decimals =
    comparison.unit === undefined
      ? 0
      : getAsset(context, comparison.unit, [...path, 'unit']).decimals
  const encode = (value: DocumentScalar, key: string): Hex =>
    encodeValue(context, { decimals, path: [...path, key], type, value })

  const conditions: PolicyCondition[] = []
  const isNumber = /^u?int/.test(type)
  const isSigned = type.startsWith('int')
  if (comparison.equal !== undefined)
    conditions.push({
      op: 'equal',
      value: encode(comparison.equal, 'equal'),
      word,
    })
  if (comparison.not !== undefined)
    conditions.push({
      op: 'notEqual',
      value: encode(comparison.not, 'not'),
      word,
    })
  for (const key of ['atMost', 'atLeast'] as const) {
    const value = comparison[key]
    if (value === undefined) continue
    if (!isNumber && type !== 'word')
      throw new CompileFault(
        [...path, key],
        `A ${type} is neither more nor less than another.`,
        'Use `equal`, `not`, `in` or `notIn`.',
      )
    const signed = key === 'atMost' ? 'signedAtMost' : 'signedAtLeast'
    conditions.push({
      op: isSigned ? signed : key,
      value: encode(value, key),
      word,
    })
  }
  for (const key of ['in', 'notIn'] as const) {
    const value = comparison[key]
    if (value === undefined) continue
    const encodeElement = (element: DocumentScalar) => encode(element, key)
    const source = getSet(context, value, type, [...path, key], encodeElement)
    const set = 'elements' in source ? source : undefined
    if (key === 'in' && set?.elements.length === 1 && Array.isArray(value))
      conditions.push({
        op: 'equal',
        value: `0x${(set.elements[0] ?? '').slice(2).padStart(64, '0')}`,
        word,
      })
    else conditions.push({ op: key, set: context.sets.add(source), word })
  }
  if (comparison.mask !== undefined)
    conditions.push({
      mask: toWord(
        BigInt(encode(comparison.mask.and, 'mask')) | getUnusedBits(type),
      ),
      op: 'mask',
      value: encode(comparison.mask.equals, 'mask'),
      word,
    })
  if (comparison.is !== undefined) conditions.push({ op: comparison.is, word })
  if (type === 'word') conditions.push(...compileRaw(comparison, word, encode))
  else refuseRaw(comparison, path)

  if (conditions.length === 0)
    throw new CompileFault(
      path,
      'Nothing is demanded of the argument.',
      'Add `equal`, `atMost`, `in` or another comparison.',
    )
  return [...conditions, ...demandCanonical(context, conditions, type, word)]
}

/** A value alone is one that the argument must equal. */
function toComparison(
  condition: CompileConditionParameters['condition'],
  type: string,
): DocumentComparison | undefined {
  if (typeof condition === 'object') return condition
  const isAddress = type === 'address' || type === 'word'
  if (condition === 'account' && isAddress) return { is: 'account' }
  if (condition === 'any') return isAddress ? { is: 'address' } : undefined
  return { equal: condition }
}

function getSet(
  context: CompileContext,
  value: string | readonly DocumentScalar[],
  type: string,
  path: DocumentPath,
  encode: (element: DocumentScalar) => Hex,
): SetSource {
  const named =
    typeof value === 'string' ? getNamedSet(context, value) : undefined
  if (named?.values !== undefined)
    return {
      elements: named.values.map(encode),
      external: named.external,
      kind: 'words',
    }
  if (named?.published !== undefined && named.type === 'words')
    return { blobHash: named.published as Hex, kind: 'wordsBlob' }
  if (type === 'address' || named !== undefined)
    return getAddressSet(context, value as string | readonly string[], path)
  if (typeof value === 'string')
    throw new CompileFault(
      path,
      `No set is named "${value}".`,
      'Add it to `sets`, or list the values.',
    )
  return { elements: value.map(encode), kind: 'words' }
}

function compileRaw(
  comparison: DocumentComparison,
  word: number,
  encode: (value: DocumentScalar, key: string) => Hex,
): readonly PolicyCondition[] {
  const { length, pointer, signedAtLeast, signedAtMost } = comparison
  const conditions: PolicyCondition[] = []
  if (signedAtMost !== undefined)
    conditions.push({
      op: 'signedAtMost',
      value: encode(signedAtMost, 'signedAtMost'),
      word,
    })
  if (signedAtLeast !== undefined)
    conditions.push({
      op: 'signedAtLeast',
      value: encode(signedAtLeast, 'signedAtLeast'),
      word,
    })
  if (pointer !== undefined)
    conditions.push({ op: 'pointer', word, ...pointer })
  if (length !== undefined) conditions.push({ op: 'length', word, ...length })
  return conditions
}

function refuseRaw(comparison: DocumentComparison, path: DocumentPath): void {
  for (const key of [
    'length',
    'pointer',
    'signedAtLeast',
    'signedAtMost',
  ] as const)
    if (comparison[key] !== undefined)
      throw new CompileFault(
        [...path, key],
        `\`${key}\` is for arguments whose type is not known.`,
        'Write the comparison that the type has; pointers and lengths are pinned by themselves.',
      )
}

/**
 * Binds the bits of the word that the type does not use.
 *
 * Some callees ignore them: without this, `not: 3` would let 2^8 + 3 pass as a
 * uint8, which they read as 3.
 */
function demandCanonical(
  { sets }: CompileContext,
  conditions: readonly PolicyCondition[],
  type: string,
  word: number,
): readonly PolicyCondition[] {
  const has = (...ops: readonly PolicyCondition['op'][]) =>
    conditions.some(({ op }) => ops.includes(op))
  if (has('equal', 'in')) return []
  if (type === 'address') {
    // What is not in a set of addresses is an address; a set of words says less.
    const isAddress = conditions.some(
      (condition) =>
        condition.op === 'account' ||
        condition.op === 'address' ||
        (condition.op === 'notIn' && sets.get(condition.set).isAddresses),
    )
    return isAddress ? [] : [{ op: 'address', word }]
  }
  const { max, min } = getRange(type === 'bool' ? 'uint1' : type)
  if (type === 'bool' || /^uint(?!256)/.test(type))
    return has('atMost') ? [] : [{ op: 'atMost', value: toWord(max), word }]
  if (/^int(?!256)/.test(type))
    return [
      ...(has('signedAtMost')
        ? []
        : [{ op: 'signedAtMost' as const, value: toWord(max), word }]),
      ...(has('signedAtLeast')
        ? []
        : [{ op: 'signedAtLeast' as const, value: toWord(min), word }]),
    ]
  const unused = getUnusedBits(type)
  return unused === 0n || has('mask')
    ? []
    : [{ mask: toWord(unused), op: 'mask', value: toWord(0n), word }]
}

/** Bits of a word behind the bytes of a type such as bytes4. */
function getUnusedBits(type: string): bigint {
  const size = /^bytes(\d+)$/.exec(type)?.[1] ?? 32
  return (1n << BigInt(8 * (32 - Number(size)))) - 1n
}
