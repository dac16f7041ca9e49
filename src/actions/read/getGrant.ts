import {
  type Account,
  type Address,
  type Chain,
  type Client,
  isAddressEqual,
  type ReadContractErrorType,
  type Transport,
  zeroAddress,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'

export type GetGrantParameters = {
  account: Address
  agent: Address
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type GetGrantReturnType = {
  /** Whether the agent is frozen. */
  frozen: boolean
  /** UTC day that `gasSpent` belongs to, counted from 1970-01-01. */
  gasPeriod: bigint
  /** Gas spent in `gasPeriod`, in wei. */
  gasSpent: bigint
  /** Number of the agent on this account; 0 for one that never had a grant. */
  number: number
  /** Address of the policy's bytes; nothing while there is no grant. */
  policy: Address | undefined
  /** Version that the owner's next act on this agent must name. */
  version: number
}

export type GetGrantErrorType = ReadContractErrorType

/**
 * Returns what an account has granted to an agent.
 *
 * @param client - Client to use
 * @param parameters - {@link GetGrantParameters}
 * @returns Grant. {@link GetGrantReturnType}
 */
export async function getGrant(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetGrantParameters,
): Promise<GetGrantReturnType> {
  const { account, agent, validator = policyValidatorAddress } = parameters

  const grant = await getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: [account, agent],
    functionName: 'getGrant',
  })
  return {
    ...grant,
    policy: isAddressEqual(grant.policy, zeroAddress)
      ? undefined
      : grant.policy,
  }
}
