import { type Abi, type Address, encodeFunctionData, type Hex } from 'viem'

import type { EncodedCall } from '../types/call.ts'

/** A call as viem's actions take it, whatever its ABI. */
export type ContractCall = {
  abi?: Abi | readonly unknown[] | undefined
  args?: readonly unknown[] | undefined
  data?: Hex | undefined
  functionName?: string | undefined
  to: Address
  value?: bigint | undefined
}

/**
 * Encodes calls that name a function of an ABI; leaves the others as they are.
 *
 * @param calls - Calls as viem's actions take them
 * @returns Calls with data and value
 */
export function encodeContractCalls(
  calls: readonly unknown[],
): readonly EncodedCall[] {
  return (calls as readonly ContractCall[]).map((call) => ({
    data: call.abi
      ? encodeFunctionData(call as Parameters<typeof encodeFunctionData>[0])
      : (call.data ?? '0x'),
    to: call.to,
    value: call.value ?? 0n,
  }))
}
