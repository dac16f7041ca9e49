import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeRotateAgentCall } from '../calls/encodeRotateAgentCall.ts'
import { type AgentActParameters, sendAgentAct } from './sendAgentAct.ts'
import type {
  OwnerOperationErrorType,
  OwnerOperationReturnType,
} from './sendOwnerCalls.ts'

export type RotateAgentParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = AgentActParameters<account, accountOverride> & {
  /** Address of the agent's next key. */
  newAgent: Address
}

export type RotateAgentReturnType = OwnerOperationReturnType

export type RotateAgentErrorType = OwnerOperationErrorType

/**
 * Hands an agent's grant to another key, with its freeze and everything that it
 * has spent.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link RotateAgentParameters}
 * @returns Hash of the UserOperation. {@link RotateAgentReturnType}
 */
export async function rotateAgent<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: RotateAgentParameters<account, accountOverride>,
): Promise<RotateAgentReturnType> {
  return sendAgentAct(
    client,
    parameters as RotateAgentParameters,
    encodeRotateAgentCall,
  )
}
