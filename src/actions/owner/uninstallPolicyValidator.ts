import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import type { AccountAdapter } from '../../accounts/adapters/accountAdapter.ts'
import { encodeUninstallPolicyValidatorCall } from '../calls/encodeUninstallPolicyValidatorCall.ts'
import {
  getOwnerAccount,
  type OwnerOperationErrorType,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type UninstallPolicyValidatorParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  /** Family of the account. @default openZeppelin */
  adapter?: AccountAdapter | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type UninstallPolicyValidatorReturnType = OwnerOperationReturnType

export type UninstallPolicyValidatorErrorType = OwnerOperationErrorType

/**
 * Uninstalls the policy validator, which takes every agent's policy away. What
 * they have spent is kept.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link UninstallPolicyValidatorParameters}
 * @returns Hash of the UserOperation. {@link UninstallPolicyValidatorReturnType}
 */
export async function uninstallPolicyValidator<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: UninstallPolicyValidatorParameters<account, accountOverride>,
): Promise<UninstallPolicyValidatorReturnType> {
  const { adapter, validator } = parameters

  const account = getOwnerAccount(
    client,
    parameters as UninstallPolicyValidatorParameters,
  )
  return sendOwnerCalls(client, {
    ...(parameters as UninstallPolicyValidatorParameters),
    calls: [
      encodeUninstallPolicyValidatorCall({
        account: account.address,
        adapter,
        validator,
      }),
    ],
  })
}
