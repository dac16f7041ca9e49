import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeRevokeAgentCallParameters = {
  agent: Address
  /** Version that the agent has now. */
  expectedVersion: number
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeRevokeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account takes an agent's policy away.
 *
 * @param parameters - {@link EncodeRevokeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeRevokeAgentCallReturnType}
 */
export function encodeRevokeAgentCall(
  parameters: EncodeRevokeAgentCallParameters,
): EncodeRevokeAgentCallReturnType {
  const {
    agent,
    expectedVersion,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, expectedVersion],
      functionName: 'revoke',
    }),
    to: validator,
    value: 0n,
  }
}
