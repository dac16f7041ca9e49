import { type Address, encodeFunctionData } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { EncodedCall } from '../../types/call.ts'
import type { Charge } from '../../types/charge.ts'

export type EncodeSettleCallParameters = {
  /** Everything that the operation reserves, in the order of the limits. */
  charges: readonly Charge[]
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeSettleCallReturnType = EncodedCall

/**
 * Encodes the call with which an agent's batch ends that gives its budget back when
 * it fails. The validator takes it only with the exact charges, which
 * `prepareCalls` finds out.
 *
 * @param parameters - {@link EncodeSettleCallParameters}
 * @returns Last call of a batch. {@link EncodeSettleCallReturnType}
 */
export function encodeSettleCall(
  parameters: EncodeSettleCallParameters,
): EncodeSettleCallReturnType {
  const { charges, validator = policyValidatorAddress } = parameters

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [charges],
      functionName: 'settle',
    }),
    to: validator,
    value: 0n,
  }
}
