import { formatUnits } from 'viem'

import { refuse } from './inputFault.ts'

/** An asset that amounts can be written in. */
export type AmountAsset = {
  /** Nothing where nobody says how many: then it has no unit. */
  decimals: number | undefined
  isNative?: boolean | undefined
  symbol: string
}

export type ParseAmountParameters = {
  /** Assets whose symbols may be units. */
  assets: readonly AmountAsset[]
  /** The one asset that the amount may be of, where it is known. */
  expected?: AmountAsset | undefined
  path: string
}

const amountPattern = /^(\d{1,78}(?:\.\d{1,36})?)(?: ?([^\s\d.,'_+-]\S*))?$/

/** Subunits of the native asset that everybody knows. */
const nativeSubunits: readonly AmountAsset[] = [
  { decimals: 0, symbol: 'wei' },
  { decimals: 9, symbol: 'gwei' },
]

const maxUint256 = 2n ** 256n - 1n

/**
 * Reads an amount in base units: digits only are base units, everything else needs
 * its unit. Never rounds and never guesses.
 *
 * @param input - Text, or an integer
 * @param parameters - {@link ParseAmountParameters}
 * @returns Base units
 */
export function parseAmount(
  input: number | string,
  parameters: ParseAmountParameters,
): bigint {
  return parseQuantity(input, parameters).amount
}

/** As {@link parseAmount}, and says which unit was written, if there was one. */
export function parseQuantity(
  input: number | string,
  parameters: ParseAmountParameters,
): { amount: bigint; unit?: AmountAsset | undefined } {
  const { expected, path } = parameters

  const match = amountPattern.exec(String(input).trim())
  if (!match) {
    const unit = expected?.symbol ?? parameters.assets[0]?.symbol ?? 'ETH'
    return refuse(
      path,
      `${JSON.stringify(input)} is not an amount.`,
      hasNoUnit(expected)
        ? 'Write base units as digits.'
        : `Write an amount with its unit such as "12.5 ${unit}", or base units as digits.`,
    )
  }
  const [, digits = '', symbol] = match
  const unit = symbol === undefined ? undefined : findUnit(symbol, parameters)
  const amount = unit
    ? parseUnits(digits, unit, path)
    : parseBaseUnits(digits, parameters)
  if (amount > maxUint256)
    return refuse(
      path,
      'The amount does not fit in 256 bits.',
      'Write a smaller one.',
    )
  return { amount, unit }
}

function hasNoUnit(asset: AmountAsset | undefined): boolean {
  return asset !== undefined && asset.decimals === undefined
}

function parseBaseUnits(
  digits: string,
  { expected, path }: ParseAmountParameters,
): bigint {
  if (!digits.includes('.')) return BigInt(digits)
  const unit = expected?.symbol ?? 'ETH'
  return refuse(
    path,
    `${digits} has a decimal point but no unit.`,
    hasNoUnit(expected)
      ? 'Write base units as digits.'
      : `Write "${digits} ${unit}", or base units as digits.`,
  )
}

function findUnit(
  unit: string,
  { assets, expected, path }: ParseAmountParameters,
): AmountAsset {
  const unknown = [...(expected ? [expected] : assets)].find(
    (asset) => hasNoUnit(asset) && (expected || asset.symbol === unit),
  )
  if (unknown)
    return refuse(
      path,
      `It is not known how many decimals ${unknown.symbol} has, so that it has no unit.`,
      'Write the amount in base units, as digits.',
    )

  const known = [
    ...(expected ? [expected] : assets),
    ...(expected && !expected.isNative ? [] : nativeSubunits),
  ].filter((asset) => !hasNoUnit(asset))
  const exact = known.find(({ symbol }) => symbol === unit)
  if (exact) return exact

  const similar = known.filter(
    ({ symbol }) => symbol.toLowerCase() === unit.toLowerCase(),
  )
  const [only] = similar
  if (only && similar.length === 1) return only

  return refuse(
    path,
    expected
      ? `The amount is in ${quote(unit)}, but the asset is ${expected.symbol}.`
      : `${quote(unit)} is no unit that is known here.`,
    expected
      ? `Write it in ${expected.symbol}, or in base units as digits.`
      : `Use ${list(known)}, or base units as digits.`,
  )
}

function parseUnits(
  digits: string,
  { decimals = 0, symbol }: AmountAsset,
  path: string,
): bigint {
  const [whole = '', fraction = ''] = digits.split('.')
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > decimals)
    return refuse(
      path,
      `${digits} ${symbol} has more decimals than the ${decimals} that ${symbol} has.`,
      `Write at most ${decimals} decimals.`,
    )
  return BigInt(whole + significant.padEnd(decimals, '0'))
}

/** Shows base units in whole units of their asset. */
export function formatAmount(
  amount: bigint,
  { decimals, symbol }: AmountAsset,
): string {
  return decimals === undefined
    ? `${amount} base units of ${symbol}`
    : `${formatUnits(amount, decimals)} ${symbol}`
}

function list(assets: readonly AmountAsset[]): string {
  return assets.map(({ symbol }) => symbol).join(', ')
}

function quote(unit: string): string {
  return JSON.stringify(unit.slice(0, 32))
}
