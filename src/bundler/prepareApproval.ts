import {
  type Account,
  type Address,
  type Calls,
  type Chain,
  type Client,
  type Hash,
  hexToBigInt,
  type Narrow,
  type Transport,
} from 'viem'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { NoCallsErrorType } from '../accounts/errors.ts'
import { getChainTime } from '../accounts/getChainTime.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { toApprovalRequest } from '../actions/approvals/approvalRequests.ts'
import { getApprovers } from '../actions/approvals/getApprovers.ts'
import type {
  AgentAccountMissingErrorType,
  TierNotReachedErrorType,
} from '../actions/errors.ts'
import type { PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { ApprovalRequest } from '../types/approval.ts'
import { demandTier } from './demandTier.ts'

/** Time in which calls may be approved and sent, in seconds. */
const defaultLifetime = 86_400

export type PrepareApprovalParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  /** The agent's account. @default client.account */
  account?: PolicyAgentAccount | undefined
  calls: Calls<Narrow<calls>>
  /**
   * Last second in which the calls may run, in Unix seconds.
   * @default a day from the time of the chain
   */
  deadline?: number | undefined
  /**
   * Lane of the nonce, in which nothing else may be sent meanwhile.
   * @default one that follows from the calls
   */
  lane?: bigint | undefined
  /** Names of the approvers. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

export type PrepareApprovalReturnType = ApprovalRequest

export type PrepareApprovalErrorType =
  | AgentAccountMissingErrorType
  | NoCallsErrorType
  | PolicyErrorType
  | TierNotReachedErrorType

/**
 * Returns what the policy's approvers have to approve, so that an agent may make
 * calls that need approval. It is JSON as it is: store it, and hand it to them.
 *
 * The nonce is of a lane that follows from the calls, apart from the agent's own.
 * So requests for different calls do not wait for one another, and of two requests
 * for the same calls only one ever runs. To have the same calls made twice, name
 * another `lane`.
 *
 * What the policy denies for another reason is not asked for. Nor is what may be
 * sent as it is: then this throws `TierNotReachedError`.
 *
 * @param client - Client of the agent
 * @param parameters - {@link PrepareApprovalParameters}
 * @returns Request. {@link PrepareApprovalReturnType}
 *
 * @example
 * const request = await prepareApproval(bundlerClient, { calls })
 */
export async function prepareApproval<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: PrepareApprovalParameters<calls>,
): Promise<PrepareApprovalReturnType> {
  const { account, calls, callsHash, context } = await demandTier(
    client,
    parameters,
    'approval',
  )
  const { names = account.names, policyStore } = parameters

  try {
    const data = await account.getPolicyData()
    const [approvers, chainId, deadline, nonce] = await Promise.all([
      data ? getApprovers(account.client, { data, names, policyStore }) : [],
      account.client.chain?.id ??
        getAction(account.client, getChainId, 'getChainId')({}),
      parameters.deadline ??
        getChainTime(account.client).then((now) => now + defaultLifetime),
      account.getNonce({
        key: parameters.lane ?? getApprovalLane(account, callsHash),
      }),
    ])
    return toApprovalRequest({
      account: account.address,
      agent: account.agent.address,
      approvers,
      calls: calls.map(({ data, to, value }) => ({
        data,
        to,
        value: `${value}`,
      })),
      chainId,
      deadline,
      nonce: `${nonce}`,
      threshold: data?.tiers?.threshold ?? 0,
      validator: account.validator,
    })
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

/** A lane in the upper half of those that there are, apart from the agent's own. */
function getApprovalLane(
  { adapter }: PolicyAgentAccount,
  callsHash: Hash,
): bigint {
  const { laneBits } = adapter
  if (laneBits < 2) return 0n
  return (
    (1n << BigInt(laneBits - 1)) |
    BigInt.asUintN(laneBits - 1, hexToBigInt(callsHash))
  )
}
