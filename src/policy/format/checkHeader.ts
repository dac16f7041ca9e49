import { maxGasExponent, maxSignedWindow, timeLimit } from './constants.ts'
import type { FormatFault } from './fault.ts'
import type { PolicyData } from './types.ts'

/** Checks the fields that stand for themselves. */
export function checkHeader(policy: PolicyData): readonly FormatFault[] {
  const faults: FormatFault[] = []
  const demand = (
    holds: boolean,
    field: keyof PolicyData,
    message: string,
    fix: string,
  ) => {
    if (!holds) faults.push({ at: [field], fix, message })
  }
  const demandAboveZero = (field: 'gasBudget' | 'maxFeePerGas' | 'maxGas') =>
    demand(policy[field] > 0n, field, 'It is zero.', 'Have it above zero.')

  const { validAfter, validUntil } = policy
  demand(
    validAfter <= validUntil,
    'validUntil',
    'The validity ends before it begins.',
    'Have it end after it begins.',
  )
  demand(
    validUntil < timeLimit,
    'validUntil',
    'The validity ends at 2^47 seconds or later.',
    'Have it end before.',
  )
  demand(
    policy.maxWindow >= 1 && policy.maxWindow <= maxSignedWindow,
    'maxWindow',
    'The window is not 1 second to 1 day.',
    'Have it between them; 1h is usual.',
  )
  demand(policy.chainId > 0, 'chainId', 'It is zero.', 'Name the chain.')
  demand(
    (policy.nonceValue & ~policy.nonceMask) === 0n,
    'nonceValue',
    'The value has bits outside the mask.',
    'Keep it within the mask.',
  )
  demandAboveZero('maxGas')
  demandAboveZero('maxFeePerGas')
  demandAboveZero('gasBudget')
  demand(
    policy.maxPreVerificationGas > 0n,
    'maxPreVerificationGas',
    'It is zero.',
    'Have it above zero.',
  )
  demand(
    policy.gasExponent <= maxGasExponent,
    'gasExponent',
    `The exponent is above ${maxGasExponent}.`,
    'Have a smaller one.',
  )
  const paymasters =
    policy.paymasters === undefined
      ? undefined
      : policy.sets[policy.paymasters]?.kind
  demand(
    policy.paymasters === undefined ||
      paymasters === 'addresses' ||
      paymasters === 'addressesBlob',
    'paymasters',
    'The paymasters are no set of addresses.',
    'Name a set of addresses.',
  )
  demand(policy.maxCalls > 0, 'maxCalls', 'It is zero.', 'Allow 1 or more.')
  return faults
}
