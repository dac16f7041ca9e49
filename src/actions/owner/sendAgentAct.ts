import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { EncodedCall } from '../../types/call.ts'
import { getGrant } from '../read/getGrant.ts'
import {
  getOwnerAccount,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

/** What every act of an owner on one agent takes. */
export type AgentActParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  agent: Address
  /**
   * Version that the agent has. The act fails if somebody has acted on the agent
   * since. Left out, it is read from the chain.
   */
  expectedVersion?: number | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** Sends one call of the owner that names an agent and the version it has. */
export async function sendAgentAct<parameters extends AgentActParameters>(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: parameters,
  encodeCall: (
    parameters: parameters & { expectedVersion: number; validator: Address },
  ) => EncodedCall,
): Promise<OwnerOperationReturnType> {
  const { agent, validator = policyValidatorAddress } = parameters
  const account = getOwnerAccount(client, parameters)
  const expectedVersion =
    parameters.expectedVersion ??
    (await getAgentVersion(account, { agent, validator }))

  return sendOwnerCalls(client, {
    ...parameters,
    calls: [encodeCall({ ...parameters, expectedVersion, validator })],
  })
}

/**
 * Returns the version that the owner's next act on an agent must name. It is read
 * through the account's client, since a bundler may answer no `eth_call`.
 */
export async function getAgentVersion(
  account: SmartAccount,
  parameters: { agent: Address; validator: Address },
): Promise<number> {
  try {
    const { version } = await getGrant(account.client, {
      ...parameters,
      account: account.address,
    })
    return version
  } catch (error) {
    throw toPolicyError(error, { account: account.address })
  }
}
