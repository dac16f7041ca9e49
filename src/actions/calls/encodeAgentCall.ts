import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

/** What the calls that are about one agent as it is have in common. */
export type AgentCallParameters = {
  agent: Address
  /** Version that the agent has now. */
  expectedVersion: number
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/**
 * Encodes a call of an account that is about one agent as it is.
 *
 * @param functionName - What the validator does with the agent
 * @param parameters - {@link AgentCallParameters}
 */
export function encodeAgentCall(
  functionName: 'freeze' | 'revoke' | 'unfreeze',
  parameters: AgentCallParameters,
): EncodedCall {
  const {
    agent,
    expectedVersion,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, expectedVersion],
      functionName,
    }),
    to: validator,
    value: 0n,
  }
}
