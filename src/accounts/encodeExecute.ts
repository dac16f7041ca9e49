import {
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
} from 'viem'

import type { Call } from '../types/call.ts'
import { erc7579AccountAbi } from './erc7579AccountAbi.ts'
import { NoCallsError, type NoCallsErrorType } from './errors.ts'

/** One call; a failure reverts. */
export const singleMode =
  '0x0000000000000000000000000000000000000000000000000000000000000000'

/** A batch; one failure reverts all of it. */
export const batchMode =
  '0x0100000000000000000000000000000000000000000000000000000000000000'

/** Parameters of the batch in `execute`. */
export const executionsParameter = [
  {
    components: [
      { name: 'target', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'callData', type: 'bytes' },
    ],
    name: 'executions',
    type: 'tuple[]',
  },
] as const

export type EncodeExecuteErrorType = NoCallsErrorType

/**
 * Encodes calls as `execute(bytes32 mode, bytes executionCalldata)`.
 *
 * These are the only two modes that the validator takes, in the only bytes that
 * it takes for them: a single call in mode 0, or a batch that reverts on failure.
 *
 * Warning: permissionless' `encodeExecutionMode({ revertOnError: true })` sets the
 * mode that does *not* revert, which the validator refuses.
 *
 * @param calls - At least one {@link Call}
 * @returns callData of the UserOperation
 */
export function encodeExecute(calls: readonly Call[]): Hex {
  const [first, ...rest] = calls
  if (!first) throw new NoCallsError()

  if (rest.length === 0)
    return encodeFunctionData({
      abi: erc7579AccountAbi,
      args: [
        singleMode,
        encodePacked(
          ['address', 'uint256', 'bytes'],
          [first.to, first.value ?? 0n, first.data ?? '0x'],
        ),
      ],
      functionName: 'execute',
    })

  return encodeFunctionData({
    abi: erc7579AccountAbi,
    args: [
      batchMode,
      encodeAbiParameters(executionsParameter, [
        calls.map(({ data = '0x', to, value = 0n }) => ({
          callData: data,
          target: to,
          value,
        })),
      ]),
    ],
    functionName: 'execute',
  })
}
