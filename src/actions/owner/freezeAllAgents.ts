import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeFreezeAllAgentsCall } from '../calls/encodeFreezeAllAgentsCall.ts'
import {
  type OwnerOperationErrorType,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type FreezeAllAgentsParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type FreezeAllAgentsReturnType = OwnerOperationReturnType

export type FreezeAllAgentsErrorType = OwnerOperationErrorType

/**
 * Freezes every agent of the account.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link FreezeAllAgentsParameters}
 * @returns Hash of the UserOperation. {@link FreezeAllAgentsReturnType}
 */
export async function freezeAllAgents<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: FreezeAllAgentsParameters<account, accountOverride>,
): Promise<FreezeAllAgentsReturnType> {
  const { validator } = parameters

  return sendOwnerCalls(client, {
    ...(parameters as FreezeAllAgentsParameters),
    calls: [encodeFreezeAllAgentsCall({ validator })],
  })
}
