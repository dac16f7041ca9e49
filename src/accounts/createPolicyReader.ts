import {
  type Account,
  type Address,
  type Chain,
  type Client,
  isAddressEqual,
  type Transport,
  zeroAddress,
} from 'viem'
import { getCode, readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAbi } from '../constants/generated/abis.ts'
import { decodePolicy } from '../policy/format/decodePolicy.ts'
import type { PolicyData } from '../policy/format/types.ts'

export type CreatePolicyReaderParameters = {
  account: Address
  agent: Address
  validator: Address
}

/**
 * Returns what reads the policy that an agent has now, and `undefined` while it has
 * none.
 *
 * Each call asks which policy it is, so that an update is noticed. The policy
 * itself is read once: what is at its address cannot change.
 *
 * @param client - Client to use
 * @param parameters - {@link CreatePolicyReaderParameters}
 */
export function createPolicyReader(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: CreatePolicyReaderParameters,
): () => Promise<PolicyData | undefined> {
  const { account, agent, validator } = parameters

  let known: { address: Address; data: PolicyData } | undefined
  return async () => {
    const { policy: address } = await getAction(
      client,
      readContract,
      'readContract',
    )({
      abi: policyValidatorAbi,
      address: validator,
      args: [account, agent],
      functionName: 'getGrant',
    })
    if (isAddressEqual(address, zeroAddress)) return undefined
    if (known && isAddressEqual(address, known.address)) return known.data

    const bytes = await getAction(client, getCode, 'getCode')({ address })
    if (!bytes) return undefined
    known = { address, data: decodePolicy(bytes) }
    return known.data
  }
}
