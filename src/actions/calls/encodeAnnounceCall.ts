import {
  type Address,
  type Calls,
  encodeAbiParameters,
  encodeFunctionData,
  type Narrow,
} from 'viem'

import { encodeContractCalls } from '../../accounts/encodeContractCalls.ts'
import type { NoCallsErrorType } from '../../accounts/errors.ts'
import { callType, hashCalls } from '../../accounts/hashCalls.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'

/** `Call[]`, as the log of an announcement has it. */
export const callsParameter = {
  components: callType,
  type: 'tuple[]',
} as const

export type EncodeAnnounceCallParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  /** Agent that will have the calls made. */
  agent: Address
  /** The calls, without a `settle`. */
  calls: Calls<Narrow<calls>>
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeAnnounceCallReturnType = EncodedCall

export type EncodeAnnounceCallErrorType = NoCallsErrorType

/**
 * Encodes the call with which an agent announces calls. It is the only one of its
 * operation.
 *
 * @param parameters - {@link EncodeAnnounceCallParameters}
 * @returns Call for the account to make. {@link EncodeAnnounceCallReturnType}
 */
export function encodeAnnounceCall<const calls extends readonly unknown[]>(
  parameters: EncodeAnnounceCallParameters<calls>,
): EncodeAnnounceCallReturnType {
  const { agent, validator = policyValidatorAddress } = parameters
  const calls = encodeContractCalls(parameters.calls as readonly unknown[])

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [
        agent,
        hashCalls(calls),
        encodeAbiParameters(
          [callsParameter],
          [calls.map(({ data, to, value }) => ({ data, target: to, value }))],
        ),
      ],
      functionName: 'announce',
    }),
    to: validator,
    value: 0n,
  }
}
