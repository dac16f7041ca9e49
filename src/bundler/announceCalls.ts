import {
  type Account,
  type Chain,
  type Client,
  type Hash,
  isAddressEqual,
  parseEventLogs,
  type Transport,
} from 'viem'

import { encodeAnnounceCall } from '../actions/calls/encodeAnnounceCall.ts'
import type { TierNotReachedErrorType } from '../actions/errors.ts'
import { policyValidatorAbi } from '../constants/generated/abis.ts'
import { PolicyError } from '../errors/policyError.ts'
import { demandTier } from './demandTier.ts'
import {
  type SendCallsErrorType,
  type SendCallsParameters,
  type SendCallsReturnType,
  sendCalls,
} from './sendCalls.ts'

export type AnnounceCallsParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = Omit<SendCallsParameters<calls>, 'approved' | 'settle'>

export type AnnounceCallsReturnType = SendCallsReturnType & {
  /** What was announced: EIP-712's hash of the calls. */
  callsHash: Hash
  /** First second in which the calls may run, in Unix seconds. */
  due: number
  /** Last second in which they may run. */
  expires: number
}

export type AnnounceCallsErrorType =
  | SendCallsErrorType
  | TierNotReachedErrorType

/**
 * Announces calls that the policy delays, so that they may be sent once they are
 * due: exactly these, in this order. Until then the owner or the guardian may cancel
 * them, and any act of the owner on the agent voids them. Announced again, they wait
 * anew.
 *
 * What the policy denies for another reason is not announced. Nor is what may be
 * sent as it is: then this throws `TierNotReachedError`.
 *
 * @param client - Bundler client of the agent
 * @param parameters - {@link AnnounceCallsParameters}
 * @returns When they may run. {@link AnnounceCallsReturnType}
 *
 * @example
 * const { due } = await announceCalls(bundlerClient, { calls })
 */
export async function announceCalls<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: AnnounceCallsParameters<calls>,
): Promise<AnnounceCallsReturnType> {
  const { account, calls, callsHash, context } = await demandTier(
    client,
    parameters,
    'delay',
  )
  const { validator } = account
  const agent = account.agent.address

  const sent = await sendCalls(client, {
    ...(parameters as unknown as AnnounceCallsParameters),
    account,
    calls: [encodeAnnounceCall({ agent, calls, validator })],
    settle: false,
  })
  const event = parseEventLogs({
    abi: policyValidatorAbi,
    args: { account: account.address, agent, callsHash },
    eventName: 'CallsAnnounced',
    logs: sent.receipt.receipt.logs,
  }).find(({ address }) => isAddressEqual(address, validator))
  if (!event)
    throw new PolicyError({
      arguments: { userOpHash: sent.userOpHash },
      code: 'OUTCOME_UNKNOWN',
      context: {
        ...context,
        phase: 'inclusion',
        transactionHash: sent.transactionHash,
        userOpHash: sent.userOpHash,
      },
      source: { kind: 'sdk' },
    })
  return {
    ...sent,
    callsHash,
    due: Number(event.args.due),
    expires: Number(event.args.expires),
  }
}
