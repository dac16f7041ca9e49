import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hash,
  isAddressEqual,
  type ReadContractErrorType,
  type Transport,
  zeroAddress,
} from 'viem'
import {
  type GetBlockNumberErrorType,
  type GetCodeErrorType,
  getBlockNumber,
  readContract,
} from 'viem/actions'
import { getAction } from 'viem/utils'

import {
  policyStoreAddress,
  policyValidatorAddress,
} from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type {
  PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import type { GetGrantReturnType } from './getGrant.ts'
import { readBlob } from './readBlob.ts'

export type GetAgentsParameters = {
  account: Address
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** An agent with what it has been granted. */
export type AgentGrant = GetGrantReturnType & {
  /** Address of its key. */
  agent: Address
  /** Address of the policy's bytes. */
  policy: Address
  /** Id of the policy, worked out from the chain's bytes. */
  policyHash: Hash
}

/** At most 32. */
export type GetAgentsReturnType = readonly AgentGrant[]

export type GetAgentsErrorType =
  | GetBlockNumberErrorType
  | GetCodeErrorType
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | ReadContractErrorType

/**
 * Returns the agents to which an account has granted a policy, and what each of
 * them has, as of one block.
 *
 * @param client - Client to use
 * @param parameters - {@link GetAgentsParameters}
 * @returns Agents. {@link GetAgentsReturnType}
 */
export async function getAgents(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetAgentsParameters,
): Promise<GetAgentsReturnType> {
  const {
    account,
    policyStore: store = policyStoreAddress,
    validator = policyValidatorAddress,
  } = parameters

  const read = getAction(client, readContract, 'readContract')
  const contract = {
    abi: policyValidatorAbi,
    address: validator,
    blockNumber: await getAction(
      client,
      getBlockNumber,
      'getBlockNumber',
    )({ cacheTime: 0 }),
  } as const
  const agents = await read({
    ...contract,
    args: [account],
    functionName: 'getAgents',
  })
  const grants = await Promise.all(
    agents.map(async (agent) => {
      const grant = await read({
        ...contract,
        args: [account, agent],
        functionName: 'getGrant',
      })
      return { ...grant, agent }
    }),
  )
  return Promise.all(
    grants
      .filter(({ policy }) => !isAddressEqual(policy, zeroAddress))
      .map(async (grant) => {
        const { hash } = await readBlob(client, {
          address: grant.policy,
          store,
        })
        return { ...grant, policyHash: hash }
      }),
  )
}
