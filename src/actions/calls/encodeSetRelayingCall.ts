import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeSetRelayingCallParameters = {
  /** Whether signed levers may be relayed. */
  enabled: boolean
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeSetRelayingCallReturnType = EncodedCall

/**
 * Encodes the call with which an account lets the levers that its owner signs be
 * relayed, or no longer does.
 *
 * @param parameters - {@link EncodeSetRelayingCallParameters}
 * @returns Call for the account to make. {@link EncodeSetRelayingCallReturnType}
 */
export function encodeSetRelayingCall(
  parameters: EncodeSetRelayingCallParameters,
): EncodeSetRelayingCallReturnType {
  const { enabled, validator = policyValidatorAddress } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [enabled],
      functionName: 'setRelaying',
    }),
    to: validator,
    value: 0n,
  }
}
