import {
  type Calls,
  concatHex,
  type Hash,
  hashStruct,
  keccak256,
  type Narrow,
} from 'viem'

import { encodeContractCalls } from './encodeContractCalls.ts'
import { NoCallsError, type NoCallsErrorType } from './errors.ts'

/** One call, as EIP-712 has it. */
export const callType = [
  { name: 'target', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'data', type: 'bytes' },
] as const

/** EIP-712's hash of the calls. */
export type HashCallsReturnType = Hash

export type HashCallsErrorType = NoCallsErrorType

/**
 * Hashes calls as the validator does: as EIP-712 hashes a `Call[]`. It is what an
 * agent announces, and part of what approvers sign. A `settle` behind the calls is
 * not among them.
 *
 * @param calls - Calls as viem's actions take them
 * @returns Hash. {@link HashCallsReturnType}
 */
export function hashCalls<const calls extends readonly unknown[]>(
  calls: Calls<Narrow<calls>>,
): HashCallsReturnType {
  const encoded = encodeContractCalls(calls as readonly unknown[])
  if (encoded.length === 0) throw new NoCallsError()
  return keccak256(
    concatHex(
      encoded.map(({ data, to, value }) =>
        hashStruct({
          data: { data, target: to, value },
          primaryType: 'Call',
          types: { Call: callType },
        }),
      ),
    ),
  )
}
