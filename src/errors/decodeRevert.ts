import {
  type Abi,
  type AbiParameter,
  decodeErrorResult,
  encodeErrorResult,
  type Hex,
  size,
  slice,
  toFunctionSelector,
} from 'viem'
import { formatAbiItem } from 'viem/utils'

import {
  policyStoreAbi,
  policyValidatorAbi,
} from '../constants/generated/abis.ts'
import type { ErrorArgumentValue } from './formatArgument.ts'
import { knownErrorsAbi } from './knownErrorsAbi.ts'

/** What revert data says, without the wrappings. */
export type DecodedRevert = {
  /**
   * Whose error it is: the module's or the store's, a known one of tokens and
   * accounts, one of the ABIs given, a `require` or `assert`, bytes that no
   * ABI explains, or none at all.
   */
  kind: 'module' | 'known' | 'given' | 'text' | 'unknown' | 'empty'
  /** Data without the wrappings. */
  rawData: Hex
  errorName?: string | undefined
  signature?: string | undefined
  args: { readonly [name: string]: ErrorArgumentValue }
  /** Arguments in their order, as text. */
  texts: readonly string[]
  /** Words of `Error(string)`, or what `Panic(uint256)` stands for. */
  reason?: string | undefined
  /** Text of the EntryPoint around it, such as `AA23 reverted`. */
  entryPointReason?: string | undefined
  /** Index of the call that an account says has failed. */
  callIndex?: bigint | undefined
  target?: Hex | undefined
}

type AbiError = { inputs: readonly AbiParameter[]; name: string; type: 'error' }

type Found = { item: AbiError; kind: 'module' | 'known' | 'given' | 'text' }

const maxDepth = 8
/** Longest data that is searched for an error inside. */
const maxSearched = 16_384

const builtIn: readonly AbiError[] = [
  {
    inputs: [{ name: 'reason', type: 'string' }],
    name: 'Error',
    type: 'error',
  },
  { inputs: [{ name: 'code', type: 'uint256' }], name: 'Panic', type: 'error' },
]

/** Position of the wrapped bytes among the arguments of errors that wrap. */
const wrappers: { readonly [name: string]: number } = {
  CallPhaseReverted: 0,
  DelegateAndRevert: 1,
  ExecuteError: 1,
  FailedOpWithRevert: 2,
  PostOpReverted: 0,
  WrappedError: 2,
}

const panics: { readonly [code: string]: string } = {
  '1': 'a failed assertion',
  '17': 'an arithmetic overflow',
  '18': 'a division by zero',
  '33': 'a conversion to an enum out of range',
  '50': 'an array index out of bounds',
  '65': 'too much memory',
}

const ownErrors = index([
  { abi: policyValidatorAbi, kind: 'module' },
  { abi: policyStoreAbi, kind: 'module' },
  { abi: knownErrorsAbi, kind: 'known' },
  { abi: builtIn as Abi, kind: 'text' },
])

/**
 * Decodes revert data: takes off what the EntryPoint, a bundler's simulation
 * or an account has wrapped around it, and looks the rest up in the module's
 * ABI, in those of known accounts and tokens, and in `abis`.
 *
 * Strict: data that its error would not encode to exactly is `unknown`.
 *
 * @param data - Revert data
 * @param abis - ABIs whose errors the calls' targets may raise
 */
export function decodeRevert(
  data: Hex,
  abis: readonly (Abi | readonly unknown[])[] = [],
): DecodedRevert {
  const given = index(abis.map((abi) => ({ abi: abi as Abi, kind: 'given' })))
  return decode(data, given, 0)
}

function decode(
  data: Hex,
  given: ReadonlyMap<Hex, Found>,
  depth: number,
): DecodedRevert {
  const rawData = data.toLowerCase() as Hex
  if (size(rawData) < 4)
    return {
      args: {},
      kind: rawData === '0x' ? 'empty' : 'unknown',
      rawData,
      texts: [],
    }

  const selector = slice(rawData, 0, 4)
  const found = ownErrors.get(selector) ?? given.get(selector)
  const values = found && decodeExactly(found.item, rawData)
  if (!found || !values)
    return (
      search(rawData, given, depth) ?? {
        args: {},
        kind: 'unknown',
        rawData,
        texts: [],
      }
    )

  const { item, kind } = found
  const inner = kind === 'known' ? wrappers[item.name] : undefined
  if (inner !== undefined && depth < maxDepth) {
    const decoded = decode(values[inner] as Hex, given, depth + 1)
    if (item.name === 'FailedOpWithRevert')
      return { ...decoded, entryPointReason: `${values[1]}` }
    if (item.name === 'PostOpReverted')
      return { entryPointReason: 'AA50 postOp reverted', ...decoded }
    if (item.name === 'ExecuteError')
      return { callIndex: values[0] as bigint, ...decoded }
    if (item.name === 'WrappedError')
      return { target: values[0] as Hex, ...decoded }
    return decoded
  }

  return {
    args: Object.fromEntries(
      item.inputs.flatMap(({ name }, i) => {
        const value = values[i]
        return name && isScalar(value) ? [[name, value]] : []
      }),
    ),
    errorName: item.name,
    kind,
    rawData,
    signature: formatAbiItem(item, { includeName: true }),
    texts: values.map(toText),
    ...(kind === 'text' ? { reason: getReason(item.name, values[0]) } : {}),
    ...(item.name === 'FailedOp' ? { entryPointReason: `${values[1]}` } : {}),
  }
}

/**
 * Looks for a known error inside data that nothing explains, where ABI would
 * have put a `bytes` argument: an account may wrap in its own way.
 */
function search(
  rawData: Hex,
  given: ReadonlyMap<Hex, Found>,
  depth: number,
): DecodedRevert | undefined {
  const length = size(rawData)
  if (depth >= maxDepth || length > maxSearched) return undefined

  for (let word = 4; word + 36 <= length; word += 32) {
    const bytes = BigInt(slice(rawData, word, word + 32))
    if (bytes < 4n || bytes > BigInt(length - word - 32)) continue
    const inner = slice(rawData, word + 32, word + 32 + Number(bytes))
    if (!ownErrors.has(slice(inner, 0, 4))) continue
    const decoded = decode(inner, given, depth + 1)
    if (decoded.kind !== 'unknown') return decoded
  }
  return undefined
}

/** Decodes the arguments; undefined unless they encode to the same bytes. */
function decodeExactly(
  item: AbiError,
  data: Hex,
): readonly unknown[] | undefined {
  try {
    const abi = [item]
    const { args = [] } = decodeErrorResult({ abi, data })
    const encoded = encodeErrorResult({ abi, args, errorName: item.name })
    return encoded === data ? (args as readonly unknown[]) : undefined
  } catch {
    return undefined
  }
}

function index(
  sources: readonly { abi: Abi; kind: Found['kind'] }[],
): ReadonlyMap<Hex, Found> {
  const errors = new Map<Hex, Found>()
  for (const { abi, kind } of sources) {
    if (!Array.isArray(abi)) continue
    for (const item of abi as Abi) {
      if (item?.type !== 'error') continue
      try {
        const selector = toFunctionSelector(formatAbiItem(item))
        if (!errors.has(selector))
          errors.set(selector, { item: item as AbiError, kind })
      } catch {
        // An ABI with a faulty item still explains the other errors.
      }
    }
  }
  return errors
}

function getReason(name: string, value: unknown): string {
  if (name === 'Error') return `${value}`
  return panics[`${value}`] ?? `panic ${value}`
}

function isScalar(value: unknown): value is ErrorArgumentValue {
  return ['bigint', 'number', 'string'].includes(typeof value)
}

function toText(value: unknown): string {
  return (
    JSON.stringify(value, (_, item) =>
      typeof item === 'bigint' ? item.toString() : item,
    ) ?? ''
  ).replace(/^"|"$/g, '')
}
