import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeRotateAgentCallParameters = {
  agent: Address
  /** Version that the agent has now. */
  expectedVersion: number
  /** Address of the agent's next key. */
  newAgent: Address
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeRotateAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account hands an agent's grant to another key,
 * with everything that it has spent.
 *
 * @param parameters - {@link EncodeRotateAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeRotateAgentCallReturnType}
 */
export function encodeRotateAgentCall(
  parameters: EncodeRotateAgentCallParameters,
): EncodeRotateAgentCallReturnType {
  const {
    agent,
    expectedVersion,
    newAgent,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, newAgent, expectedVersion],
      functionName: 'rotate',
    }),
    to: validator,
    value: 0n,
  }
}
