import type { Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeFreezeAgentCall } from '../calls/encodeFreezeAgentCall.ts'
import { type AgentActParameters, sendAgentAct } from './sendAgentAct.ts'
import type {
  OwnerOperationErrorType,
  OwnerOperationReturnType,
} from './sendOwnerCalls.ts'

export type FreezeAgentParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = AgentActParameters<account, accountOverride>

export type FreezeAgentReturnType = OwnerOperationReturnType

export type FreezeAgentErrorType = OwnerOperationErrorType

/**
 * Freezes an agent: its policy stays, and denies everything.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link FreezeAgentParameters}
 * @returns Hash of the UserOperation. {@link FreezeAgentReturnType}
 */
export async function freezeAgent<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: FreezeAgentParameters<account, accountOverride>,
): Promise<FreezeAgentReturnType> {
  return sendAgentAct(
    client,
    parameters as FreezeAgentParameters,
    encodeFreezeAgentCall,
  )
}
