import type { Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeUnfreezeAgentCall } from '../calls/encodeUnfreezeAgentCall.ts'
import { type AgentActParameters, sendAgentAct } from './sendAgentAct.ts'
import type {
  OwnerOperationErrorType,
  OwnerOperationReturnType,
} from './sendOwnerCalls.ts'

export type UnfreezeAgentParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = AgentActParameters<account, accountOverride>

export type UnfreezeAgentReturnType = OwnerOperationReturnType

export type UnfreezeAgentErrorType = OwnerOperationErrorType

/**
 * Lifts the freeze of an agent.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link UnfreezeAgentParameters}
 * @returns Hash of the UserOperation. {@link UnfreezeAgentReturnType}
 */
export async function unfreezeAgent<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: UnfreezeAgentParameters<account, accountOverride>,
): Promise<UnfreezeAgentReturnType> {
  return sendAgentAct(
    client,
    parameters as UnfreezeAgentParameters,
    encodeUnfreezeAgentCall,
  )
}
