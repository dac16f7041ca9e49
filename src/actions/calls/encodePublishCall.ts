import { type Address, encodeFunctionData, type Hex } from 'viem'

import { policyStoreAddress } from '../../constants/addresses.ts'
import { policyStoreAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodePublishCallParameters = {
  /** A policy or a set, in the policy format. */
  bytes: Hex
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

export type EncodePublishCallReturnType = EncodedCall

/**
 * Encodes the call that publishes a policy or a set. Anyone may make it; what is
 * published already stays as it is. The sets that a policy names come before it.
 *
 * @param parameters - {@link EncodePublishCallParameters}
 * @returns Call. {@link EncodePublishCallReturnType}
 */
export function encodePublishCall(
  parameters: EncodePublishCallParameters,
): EncodePublishCallReturnType {
  const { bytes, policyStore = policyStoreAddress } = parameters

  return {
    data: encodeFunctionData({
      abi: policyStoreAbi,
      args: [bytes],
      functionName: 'publish',
    }),
    to: policyStore,
    value: 0n,
  }
}
