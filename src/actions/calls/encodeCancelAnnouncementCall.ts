import { type Address, encodeFunctionData, type Hash } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeCancelAnnouncementCallParameters = {
  /** Account that would make the calls. */
  account: Address
  /** Agent that has announced them. */
  agent: Address
  /** What `hashCalls` says of them. */
  callsHash: Hash
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeCancelAnnouncementCallReturnType = EncodedCall

/**
 * Encodes the call with which an account, or the guardian that the agent's policy
 * names, cancels calls that an agent has announced.
 *
 * @param parameters - {@link EncodeCancelAnnouncementCallParameters}
 * @returns Call to make. {@link EncodeCancelAnnouncementCallReturnType}
 */
export function encodeCancelAnnouncementCall(
  parameters: EncodeCancelAnnouncementCallParameters,
): EncodeCancelAnnouncementCallReturnType {
  const {
    account,
    agent,
    callsHash,
    validator = policyValidatorAddress,
  } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [account, agent, callsHash],
      functionName: 'cancelAnnouncement',
    }),
    to: validator,
    value: 0n,
  }
}
