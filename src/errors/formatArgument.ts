import {
  type Abi,
  erc20Abi,
  formatUnits,
  isHex,
  toFunctionSelector,
} from 'viem'
import { formatAbiItem } from 'viem/utils'

import { conditionOps } from '../constants/conditionOps.ts'
import type { ErrorArgumentUnit } from './defineErrorRow.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from './policyErrorContext.ts'

/** Value of an argument, as decoded or as the caller gives it. */
export type ErrorArgumentValue = bigint | number | string

type Asset = PolicyErrorPolicy['assets'][number]

/** Amounts from here on are no amounts, but "as much as there is". */
export const unlimitedAmount = 2n ** 255n

/** Stands in place of an index for what is not in the list. */
const notListed = 2n ** 256n - 1n

const zeroAddress = '0x0000000000000000000000000000000000000000'

const sections = [
  'assets',
  'groups',
  'limits',
  'sets',
  'tiers',
  'weekly windows',
  'blackouts',
  'conditions after execution',
  'permissions',
  'set permissions',
  'rules',
  'data',
]

/**
 * Shows an argument of an error in human units and exact base units.
 *
 * @param unit - Unit of the argument
 * @param value - The argument
 * @param parameters - All arguments of the error, and what the caller knows
 * @returns The text that stands in the error's sentence; empty for a rule where
 * none was found
 */
export function formatArgument(
  unit: ErrorArgumentUnit,
  value: ErrorArgumentValue,
  parameters: {
    arguments: Readonly<Record<string, ErrorArgumentValue | undefined>>
    context: PolicyErrorContext
  },
): string {
  const { context } = parameters

  switch (unit) {
    case 'address': {
      const name =
        context.policy?.assets.find(({ address }) => isSame(address, value))
          ?.symbol ??
        context.policy?.approvers?.find(({ address }) => isSame(address, value))
          ?.name
      return name ? `${value} (${quiet(name)})` : `${value}`
    }
    case 'asset': {
      const asset = findAsset(parameters)
      if (isSame(`${value}`, zeroAddress))
        return asset && isGas(asset) ? 'gas' : 'the native asset'
      return asset ? `${quiet(asset.symbol)} (${value})` : `token ${value}`
    }
    case 'amount':
      return formatAmount(toBigInt(value), findAsset(parameters), parameters)
    case 'wei':
      return formatNative(toBigInt(value), context)
    case 'gasPrice':
      return `${formatUnits(toBigInt(value), 9)} gwei (${value} wei)`
    case 'gas':
      return `${value} gas`
    case 'time':
      return formatTime(toBigInt(value))
    case 'seconds':
      return formatSeconds(toBigInt(value))
    case 'bytes':
      return plural(toBigInt(value), 'byte')
    case 'cap':
      return toBigInt(value) === notListed
        ? "the policy's last second"
        : `cap ${value} (or their number, if the policy has ${plural(toBigInt(value), 'limit')})`
    case 'charge': {
      const charge = toBigInt(value)
      return `${charge % 2n ** 128n} base units in period ${charge >> 128n}`
    }
    case 'limit': {
      if (toBigInt(value) === notListed) return "the day's gas budget"
      const limit = context.policy?.limits[Number(value)]
      const name = limit?.name
        ? `the limit "${quiet(limit.name)}"`
        : `limit ${value}`
      return limit?.per ? `${name} (per ${quiet(limit.per)})` : name
    }
    case 'rule': {
      if (Number(value) === 0) return ''
      const rule = context.policy?.rules.find(
        (rule) => rule.offset === Number(value),
      )
      return rule?.name
        ? `rule "${quiet(rule.name)}" (at byte ${value})`
        : `rule at byte ${value}`
    }
    case 'op': {
      const number = Number(value)
      const name = number === 0 ? 'switch' : conditionOps[number]
      return name ? `"${name}"` : `${value}`
    }
    case 'section': {
      const name = sections[Number(value)]
      return name ? `${value} (${name})` : `${value}`
    }
    case 'selector': {
      const signature = findSignature(`${value}`, context)
      return signature ? `${signature} (${value})` : `${value}`
    }
    case 'word':
      return formatWord(value)
    case 'text':
      return quote(`${value}`)
    case 'count':
    case 'index':
    case 'offset':
    case 'hash':
      return `${value}`
  }
}

/** Finds the policy's asset that an error's arguments are about. */
export function findAsset(parameters: {
  arguments: Readonly<Record<string, ErrorArgumentValue | undefined>>
  context: PolicyErrorContext
}): Asset | undefined {
  const { arguments: args, context } = parameters
  const policy = context.policy
  if (!policy) return undefined

  const index =
    args.limit === undefined
      ? undefined
      : policy.limits[Number(args.limit)]?.asset
  if (index !== undefined && policy.assets[index]) return policy.assets[index]

  const address = args.asset ?? args.token
  if (address === undefined) return undefined
  // What has no address is the native asset here: gas and operations have
  // errors of their own.
  if (isSame(`${address}`, zeroAddress)) return policy.assets.find(isNative)
  return policy.assets.find((asset) => isSame(asset.address, address))
}

/** Finds the signature of a selector in what the caller has given. */
export function findSignature(
  selector: string,
  context: PolicyErrorContext,
): string | undefined {
  const abis = [
    ...(context.calls ?? []).map((call) => call.abi ?? []),
    ...(context.abis ?? []),
    erc20Abi,
  ]
  for (const item of abis.flat() as Abi) {
    if (item?.type !== 'function') continue
    if (toFunctionSelector(item) === selector) return formatAbiItem(item)
  }
  return undefined
}

/** Unix seconds as a date with the seconds behind it. */
function formatTime(seconds: bigint): string {
  if (seconds > 253_402_300_799n) return `second ${seconds}`
  const date = new Date(Number(seconds) * 1000).toISOString()
  return `${date.replace('.000Z', 'Z')} (${seconds})`
}

/**
 * Quotes somebody else's words so that they stay words: on one line, without
 * control characters, of bounded length, and without what may be a secret (the
 * path of a URL, long hex).
 */
function quote(text: string): string {
  const line = quiet(text.slice(0, 2_000))
    .replace(/\b([a-z]+:\/\/)[^\s"'<>]*/gi, '$1…')
    .replace(/\b(?:0x)?[0-9a-f]{64,}\b/gi, (hex) => `${hex.slice(0, 10)}…`)
    .replaceAll('"', "'")
  return `"${line.length > 200 ? `${line.slice(0, 199)}…` : line}"`
}

/** Takes out of a text what could pass for a line or a mark of our own. */
function quiet(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
}

function formatAmount(
  value: bigint,
  asset: Asset | undefined,
  parameters: { context: PolicyErrorContext } & Parameters<typeof findAsset>[0],
): string {
  const { arguments: args, context } = parameters
  const address = args.asset ?? args.token
  const isWei = asset
    ? isNative(asset) || isGas(asset)
    : address !== undefined && isSame(`${address}`, zeroAddress)

  if (value >= unlimitedAmount)
    return `an unlimited amount${asset ? ` of ${quiet(asset.symbol)}` : ''} (${value} base units)`
  if (isWei) return formatNative(value, context)
  if (!asset)
    return address === undefined
      ? `${value} base units`
      : `${value} base units of ${address}`
  return `${formatUnits(value, asset.decimals)} ${quiet(asset.symbol)} (${value} base units)`
}

function formatNative(value: bigint, context: PolicyErrorContext): string {
  const asset = context.policy?.assets.find(isNative)
  const amount = formatUnits(value, asset?.decimals ?? 18)
  return `${amount} ${asset ? quiet(asset.symbol) : 'native'} (${value} wei)`
}

function formatSeconds(seconds: bigint): string {
  for (const [length, name] of [
    [86_400n, 'day'],
    [3_600n, 'hour'],
    [60n, 'minute'],
  ] as const)
    if (seconds >= length && seconds % length === 0n)
      return `${plural(seconds / length, name)} (${seconds} seconds)`
  return plural(seconds, 'second')
}

function plural(count: bigint, name: string): string {
  return `${count} ${count === 1n ? name : `${name}s`}`
}

function formatWord(value: ErrorArgumentValue): string {
  if (typeof value !== 'string') return `0x${value.toString(16)}`
  if (!isHex(value) || value.length !== 66) return value

  const number = BigInt(value)
  if (number < 2n ** 64n) return `${value} (${number})`
  if (number < 2n ** 160n && number >= 2n ** 128n)
    return `${value} (0x${value.slice(26)})`
  return value
}

function isNative({ kind }: Asset): boolean {
  return kind === 1 || kind === 'native'
}

function isGas({ kind }: Asset): boolean {
  return kind === 6 || kind === 'gas'
}

function toBigInt(value: ErrorArgumentValue): bigint {
  return BigInt(value)
}

function isSame(a: string | undefined, b: ErrorArgumentValue): boolean {
  return a !== undefined && a.toLowerCase() === `${b}`.toLowerCase()
}
