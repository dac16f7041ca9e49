import type {
  Account,
  Address,
  Chain,
  Client,
  GetContractEventsErrorType,
  Transport,
} from 'viem'
import { getBlockNumber } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { readLogs } from '../readLogs.ts'
import { type TierEvent, toTierEvent } from './tierEvent.ts'

export type GetTierEventsParameters = {
  account: Address
  /** @default all agents of the account */
  agent?: Address | undefined
  /** Block to search from. */
  fromBlock: bigint
  /** @default the last one */
  toBlock?: bigint | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** In their order. */
export type GetTierEventsReturnType = readonly TierEvent[]

export type GetTierEventsErrorType = GetContractEventsErrorType

/**
 * Returns the operations of an account's agents that went beyond a limit or took a
 * permission of which the owner wants to know: those of the tiers notify, delay and
 * approval. Each was included, whether or not its calls then succeeded.
 *
 * @param client - Client of the chain
 * @param parameters - {@link GetTierEventsParameters}
 * @returns Events. {@link GetTierEventsReturnType}
 */
export async function getTierEvents(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetTierEventsParameters,
): Promise<GetTierEventsReturnType> {
  const {
    account,
    agent,
    fromBlock,
    validator = policyValidatorAddress,
  } = parameters

  const logs = await readLogs(client, {
    args: { account, ...(agent ? { agent } : {}) },
    eventName: 'TierReached',
    fromBlock,
    toBlock:
      parameters.toBlock ??
      (await getAction(
        client,
        getBlockNumber,
        'getBlockNumber',
      )({ cacheTime: 0 })),
    validator,
  })
  return logs.map(toTierEvent)
}
