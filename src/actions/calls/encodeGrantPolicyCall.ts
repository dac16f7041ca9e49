import { type Address, encodeFunctionData, type Hash } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeGrantPolicyCallParameters = {
  agent: Address
  /** Version that the agent has now; 0 for one that never had a grant. */
  expectedVersion: number
  /** Id of the published policy. */
  policyHash: Hash
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeGrantPolicyCallReturnType = EncodedCall

/**
 * Encodes the call with which an account grants an agent a policy, in place of the
 * one it may have.
 *
 * @param parameters - {@link EncodeGrantPolicyCallParameters}
 * @returns Call for the account to make. {@link EncodeGrantPolicyCallReturnType}
 */
export function encodeGrantPolicyCall(
  parameters: EncodeGrantPolicyCallParameters,
): EncodeGrantPolicyCallReturnType {
  const {
    agent,
    expectedVersion,
    policyHash,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, policyHash, expectedVersion],
      functionName: 'grant',
    }),
    to: validator,
    value: 0n,
  }
}
