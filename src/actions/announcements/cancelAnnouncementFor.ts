import type { Account, Address, Chain, Client, Hash, Transport } from 'viem'

import type { PolicyErrorType } from '../../errors/policyError.ts'
import {
  type EncodeCancelAnnouncementCallParameters,
  encodeCancelAnnouncementCall,
} from '../calls/encodeCancelAnnouncementCall.ts'
import type { WalletAccountMissingErrorType } from '../errors.ts'
import { sendWalletCall } from '../levers/sendWalletCall.ts'

export type CancelAnnouncementForParameters =
  EncodeCancelAnnouncementCallParameters & {
    /** The guardian's account, an externally owned one. @default client.account */
    sender?: Account | Address | undefined
  }

/** Hash of the transaction. */
export type CancelAnnouncementForReturnType = Hash

export type CancelAnnouncementForErrorType =
  | PolicyErrorType
  | WalletAccountMissingErrorType

/**
 * Cancels calls that an agent has announced, for the guardian that its policy names
 * and without the owner. The agent may announce them again: `freezeAgentFor` stops
 * that.
 *
 * @param client - Client of the guardian's wallet
 * @param parameters - {@link CancelAnnouncementForParameters}
 * @returns Hash. {@link CancelAnnouncementForReturnType}
 */
export async function cancelAnnouncementFor<
  chain extends Chain | undefined,
  account extends Account | undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: CancelAnnouncementForParameters,
): Promise<CancelAnnouncementForReturnType> {
  const { account, agent, sender } = parameters
  return sendWalletCall(client, {
    call: encodeCancelAnnouncementCall(parameters),
    context: { account, agent },
    sender,
  })
}
