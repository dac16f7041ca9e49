import type { Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeRevokeAgentCall } from '../calls/encodeRevokeAgentCall.ts'
import { type AgentActParameters, sendAgentAct } from './sendAgentAct.ts'
import type {
  OwnerOperationErrorType,
  OwnerOperationReturnType,
} from './sendOwnerCalls.ts'

export type RevokeAgentParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = AgentActParameters<account, accountOverride>

export type RevokeAgentReturnType = OwnerOperationReturnType

export type RevokeAgentErrorType = OwnerOperationErrorType

/**
 * Takes an agent's policy away. What it has spent is kept for a later grant.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link RevokeAgentParameters}
 * @returns Hash of the UserOperation. {@link RevokeAgentReturnType}
 */
export async function revokeAgent<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: RevokeAgentParameters<account, accountOverride>,
): Promise<RevokeAgentReturnType> {
  return sendAgentAct(
    client,
    parameters as RevokeAgentParameters,
    encodeRevokeAgentCall,
  )
}
