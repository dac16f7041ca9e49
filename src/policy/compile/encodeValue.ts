import { type Hex, isHex, numberToHex, pad, size } from 'viem'

import { parseAmount } from '../document/amounts.ts'
import type { DocumentScalar } from '../document/conditionSchema.ts'
import type { DocumentPath } from '../document/path.ts'
import { type CompileContext, CompileFault } from './context.ts'
import { getAddressOf } from './getAddressOf.ts'

export type EncodeValueParameters = {
  /** Decimals of the unit in which a number is written. */
  decimals: number
  path: DocumentPath
  /** ABI type; `word` for an argument whose type is not known. */
  type: string
  value: DocumentScalar
}

/** Returns the word that a value of the type is encoded as. */
export function encodeValue(
  context: CompileContext,
  parameters: EncodeValueParameters,
): Hex {
  const { path, type, value } = parameters
  if (type === 'address') {
    if (typeof value !== 'string') throw toFault(parameters, 'an address')
    return pad(getAddressOf(context, value, path), { size: 32 })
  }
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw toFault(parameters, 'true or false')
    return numberToHex(value ? 1 : 0, { size: 32 })
  }
  const bytes = /^bytes(\d+)$/.exec(type)
  if (bytes !== null) {
    if (!isHex(value) || size(value) !== Number(bytes[1]))
      throw toFault(parameters, `0x and ${2 * Number(bytes[1])} digits`)
    return pad(value.toLowerCase() as Hex, { dir: 'right', size: 32 })
  }
  if (type === 'word') return encodeWord(context, parameters)
  return encodeNumber(parameters)
}

/** The least and the greatest number of a type. */
export function getRange(type: string): { max: bigint; min: bigint } {
  // What a word means is not known: it may be signed.
  if (type === 'word') return { max: (1n << 256n) - 1n, min: -(1n << 255n) }
  const bits = BigInt(/\d+$/.exec(type)?.[0] ?? 256)
  return type.startsWith('int')
    ? { max: (1n << (bits - 1n)) - 1n, min: -(1n << (bits - 1n)) }
    : { max: (1n << bits) - 1n, min: 0n }
}

/** Returns the word of a number, a negative one in two's complement. */
export function toWord(number: bigint): Hex {
  return numberToHex(BigInt.asUintN(256, number), { size: 32 })
}

function encodeNumber(parameters: EncodeValueParameters): Hex {
  const { decimals, path, type, value } = parameters
  const number = parseNumber(value, decimals)
  if (number === undefined)
    throw toFault(
      parameters,
      decimals === 0
        ? 'a whole number in base units, or add `unit`'
        : `a number of at most ${decimals} decimals`,
    )
  const { max, min } = getRange(type)
  if (number < min || number > max)
    throw new CompileFault(
      path,
      `${value} does not fit into ${type}.`,
      `Have ${min} to ${max}.`,
    )
  return toWord(number)
}

function encodeWord(
  context: CompileContext,
  parameters: EncodeValueParameters,
): Hex {
  const { path, value } = parameters
  if (typeof value === 'boolean') return toWord(value ? 1n : 0n)
  if (typeof value === 'string' && value.startsWith('0x')) {
    // Of another length than an address, it is a number.
    if (isHex(value) && size(value) !== 20 && size(value) <= 32)
      return pad(value.toLowerCase() as Hex, { size: 32 })
    return pad(getAddressOf(context, value, path), { size: 32 })
  }
  const isNumber = typeof value === 'number' || /^-?[\d.]+$/.test(value)
  return isNumber
    ? encodeNumber(parameters)
    : pad(getAddressOf(context, value, path), { size: 32 })
}

/** Base units; undefined where it is no number, or would be rounded. */
function parseNumber(
  value: DocumentScalar,
  decimals: number,
): bigint | undefined {
  if (typeof value === 'boolean') return undefined
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return undefined
  const text = String(value)
  if (decimals === 0 && /^0x[0-9a-fA-F]{1,64}$/.test(text)) return BigInt(text)
  const match = /^(-?)(\d{1,78}(?:\.\d{1,60})?)$/.exec(text)
  const units =
    match === null ? undefined : parseAmount(match[2] ?? '', decimals)
  return units === undefined || match?.[1] !== '-' ? units : -units
}

function toFault(
  { path, type, value }: EncodeValueParameters,
  wanted: string,
): CompileFault {
  return new CompileFault(
    path,
    `${JSON.stringify(value)} is no ${type}.`,
    `Write ${wanted}.`,
  )
}
