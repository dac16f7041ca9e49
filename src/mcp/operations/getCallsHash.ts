import { type Address, encodeAbiParameters, type Hash, keccak256 } from 'viem'

import type { EncodedCall } from '../../types/call.ts'

/** Returns what an idempotency key is bound to: these calls of this account. */
export function getCallsHash(parameters: {
  account: Address
  calls: readonly EncodedCall[]
  chainId: number
}): Hash {
  const { account, calls, chainId } = parameters
  return keccak256(
    encodeAbiParameters(
      [
        { type: 'uint256' },
        { type: 'address' },
        {
          components: [
            { name: 'to', type: 'address' },
            { name: 'value', type: 'uint256' },
            { name: 'data', type: 'bytes' },
          ],
          type: 'tuple[]',
        },
      ],
      [BigInt(chainId), account, [...calls]],
    ),
  )
}
