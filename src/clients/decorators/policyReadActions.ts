import type { Account, Chain, Client, Transport } from 'viem'

import {
  type GetAnnouncementParameters,
  type GetAnnouncementReturnType,
  getAnnouncement,
} from '../../actions/announcements/getAnnouncement.ts'
import {
  type GetAnnouncementsParameters,
  type GetAnnouncementsReturnType,
  getAnnouncements,
} from '../../actions/announcements/getAnnouncements.ts'
import {
  type IsApprovedParameters,
  type IsApprovedReturnType,
  isApproved,
} from '../../actions/approvals/isApproved.ts'
import {
  type CheckCallsParameters,
  type CheckCallsReturnType,
  checkCalls,
} from '../../actions/read/checkCalls.ts'
import {
  type GetAgentsParameters,
  type GetAgentsReturnType,
  getAgents,
} from '../../actions/read/getAgents.ts'
import {
  type GetGrantParameters,
  type GetGrantReturnType,
  getGrant,
} from '../../actions/read/getGrant.ts'
import {
  type GetPolicyParameters,
  type GetPolicyReturnType,
  getPolicy,
} from '../../actions/read/getPolicy.ts'
import {
  type GetUsageParameters,
  type GetUsageReturnType,
  getUsage,
} from '../../actions/read/getUsage.ts'
import {
  type IsRelayingEnabledParameters,
  type IsRelayingEnabledReturnType,
  isRelayingEnabled,
} from '../../actions/read/isRelayingEnabled.ts'
import {
  type LintPolicyOnChainParameters,
  type LintPolicyOnChainReturnType,
  lintPolicyOnChain,
} from '../../actions/read/lintPolicyOnChain.ts'
import {
  type ReviewAccountParameters,
  type ReviewAccountReturnType,
  reviewAccount,
} from '../../actions/read/reviewAccount.ts'
import {
  type VerifyGrantParameters,
  type VerifyGrantReturnType,
  verifyGrant,
} from '../../actions/read/verifyGrant.ts'
import {
  type GetTierEventsParameters,
  type GetTierEventsReturnType,
  getTierEvents,
} from '../../actions/tiers/getTierEvents.ts'
import {
  type WatchTierEventsParameters,
  type WatchTierEventsReturnType,
  watchTierEvents,
} from '../../actions/tiers/watchTierEvents.ts'

export type PolicyReadActions = {
  /** {@inheritDoc checkCalls} */
  checkCalls: <const calls extends readonly unknown[]>(
    parameters: CheckCallsParameters<calls>,
  ) => Promise<CheckCallsReturnType>
  /** {@inheritDoc getAgents} */
  getAgents: (parameters: GetAgentsParameters) => Promise<GetAgentsReturnType>
  /** {@inheritDoc getAnnouncement} */
  getAnnouncement: (
    parameters: GetAnnouncementParameters,
  ) => Promise<GetAnnouncementReturnType>
  /** {@inheritDoc getAnnouncements} */
  getAnnouncements: (
    parameters: GetAnnouncementsParameters,
  ) => Promise<GetAnnouncementsReturnType>
  /** {@inheritDoc getGrant} */
  getGrant: (parameters: GetGrantParameters) => Promise<GetGrantReturnType>
  /** {@inheritDoc getPolicy} */
  getPolicy: (parameters: GetPolicyParameters) => Promise<GetPolicyReturnType>
  /** {@inheritDoc getTierEvents} */
  getTierEvents: (
    parameters: GetTierEventsParameters,
  ) => Promise<GetTierEventsReturnType>
  /** {@inheritDoc getUsage} */
  getUsage: (parameters: GetUsageParameters) => Promise<GetUsageReturnType>
  /** {@inheritDoc isApproved} */
  isApproved: (
    parameters: IsApprovedParameters,
  ) => Promise<IsApprovedReturnType>
  /** {@inheritDoc isRelayingEnabled} */
  isRelayingEnabled: (
    parameters: IsRelayingEnabledParameters,
  ) => Promise<IsRelayingEnabledReturnType>
  /** {@inheritDoc lintPolicyOnChain} */
  lintPolicyOnChain: (
    parameters: LintPolicyOnChainParameters,
  ) => Promise<LintPolicyOnChainReturnType>
  /** {@inheritDoc reviewAccount} */
  reviewAccount: (
    parameters: ReviewAccountParameters,
  ) => Promise<ReviewAccountReturnType>
  /** {@inheritDoc verifyGrant} */
  verifyGrant: (
    parameters: VerifyGrantParameters,
  ) => Promise<VerifyGrantReturnType>
  /** {@inheritDoc watchTierEvents} */
  watchTierEvents: (
    parameters: WatchTierEventsParameters,
  ) => WatchTierEventsReturnType
}

/**
 * Actions that read policies, for any client of the chain.
 *
 * @example
 * const client = createPublicClient({ chain, transport: http() }).extend(
 *   policyReadActions(),
 * )
 */
export function policyReadActions() {
  return <
    transport extends Transport,
    chain extends Chain | undefined,
    account extends Account | undefined,
  >(
    client: Client<transport, chain, account>,
  ): PolicyReadActions => ({
    checkCalls: (parameters) => checkCalls(client, parameters),
    getAgents: (parameters) => getAgents(client, parameters),
    getAnnouncement: (parameters) => getAnnouncement(client, parameters),
    getAnnouncements: (parameters) => getAnnouncements(client, parameters),
    getGrant: (parameters) => getGrant(client, parameters),
    getPolicy: (parameters) => getPolicy(client, parameters),
    getTierEvents: (parameters) => getTierEvents(client, parameters),
    getUsage: (parameters) => getUsage(client, parameters),
    isApproved: (parameters) => isApproved(client, parameters),
    isRelayingEnabled: (parameters) => isRelayingEnabled(client, parameters),
    lintPolicyOnChain: (parameters) => lintPolicyOnChain(client, parameters),
    reviewAccount: (parameters) => reviewAccount(client, parameters),
    verifyGrant: (parameters) => verifyGrant(client, parameters),
    watchTierEvents: (parameters) => watchTierEvents(client, parameters),
  })
}
