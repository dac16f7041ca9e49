import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { encodeSetRelayingCall } from '../calls/encodeSetRelayingCall.ts'
import {
  type OwnerOperationErrorType,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type SetRelayingParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  /** Whether signed levers may be relayed. */
  enabled: boolean
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type SetRelayingReturnType = OwnerOperationReturnType

export type SetRelayingErrorType = OwnerOperationErrorType

/**
 * Lets anyone relay the levers that the account's owner signs, or no longer does.
 * It is off after every installation.
 *
 * Warning: the account itself says which signatures are valid (ERC-1271). Whatever
 * may sign messages for it, the weakest of its validators included, can then grant
 * policies.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link SetRelayingParameters}
 * @returns Hash of the UserOperation. {@link SetRelayingReturnType}
 */
export async function setRelaying<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: SetRelayingParameters<account, accountOverride>,
): Promise<SetRelayingReturnType> {
  const { enabled, validator } = parameters as SetRelayingParameters

  return sendOwnerCalls(client, {
    ...(parameters as SetRelayingParameters),
    calls: [encodeSetRelayingCall({ enabled, validator })],
  })
}
