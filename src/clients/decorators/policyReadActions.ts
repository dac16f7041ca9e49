import type { Account, Chain, Client, Transport } from 'viem'

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

export type PolicyReadActions = {
  /** {@inheritDoc checkCalls} */
  checkCalls: <const calls extends readonly unknown[]>(
    parameters: CheckCallsParameters<calls>,
  ) => Promise<CheckCallsReturnType>
  /** {@inheritDoc getAgents} */
  getAgents: (parameters: GetAgentsParameters) => Promise<GetAgentsReturnType>
  /** {@inheritDoc getGrant} */
  getGrant: (parameters: GetGrantParameters) => Promise<GetGrantReturnType>
  /** {@inheritDoc getPolicy} */
  getPolicy: (parameters: GetPolicyParameters) => Promise<GetPolicyReturnType>
  /** {@inheritDoc getUsage} */
  getUsage: (parameters: GetUsageParameters) => Promise<GetUsageReturnType>
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
    getGrant: (parameters) => getGrant(client, parameters),
    getPolicy: (parameters) => getPolicy(client, parameters),
    getUsage: (parameters) => getUsage(client, parameters),
    isRelayingEnabled: (parameters) => isRelayingEnabled(client, parameters),
    lintPolicyOnChain: (parameters) => lintPolicyOnChain(client, parameters),
    reviewAccount: (parameters) => reviewAccount(client, parameters),
    verifyGrant: (parameters) => verifyGrant(client, parameters),
  })
}
