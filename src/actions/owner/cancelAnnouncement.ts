import type { Address, Chain, Client, Hash, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeCancelAnnouncementCall } from '../calls/encodeCancelAnnouncementCall.ts'
import {
  getOwnerAccount,
  type OwnerOperationErrorType,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type CancelAnnouncementParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  /** Agent that has announced the calls. */
  agent: Address
  /** What `getAnnouncements` says of the calls. */
  callsHash: Hash
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type CancelAnnouncementReturnType = OwnerOperationReturnType

export type CancelAnnouncementErrorType = OwnerOperationErrorType

/**
 * Cancels calls that an agent has announced. The agent may announce them again:
 * `freezeAgent` stops that, and voids everything that it has announced.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link CancelAnnouncementParameters}
 * @returns Hash of the UserOperation. {@link CancelAnnouncementReturnType}
 */
export async function cancelAnnouncement<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: CancelAnnouncementParameters<account, accountOverride>,
): Promise<CancelAnnouncementReturnType> {
  const { agent, callsHash, validator } =
    parameters as CancelAnnouncementParameters
  const { address: account } = getOwnerAccount(
    client,
    parameters as CancelAnnouncementParameters,
  )
  return sendOwnerCalls(client, {
    ...(parameters as CancelAnnouncementParameters),
    calls: [
      encodeCancelAnnouncementCall({ account, agent, callsHash, validator }),
    ],
  })
}
