import type { Address, Chain, Client, Transport } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import type { AccountAdapter } from '../../accounts/adapters/accountAdapter.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import { encodeInstallPolicyValidatorCall } from '../calls/encodeInstallPolicyValidatorCall.ts'
import { encodeMissingPublishCalls } from './encodeMissingPublishCalls.ts'
import {
  getOwnerAccount,
  type OwnerOperationErrorType,
  type OwnerOperationParameters,
  type OwnerOperationReturnType,
  sendOwnerCalls,
} from './sendOwnerCalls.ts'

export type InstallPolicyValidatorParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = OwnerOperationParameters<account, accountOverride> & {
  /** Family of the account. @default openZeppelin */
  adapter?: AccountAdapter | undefined
  /** Policy to grant with the installation; it is published where needed. */
  grant?: { agent: Address; policy: PolicyBlobs } | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type InstallPolicyValidatorReturnType = OwnerOperationReturnType

export type InstallPolicyValidatorErrorType = OwnerOperationErrorType

/**
 * Installs the policy validator on the account, and grants a first policy with it
 * where one is given. An account that is not deployed yet is deployed by the same
 * UserOperation.
 *
 * @param client - Bundler client of the owner
 * @param parameters - {@link InstallPolicyValidatorParameters}
 * @returns Hash of the UserOperation. {@link InstallPolicyValidatorReturnType}
 */
export async function installPolicyValidator<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: InstallPolicyValidatorParameters<account, accountOverride>,
): Promise<InstallPolicyValidatorReturnType> {
  const { adapter, grant, policyStore, validator } = parameters

  const account = getOwnerAccount(
    client,
    parameters as InstallPolicyValidatorParameters,
  )
  const publishCalls = grant
    ? await encodeMissingPublishCalls(account, {
        policy: grant.policy,
        policyStore,
      })
    : []

  return sendOwnerCalls(client, {
    ...(parameters as InstallPolicyValidatorParameters),
    calls: [
      ...publishCalls,
      encodeInstallPolicyValidatorCall({
        account: account.address,
        adapter,
        grant: grant && {
          agent: grant.agent,
          policyHash: grant.policy.policyHash,
        },
        validator,
      }),
    ],
  })
}
