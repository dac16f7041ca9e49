import type {
  Account,
  Address,
  Chain,
  Client,
  Hash,
  ReadContractErrorType,
  Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'

export type GetAnnouncementParameters = {
  /** Account that makes the calls. */
  account: Address
  /** Agent that has announced them. */
  agent: Address
  /** What `hashCalls` says of the calls. */
  callsHash: Hash
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type GetAnnouncementReturnType =
  | {
      /** First second in which the calls may run, in Unix seconds. */
      due: number
      /** Last second in which they may run. */
      expires: number
      /**
       * Version that the agent had when it announced them. They run only while it
       * has it: every act of the owner on the agent voids what was announced before.
       */
      version: number
    }
  | undefined

export type GetAnnouncementErrorType = ReadContractErrorType

/**
 * Returns when calls that an agent has announced may run; nothing where they were
 * not announced, or were run or cancelled since.
 *
 * @param client - Client to use
 * @param parameters - {@link GetAnnouncementParameters}
 * @returns Announcement. {@link GetAnnouncementReturnType}
 */
export async function getAnnouncement(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetAnnouncementParameters,
): Promise<GetAnnouncementReturnType> {
  const {
    account,
    agent,
    callsHash,
    validator = policyValidatorAddress,
  } = parameters

  const announcement = await getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: [account, agent, callsHash],
    functionName: 'getAnnouncement',
  })
  return announcement.due === 0 ? undefined : announcement
}
