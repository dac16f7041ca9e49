import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type ContractEventArgs,
  type ContractEventName,
  type GetContractEventsReturnType,
  isAddressEqual,
  type Transport,
} from 'viem'
import { getContractEvents } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAbi } from '../constants/generated/abis.ts'

type Abi = typeof policyValidatorAbi

/** Fewest blocks of a request that is split when a node refuses it. */
const minBlocks = 100n

export type ReadLogsParameters<name extends ContractEventName<Abi>> = {
  args: ContractEventArgs<Abi, name>
  eventName: name
  fromBlock: bigint
  toBlock: bigint
  validator: Address
}

/**
 * Returns logs of the validator, in their order. A range that the node does not
 * take at once is halved.
 *
 * @param client - Client of the chain
 * @param parameters - {@link ReadLogsParameters}
 */
export async function readLogs<name extends ContractEventName<Abi>>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: ReadLogsParameters<name>,
): Promise<GetContractEventsReturnType<Abi, name, true>> {
  const { args, eventName, fromBlock, toBlock, validator } = parameters

  try {
    const logs = (await getAction(
      client,
      getContractEvents,
      'getContractEvents',
    )({
      abi: policyValidatorAbi,
      address: validator,
      args,
      eventName,
      fromBlock,
      strict: true,
      toBlock,
    } as never)) as GetContractEventsReturnType<Abi, name, true>
    // What a node adds of its own accord is not the validator's.
    return logs.filter(({ address }) => isAddressEqual(address, validator))
  } catch (error) {
    if (toBlock - fromBlock < minBlocks) throw error
    const middle = (fromBlock + toBlock) / 2n
    const first = await readLogs(client, { ...parameters, toBlock: middle })
    const second = await readLogs(client, {
      ...parameters,
      fromBlock: middle + 1n,
    })
    return [...first, ...second]
  }
}
