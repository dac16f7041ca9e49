import {
  type Abi,
  type Account,
  type Address,
  type Chain,
  type Client,
  type ContractFunctionName,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Transport,
} from 'viem'

import { simulateCall } from './simulateCall.ts'

/**
 * Asks a contract that may not know the question. Throws when the node fails, and
 * only then.
 *
 * @param client - Client to use
 * @param parameters - Contract, function and arguments
 * @returns What it answers; nothing where it reverts or answers something else
 */
export async function readAnswer(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: {
    abi: Abi
    address: Address
    args?: readonly unknown[] | undefined
    from: Address
    functionName: ContractFunctionName
  },
): Promise<unknown> {
  const { abi, address, from, functionName } = parameters
  const data = encodeFunctionData(parameters as EncodeFunctionDataParameters)
  const answer = await simulateCall(client, { data, from, to: address })
  if (answer.status === 'reverted') return undefined
  try {
    return decodeFunctionResult({ abi, data: answer.data, functionName })
  } catch {
    return undefined
  }
}
