import type { Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import {
  type PrepareLeverParameters,
  type PrepareLeverReturnType,
  prepareLever,
} from '../../actions/levers/prepareLever.ts'
import {
  type SignLeverParameters,
  type SignLeverReturnType,
  signLever,
} from '../../actions/levers/signLever.ts'
import {
  type CancelAnnouncementParameters,
  type CancelAnnouncementReturnType,
  cancelAnnouncement,
} from '../../actions/owner/cancelAnnouncement.ts'
import {
  type FreezeAgentParameters,
  type FreezeAgentReturnType,
  freezeAgent,
} from '../../actions/owner/freezeAgent.ts'
import {
  type FreezeAllAgentsParameters,
  type FreezeAllAgentsReturnType,
  freezeAllAgents,
} from '../../actions/owner/freezeAllAgents.ts'
import {
  type GrantPolicyParameters,
  type GrantPolicyReturnType,
  grantPolicy,
} from '../../actions/owner/grantPolicy.ts'
import {
  type InstallPolicyValidatorParameters,
  type InstallPolicyValidatorReturnType,
  installPolicyValidator,
} from '../../actions/owner/installPolicyValidator.ts'
import {
  type RevokeAgentParameters,
  type RevokeAgentReturnType,
  revokeAgent,
} from '../../actions/owner/revokeAgent.ts'
import {
  type RotateAgentParameters,
  type RotateAgentReturnType,
  rotateAgent,
} from '../../actions/owner/rotateAgent.ts'
import {
  type SetRelayingParameters,
  type SetRelayingReturnType,
  setRelaying,
} from '../../actions/owner/setRelaying.ts'
import {
  type UnfreezeAgentParameters,
  type UnfreezeAgentReturnType,
  unfreezeAgent,
} from '../../actions/owner/unfreezeAgent.ts'
import {
  type UninstallPolicyValidatorParameters,
  type UninstallPolicyValidatorReturnType,
  uninstallPolicyValidator,
} from '../../actions/owner/uninstallPolicyValidator.ts'

export type PolicyOwnerActions<
  account extends SmartAccount | undefined = SmartAccount | undefined,
> = {
  /** {@inheritDoc cancelAnnouncement} */
  cancelAnnouncement: <
    accountOverride extends SmartAccount | undefined = undefined,
  >(
    parameters: CancelAnnouncementParameters<account, accountOverride>,
  ) => Promise<CancelAnnouncementReturnType>
  /** {@inheritDoc freezeAgent} */
  freezeAgent: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: FreezeAgentParameters<account, accountOverride>,
  ) => Promise<FreezeAgentReturnType>
  /** {@inheritDoc freezeAllAgents} */
  freezeAllAgents: <
    accountOverride extends SmartAccount | undefined = undefined,
  >(
    parameters: FreezeAllAgentsParameters<account, accountOverride>,
  ) => Promise<FreezeAllAgentsReturnType>
  /** {@inheritDoc grantPolicy} */
  grantPolicy: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: GrantPolicyParameters<account, accountOverride>,
  ) => Promise<GrantPolicyReturnType>
  /** {@inheritDoc installPolicyValidator} */
  installPolicyValidator: <
    accountOverride extends SmartAccount | undefined = undefined,
  >(
    parameters: InstallPolicyValidatorParameters<account, accountOverride>,
  ) => Promise<InstallPolicyValidatorReturnType>
  /** {@inheritDoc prepareLever} */
  prepareLever: (
    parameters: PrepareLeverParameters,
  ) => Promise<PrepareLeverReturnType>
  /** {@inheritDoc revokeAgent} */
  revokeAgent: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: RevokeAgentParameters<account, accountOverride>,
  ) => Promise<RevokeAgentReturnType>
  /** {@inheritDoc rotateAgent} */
  rotateAgent: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: RotateAgentParameters<account, accountOverride>,
  ) => Promise<RotateAgentReturnType>
  /** {@inheritDoc setRelaying} */
  setRelaying: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: SetRelayingParameters<account, accountOverride>,
  ) => Promise<SetRelayingReturnType>
  /** {@inheritDoc signLever} */
  signLever: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: SignLeverParameters<account, accountOverride>,
  ) => Promise<SignLeverReturnType>
  /** {@inheritDoc unfreezeAgent} */
  unfreezeAgent: <accountOverride extends SmartAccount | undefined = undefined>(
    parameters: UnfreezeAgentParameters<account, accountOverride>,
  ) => Promise<UnfreezeAgentReturnType>
  /** {@inheritDoc uninstallPolicyValidator} */
  uninstallPolicyValidator: <
    accountOverride extends SmartAccount | undefined = undefined,
  >(
    parameters: UninstallPolicyValidatorParameters<account, accountOverride>,
  ) => Promise<UninstallPolicyValidatorReturnType>
}

/**
 * Actions of an account's owner, for a bundler client with the owner's smart
 * account.
 *
 * @example
 * const ownerClient = createBundlerClient({ account, client, transport }).extend(
 *   policyOwnerActions(),
 * )
 */
export function policyOwnerActions() {
  return <
    transport extends Transport,
    chain extends Chain | undefined,
    account extends SmartAccount | undefined,
  >(
    client: Client<transport, chain, account>,
  ): PolicyOwnerActions<account> => ({
    cancelAnnouncement: (parameters) => cancelAnnouncement(client, parameters),
    freezeAgent: (parameters) => freezeAgent(client, parameters),
    freezeAllAgents: (parameters) => freezeAllAgents(client, parameters),
    grantPolicy: (parameters) => grantPolicy(client, parameters),
    installPolicyValidator: (parameters) =>
      installPolicyValidator(client, parameters),
    prepareLever: (parameters) => prepareLever(client, parameters),
    revokeAgent: (parameters) => revokeAgent(client, parameters),
    rotateAgent: (parameters) => rotateAgent(client, parameters),
    setRelaying: (parameters) => setRelaying(client, parameters),
    signLever: (parameters) => signLever(client, parameters),
    unfreezeAgent: (parameters) => unfreezeAgent(client, parameters),
    uninstallPolicyValidator: (parameters) =>
      uninstallPolicyValidator(client, parameters),
  })
}
