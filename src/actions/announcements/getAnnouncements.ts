import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hash,
  isAddressEqual,
  type Transport,
} from 'viem'
import { getBlock } from 'viem/actions'
import { getAction } from 'viem/utils'

import { getChainTime } from '../../accounts/getChainTime.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { EncodedCall } from '../../types/call.ts'
import { type GetAgentsErrorType, getAgents } from '../read/getAgents.ts'
import { getPolicy } from '../read/getPolicy.ts'
import { readLogs } from '../readLogs.ts'
import { getAnnouncement } from './getAnnouncement.ts'
import { parseAnnouncedCalls } from './parseAnnouncedCalls.ts'

export type GetAnnouncementsParameters = {
  account: Address
  /** @default all agents of the account */
  agent?: Address | undefined
  /**
   * Block to search from. @default the first that an open announcement may be in
   */
  fromBlock?: bigint | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** Calls that an agent has announced, and that may still run. */
export type OpenAnnouncement = {
  agent: Address
  /**
   * What the agent says that it has announced; nothing where that is no list of
   * calls. Warning: only where `verified` is it what will run.
   */
  calls: readonly EncodedCall[] | undefined
  callsHash: Hash
  /** First second in which the calls may run, in Unix seconds. */
  due: number
  /** Last second in which they may run. */
  expires: number
  /** Transaction that has announced them. */
  transactionHash: Hash
  /**
   * Whether `calls` are the calls that were announced. Cancel what is not: nobody
   * but the agent knows what it is.
   */
  verified: boolean
}

/** Ascending by `due`. */
export type GetAnnouncementsReturnType = readonly OpenAnnouncement[]

export type GetAnnouncementsErrorType = GetAgentsErrorType

/**
 * Returns what the agents of an account have announced and may still run: for an
 * owner or a guardian to look at, and to cancel.
 *
 * What an owner's act has voided, what was run or cancelled, and what has expired is
 * not there. How far back to search follows from the agents' policies.
 *
 * @param client - Client of the chain
 * @param parameters - {@link GetAnnouncementsParameters}
 * @returns Announcements. {@link GetAnnouncementsReturnType}
 */
export async function getAnnouncements(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetAnnouncementsParameters,
): Promise<GetAnnouncementsReturnType> {
  const {
    account,
    agent,
    policyStore,
    validator = policyValidatorAddress,
  } = parameters

  const [granted, last, now] = await Promise.all([
    getAgents(client, { account, policyStore, validator }),
    getAction(client, getBlock, 'getBlock')({}),
    getChainTime(client),
  ])
  const agents = granted.filter(
    (grant) => !grant.frozen && (!agent || isAddressEqual(grant.agent, agent)),
  )
  const spans = await Promise.all(
    agents.map(async ({ policyHash }) => {
      const policy = await getPolicy(client, { policyHash, policyStore })
      const { delay = 0, lifetime = 0 } = policy?.data.tiers ?? {}
      return delay + lifetime
    }),
  )
  const span = Math.max(0, ...spans)
  if (span === 0) return []

  const logs = await readLogs(client, {
    args: { account, ...(agent ? { agent } : {}) },
    eventName: 'CallsAnnounced',
    fromBlock:
      parameters.fromBlock ??
      (await findBlock(client, {
        last: last.number,
        time: Number(last.timestamp) - span,
      })),
    toBlock: last.number,
    validator,
  })

  // Of calls that were announced more than once, what shows them counts.
  const byHash = new Map<string, (typeof logs)[number]>()
  for (const log of logs) {
    const key = `${log.args.agent}${log.args.callsHash}`
    const before = byHash.get(key)
    if (!before || parseAnnouncedCalls(log.args).verified) byHash.set(key, log)
    else if (!parseAnnouncedCalls(before.args).verified) byHash.set(key, log)
  }
  const found = await Promise.all(
    [...byHash.values()].map(async (log): Promise<OpenAnnouncement[]> => {
      const { agent, callsHash } = log.args
      const grant = agents.find((grant) => isAddressEqual(grant.agent, agent))
      const announcement = await getAnnouncement(client, {
        account,
        agent,
        callsHash,
        validator,
      })
      if (
        !announcement ||
        announcement.version !== grant?.version ||
        announcement.expires < now
      )
        return []
      const { due, expires } = announcement
      return [
        {
          agent,
          ...parseAnnouncedCalls(log.args),
          callsHash,
          due,
          expires,
          transactionHash: log.transactionHash,
        },
      ]
    }),
  )
  return found.flat().toSorted((one, other) => one.due - other.due)
}

/** Finds a block before which everything is older than a time. */
async function findBlock(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  { last, time }: { last: bigint; time: number },
): Promise<bigint> {
  let [low, high] = [0n, last]
  while (low < high) {
    const middle = (low + high) / 2n
    const { timestamp } = await getAction(
      client,
      getBlock,
      'getBlock',
    )({ blockNumber: middle })
    if (Number(timestamp) < time) low = middle + 1n
    else high = middle
  }
  return low
}
