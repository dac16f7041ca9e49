import type { Address } from 'viem'

import type { AccountAdapter } from '../../accounts/adapters/accountAdapter.ts'
import { openZeppelin } from '../../accounts/adapters/openZeppelin.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { EncodedCall } from '../../types/call.ts'

export type EncodeUninstallPolicyValidatorCallParameters = {
  account: Address
  /** Family of the account. @default openZeppelin */
  adapter?: AccountAdapter | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type EncodeUninstallPolicyValidatorCallReturnType = EncodedCall

/**
 * Encodes the call with which an account uninstalls the policy validator. It takes
 * every agent's policy away; what they have spent is kept.
 *
 * @param parameters - {@link EncodeUninstallPolicyValidatorCallParameters}
 * @returns Call for the account to make.
 * {@link EncodeUninstallPolicyValidatorCallReturnType}
 */
export function encodeUninstallPolicyValidatorCall(
  parameters: EncodeUninstallPolicyValidatorCallParameters,
): EncodeUninstallPolicyValidatorCallReturnType {
  const {
    account,
    adapter = openZeppelin,
    validator = policyValidatorAddress,
  } = parameters

  return adapter.encodeUninstallValidator({ account, data: '0x', validator })
}
