import {
  decodeAbiParameters,
  decodeFunctionData,
  getAddress,
  type Hex,
  hexToBigInt,
  size,
  slice,
} from 'viem'

import type { EncodedCall } from '../types/call.ts'
import { batchMode, executionsParameter, singleMode } from './encodeExecute.ts'
import { erc7579AccountAbi } from './erc7579AccountAbi.ts'
import { ExecuteNotDecodableError } from './errors.ts'

/** Bytes of target and value in front of the data of a single call. */
const singleHeadSize = 52

/**
 * Decodes callData that {@link encodeExecute} made.
 *
 * @param callData - callData of a UserOperation
 * @returns Its calls
 */
export function decodeExecute(callData: Hex): readonly EncodedCall[] {
  const { executionCalldata, mode } = decodeOuter(callData)

  if (mode === singleMode && size(executionCalldata) >= singleHeadSize)
    return [
      {
        data:
          size(executionCalldata) === singleHeadSize
            ? '0x'
            : slice(executionCalldata, singleHeadSize),
        to: getAddress(slice(executionCalldata, 0, 20)),
        value: hexToBigInt(slice(executionCalldata, 20, singleHeadSize)),
      },
    ]

  if (mode === batchMode) {
    const [executions] = decodeAbiParameters(
      executionsParameter,
      executionCalldata,
    )
    return executions.map((execution) => ({
      data: execution.callData,
      to: execution.target,
      value: execution.value,
    }))
  }

  throw new ExecuteNotDecodableError({ callData })
}

function decodeOuter(callData: Hex) {
  try {
    const { args, functionName } = decodeFunctionData({
      abi: erc7579AccountAbi,
      data: callData,
    })
    if (functionName === 'execute')
      return { executionCalldata: args[1], mode: args[0] }
  } catch (error) {
    throw new ExecuteNotDecodableError({ callData, cause: error as Error })
  }
  throw new ExecuteNotDecodableError({ callData })
}
