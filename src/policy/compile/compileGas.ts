import { formatAmount, parseAmount } from '../document/amounts.ts'
import { maxGasExponent } from '../format/constants.ts'
import type { PolicyData } from '../format/types.ts'
import { type CompileContext, CompileFault } from './context.ts'
import { getAddressSet } from './getAddresses.ts'
import { getBaseUnits } from './getBaseUnits.ts'

/** What a policy allows where its document says nothing, in gas units. */
export const defaultGas = {
  maxGas: 3_000_000,
  maxPreVerificationGas: 500_000,
} as const

const native = { decimals: 18, symbol: 'the native asset' } as const

export type CompiledGas = Pick<
  PolicyData,
  | 'gasBudget'
  | 'gasExponent'
  | 'maxFeePerGas'
  | 'maxGas'
  | 'maxPreVerificationGas'
  | 'paymasters'
>

/** Compiles the limits on gas. The set of paymasters is named by its handle. */
export function compileGas(context: CompileContext): CompiledGas {
  const { gas } = context.document
  const { maxFeePerGas, paymasters, perDay } = gas
  const budget = compileBudget(getBaseUnits(perDay, native, ['gas', 'perDay']))
  const charged = budget.gasBudget * 10n ** BigInt(budget.gasExponent)
  if (charged < getBaseUnits(perDay, native, ['gas', 'perDay']))
    context.warnings.push({
      message: `The gas budget of ${perDay} is rounded down to ${formatAmount(charged, 18)}.`,
      path: ['gas', 'perDay'],
    })

  const [, amount = '', unit] = /^([\d.]+) ?(\w+)$/.exec(maxFeePerGas) ?? []
  const fee = parseAmount(amount, unit === 'gwei' ? 9 : 0)
  if (fee === undefined || fee === 0n || fee >= 1n << 128n)
    throw new CompileFault(
      ['gas', 'maxFeePerGas'],
      `${maxFeePerGas} is zero, too much, or no whole number of wei.`,
      'Have it above zero, with 9 decimals of gwei at most.',
    )
  return {
    ...budget,
    maxFeePerGas: fee,
    maxGas: BigInt(gas.maxGas ?? defaultGas.maxGas),
    maxPreVerificationGas: BigInt(
      gas.maxPreVerificationGas ?? defaultGas.maxPreVerificationGas,
    ),
    paymasters:
      paymasters === undefined
        ? undefined
        : context.sets.add(
            getAddressSet(context, paymasters, ['gas', 'paymasters']),
          ),
  }
}

/** The smallest unit in which the budget fits into 40 bits, rounded down. */
function compileBudget(
  wei: bigint,
): Pick<PolicyData, 'gasBudget' | 'gasExponent'> {
  let gasExponent = 0
  while (wei / 10n ** BigInt(gasExponent) >= 1n << 40n) gasExponent += 1
  if (wei === 0n || gasExponent > maxGasExponent)
    throw new CompileFault(
      ['gas', 'perDay'],
      'The gas budget is zero, or more than a policy can hold.',
      'Have it above zero.',
    )
  return { gasBudget: wei / 10n ** BigInt(gasExponent), gasExponent }
}
