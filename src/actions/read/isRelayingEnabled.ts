import type {
  Account,
  Address,
  Chain,
  Client,
  ReadContractErrorType,
  Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'

export type IsRelayingEnabledParameters = {
  account: Address
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type IsRelayingEnabledReturnType = boolean

export type IsRelayingEnabledErrorType = ReadContractErrorType

/**
 * Tells whether an account lets the levers that its owner signs be relayed.
 *
 * @param client - Client to use
 * @param parameters - {@link IsRelayingEnabledParameters}
 */
export async function isRelayingEnabled(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: IsRelayingEnabledParameters,
): Promise<IsRelayingEnabledReturnType> {
  const { account, validator = policyValidatorAddress } = parameters

  return getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: [account],
    functionName: 'isRelayingEnabled',
  })
}
