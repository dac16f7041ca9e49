import type { Address, Hash, TypedDataDefinition } from 'viem'

import type { SignedWindow } from '../types/signedWindow.ts'

const userOperationWindowTypes = {
  UserOperationWindow: [
    { name: 'userOpHash', type: 'bytes32' },
    { name: 'validAfter', type: 'uint48' },
    { name: 'validUntil', type: 'uint48' },
  ],
} as const

export type GetUserOperationWindowTypedDataParameters = SignedWindow & {
  chainId: number
  userOpHash: Hash
  /** Validator that will check the signature. */
  validator: Address
}

export type GetUserOperationWindowTypedDataReturnType = TypedDataDefinition<
  typeof userOperationWindowTypes,
  'UserOperationWindow'
>

/**
 * Returns what an agent signs: one UserOperation and the window in which it may
 * run, in the validator's own EIP-712 domain.
 *
 * @param parameters - {@link GetUserOperationWindowTypedDataParameters}
 * @returns Typed data. {@link GetUserOperationWindowTypedDataReturnType}
 */
export function getUserOperationWindowTypedData(
  parameters: GetUserOperationWindowTypedDataParameters,
): GetUserOperationWindowTypedDataReturnType {
  const { chainId, userOpHash, validAfter, validator, validUntil } = parameters

  return {
    domain: {
      chainId,
      name: 'PolicyValidator',
      verifyingContract: validator,
      version: '1',
    },
    message: { userOpHash, validAfter, validUntil },
    primaryType: 'UserOperationWindow',
    types: userOperationWindowTypes,
  }
}
