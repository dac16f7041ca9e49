import type { Account, Address, Chain, Client, Transport } from 'viem'

import { hashCalls } from '../../accounts/hashCalls.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { EncodedCall } from '../../types/call.ts'
import type { SignedWindow } from '../../types/signedWindow.ts'
import { getAnnouncement } from './getAnnouncement.ts'

export type GetAnnouncedWindowParameters = {
  account: Address
  agent: Address
  calls: readonly EncodedCall[]
  /** The agent's policy. */
  data: PolicyData | undefined
  validator: Address
}

/**
 * Returns the time in which announced calls may run; nothing where the policy
 * delays nothing, or these calls are not announced.
 *
 * @param client - Client of the chain
 * @param parameters - {@link GetAnnouncedWindowParameters}
 */
export async function getAnnouncedWindow(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetAnnouncedWindowParameters,
): Promise<SignedWindow | undefined> {
  const { calls, data, ...subject } = parameters

  if (!data?.tiers?.delay || calls.length === 0) return undefined
  const announcement = await getAnnouncement(client, {
    ...subject,
    callsHash: hashCalls(calls),
  })
  return (
    announcement && {
      validAfter: announcement.due,
      validUntil: announcement.expires,
    }
  )
}
