import {
  type Account,
  type Address,
  type Chain,
  type Client,
  isAddressEqual,
  type Transport,
  type WatchContractEventReturnType,
} from 'viem'
import { watchContractEvent } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import { type TierEvent, toTierEvent } from './tierEvent.ts'

export type WatchTierEventsParameters = {
  account: Address
  /** @default all agents of the account */
  agent?: Address | undefined
  /** Block to begin with. @default the next one */
  fromBlock?: bigint | undefined
  /** What the node fails with. */
  onError?: ((error: Error) => void) | undefined
  onEvents: (events: readonly TierEvent[]) => void
  /** In ms. @default client.pollingInterval */
  pollingInterval?: number | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** Ends the watch. */
export type WatchTierEventsReturnType = WatchContractEventReturnType

/**
 * Watches for operations of an account's agents that went beyond a limit or took a
 * permission of which the owner wants to know.
 *
 * @param client - Client of the chain
 * @param parameters - {@link WatchTierEventsParameters}
 * @returns Ends the watch. {@link WatchTierEventsReturnType}
 *
 * @example
 * const unwatch = watchTierEvents(client, {
 *   account: '0x…',
 *   onEvents: (events) => console.log(events),
 * })
 */
export function watchTierEvents(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: WatchTierEventsParameters,
): WatchTierEventsReturnType {
  const {
    account,
    agent,
    fromBlock,
    onError,
    onEvents,
    pollingInterval,
    validator = policyValidatorAddress,
  } = parameters

  return getAction(
    client,
    watchContractEvent,
    'watchContractEvent',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: { account, ...(agent ? { agent } : {}) },
    eventName: 'TierReached',
    fromBlock,
    onError,
    onLogs: (logs) => {
      const own = logs.filter(({ address }) =>
        isAddressEqual(address, validator),
      )
      if (own.length > 0) onEvents(own.map(toTierEvent))
    },
    pollingInterval,
    strict: true,
  })
}
