import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeFreezeAllAgentsCallParameters = {
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeFreezeAllAgentsCallReturnType = EncodedCall

/**
 * Encodes the call with which an account freezes all its agents.
 *
 * @param parameters - {@link EncodeFreezeAllAgentsCallParameters}
 * @returns Call for the account to make. {@link EncodeFreezeAllAgentsCallReturnType}
 */
export function encodeFreezeAllAgentsCall(
  parameters: EncodeFreezeAllAgentsCallParameters = {},
): EncodeFreezeAllAgentsCallReturnType {
  const { validator = policyValidatorAddress } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [],
      functionName: 'freezeAll',
    }),
    to: validator,
    value: 0n,
  }
}
