import { formatAmount, parseAmount } from '../document/amounts.ts'
import type { DocumentPath } from '../document/path.ts'
import { CompileFault } from './context.ts'

/** Returns an amount in base units, and refuses one that would be rounded. */
export function getBaseUnits(
  amount: number | string,
  asset: { decimals: number; symbol: string },
  path: DocumentPath,
): bigint {
  const { decimals, symbol } = asset
  const units = parseAmount(amount, decimals)
  if (units === undefined)
    throw new CompileFault(
      path,
      `${amount} has more decimals than "${symbol}", which has ${decimals}.`,
      `Have ${decimals} decimals at most.`,
    )
  if (units >= 1n << 128n)
    throw new CompileFault(
      path,
      `${amount} is above what a policy can hold.`,
      `Have ${formatAmount((1n << 128n) - 1n, decimals)} at most.`,
    )
  return units
}
