import { type AbiParameter, type Hex, isHex, size } from 'viem'

import { refuse } from './inputFault.ts'
import type { KnownNames } from './knownNames.ts'
import { parseAddress } from './parseAddress.ts'
import { type AmountAsset, formatAmount, parseQuantity } from './parseAmount.ts'

export type ParseArgumentParameters = {
  /** Is given every amount that was written with a unit, in words. */
  addAmount?: ((amount: string) => void) | undefined
  /** The one asset that amounts may be of, where it is known. */
  expected?: AmountAsset | undefined
  names: KnownNames
  path: string
}

/**
 * Reads one argument of a function as its ABI type asks for.
 *
 * @param parameter - Type, and name if there is one
 * @param input - Argument as JSON
 * @param parameters - {@link ParseArgumentParameters}
 * @returns Value as viem encodes it
 */
export function parseArgument(
  parameter: AbiParameter,
  input: unknown,
  parameters: ParseArgumentParameters,
): unknown {
  const { names, path } = parameters
  const { type } = parameter

  const array = /^(.*)\[(\d*)\]$/.exec(type)
  if (array) return parseArray(parameter, array, input, parameters)
  if (type === 'tuple') return parseTuple(parameter, input, parameters)
  if (type === 'bool') {
    if (input === true || input === 'true') return true
    if (input === false || input === 'false') return false
    return refuse(path, 'This is not a truth value.', 'Write true or false.')
  }
  if (typeof input === 'number' && !Number.isSafeInteger(input))
    return refuse(
      path,
      'The number may have lost digits.',
      'Write it as a text of digits.',
    )
  if (typeof input !== 'string' && typeof input !== 'number')
    return refuse(path, `This is not a ${type}.`, 'Write it as a text.')

  const text = String(input).trim()
  if (type === 'address') return parseAddress(text, { names, path })
  if (type === 'string') return String(input)
  if (type.startsWith('bytes')) return parseBytes(type, text, path)
  return parseInteger(type, text, parameters)
}

function parseArray(
  parameter: AbiParameter,
  match: RegExpExecArray,
  input: unknown,
  parameters: ParseArgumentParameters,
): readonly unknown[] {
  const { path } = parameters
  const [, type = '', length = ''] = match
  if (!Array.isArray(input))
    return refuse(path, 'This is not a list.', `Write a list of ${type}.`)
  if (length !== '' && input.length !== Number(length))
    return refuse(
      path,
      `The list has ${input.length} elements.`,
      `Write ${length}.`,
    )
  return input.map((item, index) =>
    parseArgument({ ...parameter, type }, item, {
      ...parameters,
      path: `${path}[${index}]`,
    }),
  )
}

function parseTuple(
  parameter: AbiParameter,
  input: unknown,
  parameters: ParseArgumentParameters,
): readonly unknown[] | { readonly [name: string]: unknown } {
  const { path } = parameters
  const { components } = parameter as { components: readonly AbiParameter[] }
  // An object has one value for each name.
  const isNamed =
    components.every(({ name }) => name) &&
    new Set(components.map(({ name }) => name)).size === components.length
  const get = ({ name = '' }: AbiParameter, index: number): unknown => {
    if (Array.isArray(input)) return input[index]
    return Object.hasOwn(input as object, name)
      ? (input as { [name: string]: unknown })[name]
      : undefined
  }
  const isComplete = Array.isArray(input)
    ? input.length === components.length
    : typeof input === 'object' && input !== null && isNamed
  if (!isComplete)
    return refuse(
      path,
      'This is not a tuple.',
      `Write a list of ${components.length} values${isNamed ? ', or an object with their names' : ''}.`,
    )

  const values = components.map((component, index) =>
    parseArgument(component, get(component, index), {
      ...parameters,
      path: `${path}.${component.name || index}`,
    }),
  )
  return isNamed
    ? Object.fromEntries(
        components.map(({ name }, index) => [name, values[index]]),
      )
    : values
}

function parseBytes(type: string, text: string, path: string): Hex {
  if (!isHex(text, { strict: true }) || text.length % 2 !== 0)
    return refuse(
      path,
      'These are no bytes.',
      'Write 0x and an even number of hexadecimal digits.',
    )
  const length = type.slice('bytes'.length)
  if (length !== '' && size(text) !== Number(length))
    return refuse(
      path,
      `There are ${size(text)} bytes.`,
      `Write exactly ${length}.`,
    )
  return text
}

function parseInteger(
  type: string,
  text: string,
  { addAmount, expected, names, path }: ParseArgumentParameters,
): bigint {
  const match = /^(u?)int(\d*)$/.exec(type)
  if (!match)
    return refuse(
      path,
      `The type ${type} is not known here.`,
      'Give the calldata itself as `data`.',
    )
  const [, unsigned, digits] = match
  const bits = BigInt(digits === '' ? 256 : Number(digits))
  const isNegative = unsigned === '' && text.startsWith('-')

  const { amount, unit } = parseQuantity(isNegative ? text.slice(1) : text, {
    assets: names.assets,
    expected,
    path,
  })
  const value = isNegative ? -amount : amount
  const [low, high] =
    unsigned === 'u'
      ? [0n, 2n ** bits - 1n]
      : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
  if (value < low || value > high)
    return refuse(path, `${text} does not fit in ${type}.`, 'Write another.')
  if (unit) addAmount?.(`${isNegative ? '-' : ''}${formatAmount(amount, unit)}`)
  return value
}
