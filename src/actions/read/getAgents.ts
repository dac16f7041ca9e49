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

export type GetAgentsParameters = {
  account: Address
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** At most 32 addresses. */
export type GetAgentsReturnType = readonly Address[]

export type GetAgentsErrorType = ReadContractErrorType

/**
 * Returns the agents to which an account has granted a policy.
 *
 * @param client - Client to use
 * @param parameters - {@link GetAgentsParameters}
 * @returns Addresses of their keys. {@link GetAgentsReturnType}
 */
export async function getAgents(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetAgentsParameters,
): Promise<GetAgentsReturnType> {
  const { account, validator = policyValidatorAddress } = parameters

  return getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: [account],
    functionName: 'getAgents',
  })
}
