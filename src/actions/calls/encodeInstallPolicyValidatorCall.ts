import { type Address, encodeAbiParameters, type Hash } from 'viem'

import type { AccountAdapter } from '../../accounts/adapters/accountAdapter.ts'
import { openZeppelin } from '../../accounts/adapters/openZeppelin.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeInstallPolicyValidatorCallParameters = {
  account: Address
  /** Family of the account. @default openZeppelin */
  adapter?: AccountAdapter | undefined
  /** Policy to grant with the installation. It must be published by then. */
  grant?: { agent: Address; policyHash: Hash } | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeInstallPolicyValidatorCallReturnType = EncodedCall

/**
 * Encodes the call with which an account installs the policy validator.
 *
 * @param parameters - {@link EncodeInstallPolicyValidatorCallParameters}
 * @returns Call for the account to make.
 * {@link EncodeInstallPolicyValidatorCallReturnType}
 */
export function encodeInstallPolicyValidatorCall(
  parameters: EncodeInstallPolicyValidatorCallParameters,
): EncodeInstallPolicyValidatorCallReturnType {
  const {
    account,
    adapter = openZeppelin,
    grant,
    validator = policyValidatorAddress,
  } = parameters

  return adapter.encodeInstallValidator({
    account,
    data: grant
      ? encodeAbiParameters(
          [{ type: 'address' }, { type: 'bytes32' }],
          [grant.agent, grant.policyHash],
        )
      : '0x',
    validator,
  })
}
