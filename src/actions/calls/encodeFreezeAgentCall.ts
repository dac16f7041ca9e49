import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeFreezeAgentCallParameters = {
  agent: Address
  /** Version that the agent has now. */
  expectedVersion: number
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeFreezeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account freezes an agent.
 *
 * @param parameters - {@link EncodeFreezeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeFreezeAgentCallReturnType}
 */
export function encodeFreezeAgentCall(
  parameters: EncodeFreezeAgentCallParameters,
): EncodeFreezeAgentCallReturnType {
  const {
    agent,
    expectedVersion,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [agent, expectedVersion],
      functionName: 'freeze',
    }),
    to: validator,
    value: 0n,
  }
}
