import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import { encodeGrantPolicyCall } from '../calls/encodeGrantPolicyCall.ts'
import { encodeMissingPublishCalls } from './encodeMissingPublishCalls.ts'
import { type AgentActParameters, getAgentVersion } from './sendAgentAct.ts'
import {
  getOwnerAccount,
  type OwnerOperationErrorType,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type GrantPolicyParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = AgentActParameters<account, accountOverride> & {
  policy: PolicyBlobs
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

export type GrantPolicyReturnType = OwnerOperationReturnType

export type GrantPolicyErrorType = OwnerOperationErrorType

/**
 * Grants an agent a policy, in place of the one it may have. Nothing else about
 * the agent changes: what it has spent stays, and a frozen agent stays frozen.
 *
 * What of the policy is not published yet is published by the same UserOperation.
 * Warning: bundlers take no operation beyond 8,192 bytes; publish a policy of more
 * than about 7 kB by {@link publishPolicy} before.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link GrantPolicyParameters}
 * @returns Hash of the UserOperation. {@link GrantPolicyReturnType}
 */
export async function grantPolicy<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: GrantPolicyParameters<account, accountOverride>,
): Promise<GrantPolicyReturnType> {
  const {
    agent,
    policy,
    policyStore,
    validator = policyValidatorAddress,
  } = parameters

  const account = getOwnerAccount(client, parameters as GrantPolicyParameters)
  const [publishCalls, expectedVersion] = await Promise.all([
    encodeMissingPublishCalls(account, { policy, policyStore }),
    parameters.expectedVersion ??
      getAgentVersion(account, { agent, validator }),
  ])

  return sendOwnerCalls(client, {
    ...(parameters as GrantPolicyParameters),
    calls: [
      ...publishCalls,
      encodeGrantPolicyCall({
        agent,
        expectedVersion,
        policyHash: policy.policyHash,
        validator,
      }),
    ],
  })
}
