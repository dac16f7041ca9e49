import type { UserOperation } from 'viem/account-abstraction'

import type { PolicyEntryPointVersion } from '../accounts/getEntryPoint.ts'
import type { PolicyData } from '../policy/format/types.ts'
import type { OperationGasParameters } from './operationGas.ts'

/** Added to the bundler's estimates of gas limits, in percent. */
const gasMargin = 10n

/**
 * Gas for the account's payment to the EntryPoint, a first deposit included.
 * Bundlers estimate at a gas price of 0, when there is nothing to pay: without it
 * Alto rejects the operation as one that runs out of gas.
 */
const paymentGas = 35_000n

type Gas = Pick<
  UserOperation<PolicyEntryPointVersion>,
  | 'callGasLimit'
  | 'paymasterPostOpGasLimit'
  | 'paymasterVerificationGasLimit'
  | 'preVerificationGas'
  | 'verificationGasLimit'
>

/**
 * Widens the estimates, unless that would break the policy's cap. What a `settle`
 * needs is no margin: without it the calls may fail.
 */
export function addGasMargin(
  asked: OperationGasParameters & { paymaster?: unknown },
  { settleGas, ...estimate }: Gas & { settleGas: bigint },
  data: PolicyData | undefined,
): Gas {
  const getGas = (margin: bigint) => ({
    ...estimate,
    callGasLimit:
      asked.callGasLimit ?? widen(estimate.callGasLimit, margin) + settleGas,
    preVerificationGas: asked.preVerificationGas ?? estimate.preVerificationGas,
    verificationGasLimit:
      asked.verificationGasLimit ??
      widen(estimate.verificationGasLimit, margin) +
        (asked.paymaster ? 0n : paymentGas),
  })
  const gas = getGas(gasMargin)
  return data && addUp(gas) > data.maxGas ? getGas(0n) : gas
}

function widen(gas: bigint, margin: bigint) {
  return gas + (gas * margin) / 100n
}

function addUp(gas: Gas) {
  return (
    gas.callGasLimit +
    gas.preVerificationGas +
    gas.verificationGasLimit +
    (gas.paymasterPostOpGasLimit ?? 0n) +
    (gas.paymasterVerificationGasLimit ?? 0n)
  )
}
