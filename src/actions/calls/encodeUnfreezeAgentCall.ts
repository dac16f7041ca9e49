import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeUnfreezeAgentCallParameters = {
  agent: Address
  /** Version that the agent has now. */
  expectedVersion: number
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeUnfreezeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account lifts the freeze of an agent.
 *
 * @param parameters - {@link EncodeUnfreezeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeUnfreezeAgentCallReturnType}
 */
export function encodeUnfreezeAgentCall(
  parameters: EncodeUnfreezeAgentCallParameters,
): EncodeUnfreezeAgentCallReturnType {
  const {
    agent,
    expectedVersion,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, expectedVersion],
      functionName: 'unfreeze',
    }),
    to: validator,
    value: 0n,
  }
}
