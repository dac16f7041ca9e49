import {
  type AbiFunction,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  isAddressEqual,
  isHex,
  parseAbiItem,
} from 'viem'

import type { ContractCall } from '../../accounts/encodeContractCalls.ts'
import { addressSchema } from '../../policy/document/scalars.ts'
import { InputFaultError, refuse } from './inputFault.ts'
import type { KnownAsset, KnownNames } from './knownNames.ts'
import { parseAddress } from './parseAddress.ts'
import { formatAmount, parseAmount } from './parseAmount.ts'
import { parseArgument } from './parseArgument.ts'
import type { CallInput } from './schemas.ts'
import { type InputIssue, toInputError } from './toInputError.ts'

/** A call, and what it does in words. */
export type ParsedCall = ContractCall & {
  data: Hex
  /** For people and models; nothing is decided by it. */
  summary: string
  value: bigint
}

/**
 * Reads the calls that an agent asks for. Everything that is wrong with them is
 * thrown at once.
 *
 * @param inputs - Calls as the tool's arguments have them
 * @param names - {@link KnownNames}
 * @returns Calls with data and value
 */
export function parseCalls(
  inputs: readonly CallInput[],
  names: KnownNames,
): readonly ParsedCall[] {
  const issues: InputIssue[] = []
  const calls = inputs.flatMap((input, index) => {
    try {
      return [parseCall(input, names, `calls[${index}]`)]
    } catch (error) {
      if (!(error instanceof InputFaultError)) throw error
      issues.push(...error.issues)
      return []
    }
  })
  if (issues.length > 0) throw toInputError(issues)
  return calls
}

function parseCall(
  input: CallInput,
  names: KnownNames,
  path: string,
): ParsedCall {
  if (input.transfer !== undefined) return parseTransfer(input, names, path)
  if (input.amount !== undefined)
    refuse(
      `${path}.amount`,
      'An amount belongs to a transfer.',
      'Name the asset in `transfer`; native value beside a call is `value`.',
    )
  if (input.function !== undefined && input.data !== undefined)
    refuse(
      path,
      'There are both `function` and `data`.',
      'Leave one of them out.',
    )
  if (input.args !== undefined && input.function === undefined)
    refuse(
      `${path}.args`,
      'There are arguments but no function.',
      'Write its signature in `function`.',
    )

  const to = parseAddress(input.to, { names, path: `${path}.to` })
  const value = parseValue(input, names, path)
  if (input.function === undefined) {
    const data = parseData(input.data, `${path}.data`)
    const what = data === '0x' ? 'Send' : `Call ${data.slice(0, 10)} with`
    return {
      data,
      summary: `${what} ${formatNative(value, names)} to ${to}`,
      to,
      value,
    }
  }

  const item = parseFunction(input.function, `${path}.function`)
  const token = names.assets.find(
    ({ address }) => address && isAddressEqual(address, to),
  )
  const { args, texts } = parseArguments(item, input.args ?? [], {
    names,
    path,
    token,
  })
  return {
    abi: [item],
    args,
    data: encodeFunctionData({ abi: [item], args, functionName: item.name }),
    functionName: item.name,
    summary: `Call ${item.name}(${texts.join(', ')}) on ${to}${value > 0n ? ` with ${formatNative(value, names)}` : ''}`,
    to,
    value,
  }
}

function parseTransfer(
  input: CallInput,
  names: KnownNames,
  path: string,
): ParsedCall {
  for (const name of ['args', 'data', 'function', 'value'] as const)
    if (input[name] !== undefined)
      refuse(
        `${path}.${name}`,
        `A transfer has no \`${name}\`.`,
        'Leave it out, or leave out `transfer`.',
      )
  const { amount: text, transfer = '' } = input
  if (text === undefined)
    return refuse(
      `${path}.amount`,
      'It is missing.',
      'Write how much to transfer.',
    )

  const asset = findAsset(transfer, names, `${path}.transfer`)
  const recipient = parseAddress(input.to, { names, path: `${path}.to` })
  const amount = parseAmount(text, {
    assets: names.assets,
    expected: asset,
    path: `${path}.amount`,
  })
  const summary = `Transfer ${formatAmount(amount, asset)} to ${recipient}`
  if (!asset.address)
    return { data: '0x', summary, to: recipient, value: amount }

  const args = [recipient, amount] as const
  return {
    abi: erc20Abi,
    args,
    data: encodeFunctionData({ abi: erc20Abi, args, functionName: 'transfer' }),
    functionName: 'transfer',
    summary,
    to: asset.address,
    value: 0n,
  }
}

function findAsset(
  text: string,
  { assets }: KnownNames,
  path: string,
): KnownAsset {
  const named =
    assets.find(({ symbol }) => symbol === text) ??
    (text.toLowerCase() === 'native'
      ? assets.find(({ isNative }) => isNative)
      : undefined)
  if (named) return named

  const address = addressSchema.safeParse(text)
  const token = assets.find(
    (asset) =>
      asset.address &&
      address.success &&
      isAddressEqual(asset.address, address.data as Hex),
  )
  return (
    token ??
    refuse(
      path,
      `${JSON.stringify(text.slice(0, 64))} is no asset that is known here.`,
      `Use one of ${assets.map(({ symbol }) => symbol).join(', ')}; for any other token, call its transfer by \`function\`.`,
    )
  )
}

function parseValue(
  { value }: CallInput,
  names: KnownNames,
  path: string,
): bigint {
  if (value === undefined) return 0n
  return parseAmount(value, {
    assets: names.assets,
    expected: getNative(names),
    path: `${path}.value`,
  })
}

function parseData(data: string | undefined, path: string): Hex {
  if (data === undefined) return '0x'
  if (isHex(data, { strict: true }) && data.length % 2 === 0)
    return data.toLowerCase() as Hex
  return refuse(
    path,
    'This is not calldata.',
    'Write 0x and an even number of hexadecimal digits.',
  )
}

function parseFunction(signature: string, path: string): AbiFunction {
  const text = signature.trim().replace(/;$/, '')
  try {
    const item = parseAbiItem(
      text.startsWith('function ') ? text : `function ${text}`,
    ) as unknown as AbiFunction
    if (item.type === 'function') return item
  } catch {
    // Told below, without the library's own words.
  }
  return refuse(
    path,
    'This is not the signature of a function.',
    'Write it such as "approve(address spender, uint256 amount)".',
  )
}

function parseArguments(
  item: AbiFunction,
  args: readonly unknown[],
  parameters: {
    names: KnownNames
    path: string
    /** The token that is called: no other's unit may be meant. */
    token: KnownAsset | undefined
  },
): { args: readonly unknown[]; texts: readonly string[] } {
  const { names, path, token } = parameters
  if (args.length !== item.inputs.length)
    return refuse(
      `${path}.args`,
      `There are ${args.length} arguments, but ${item.name} takes ${item.inputs.length}.`,
      `Write one for each of (${item.inputs.map(({ type }) => type).join(', ')}).`,
    )
  const issues: InputIssue[] = []
  const texts: string[] = []
  const values = item.inputs.map((parameter, index) => {
    const amounts: string[] = []
    try {
      const value = parseArgument(parameter, args[index], {
        addAmount: (amount) => amounts.push(amount),
        expected: token,
        names,
        path: `${path}.args[${index}]`,
      })
      const isAmount =
        token && parameter.type === 'uint256' && isTokenFunction(item)
      texts.push(
        isAmount
          ? formatAmount(value as bigint, token)
          : toArgumentText(value, amounts),
      )
      return value
    } catch (error) {
      if (!(error instanceof InputFaultError)) throw error
      issues.push(...error.issues)
      return undefined
    }
  })
  if (issues.length > 0) throw new InputFaultError(issues)
  return { args: values, texts }
}

/** Functions of tokens whose one integer is an amount. */
function isTokenFunction({ name }: AbiFunction): boolean {
  return ['approve', 'transfer', 'transferFrom'].includes(name)
}

function toArgumentText(value: unknown, amounts: readonly string[]): string {
  const [first] = amounts
  if (first === undefined) return toText(value)
  return typeof value === 'bigint'
    ? first
    : `${toText(value)} with ${amounts.join(', ')}`
}

function getNative({ assets }: KnownNames): KnownAsset | undefined {
  return assets.find(({ isNative }) => isNative)
}

function formatNative(value: bigint, names: KnownNames): string {
  const native = getNative(names)
  return native ? formatAmount(value, native) : `${value} wei`
}

function toText(value: unknown): string {
  const text = JSON.stringify(value, (_, item) =>
    typeof item === 'bigint' ? `${item}` : item,
  )
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
