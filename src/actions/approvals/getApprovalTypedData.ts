import type { Address, Calls, Narrow, TypedDataDefinition } from 'viem'

import { encodeContractCalls } from '../../accounts/encodeContractCalls.ts'
import { NoCallsError, type NoCallsErrorType } from '../../accounts/errors.ts'
import { callType } from '../../accounts/hashCalls.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'

const approvalTypes = {
  Approval: [
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'calls', type: 'Call[]' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  Call: callType,
} as const

export type GetApprovalTypedDataParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  /** Account that makes the calls. */
  account: Address
  /** Agent that may have them made. */
  agent: Address
  /** The calls, without a `settle`. */
  calls: Calls<Narrow<calls>>
  chainId: number
  /** Last second for which the approval is good, in Unix seconds. */
  deadline: number
  /** Nonce of the operation, key and sequence. */
  nonce: bigint
  /** Validator that checks the approval. @default policyValidatorAddress */
  validator?: Address | undefined
}

export type GetApprovalTypedDataReturnType = TypedDataDefinition<
  typeof approvalTypes,
  'Approval'
>

export type GetApprovalTypedDataErrorType = NoCallsErrorType

/**
 * Returns what an approver signs to let an agent make calls once, in the
 * validator's own EIP-712 domain. A wallet shows every call of it.
 *
 * @param parameters - {@link GetApprovalTypedDataParameters}
 * @returns Typed data. {@link GetApprovalTypedDataReturnType}
 */
export function getApprovalTypedData<const calls extends readonly unknown[]>(
  parameters: GetApprovalTypedDataParameters<calls>,
): GetApprovalTypedDataReturnType {
  const {
    account,
    agent,
    chainId,
    deadline,
    nonce,
    validator = policyValidatorAddress,
  } = parameters
  const calls = encodeContractCalls(parameters.calls as readonly unknown[])
  if (calls.length === 0) throw new NoCallsError()

  return {
    domain: {
      chainId,
      name: 'PolicyValidator',
      verifyingContract: validator,
      version: '1',
    },
    message: {
      account,
      agent,
      calls: calls.map(({ data, to, value }) => ({ data, target: to, value })),
      deadline: BigInt(deadline),
      nonce,
    },
    primaryType: 'Approval',
    types: approvalTypes,
  }
}
