import { type Hash, hashTypedData } from 'viem'

import {
  type GetApprovalTypedDataErrorType,
  type GetApprovalTypedDataParameters,
  getApprovalTypedData,
} from './getApprovalTypedData.ts'

export type HashApprovalParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = GetApprovalTypedDataParameters<calls>

/** EIP-712's digest, which approvers sign or approve on chain. */
export type HashApprovalReturnType = Hash

export type HashApprovalErrorType = GetApprovalTypedDataErrorType

/**
 * Returns the digest of an approval, in the validator's own EIP-712 domain.
 *
 * @param parameters - {@link HashApprovalParameters}
 * @returns Digest. {@link HashApprovalReturnType}
 */
export function hashApproval<const calls extends readonly unknown[]>(
  parameters: HashApprovalParameters<calls>,
): HashApprovalReturnType {
  return hashTypedData(getApprovalTypedData(parameters))
}
