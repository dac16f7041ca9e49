import type {
  Account,
  Address,
  Chain,
  Client,
  Hash,
  OneOf,
  Transport,
} from 'viem'
import type { GetCodeErrorType } from 'viem/actions'

import { policyStoreAddress } from '../../constants/addresses.ts'
import type { PolicyBytesErrorType } from '../../errors/policyDocument.ts'
import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import type {
  PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import { type GetGrantErrorType, getGrant } from './getGrant.ts'
import { type PublishedPolicy, readPolicy } from './readPolicy.ts'

export type GetPolicyParameters = {
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
} & OneOf<
  | {
      account: Address
      agent: Address
      /** @default policyValidatorAddress */
      validator?: Address | undefined
    }
  | {
      /** Id of the policy. */
      policyHash: Hash
    }
>

export type GetPolicyReturnType = PublishedPolicy | undefined

export type GetPolicyErrorType =
  | GetCodeErrorType
  | GetGrantErrorType
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | PolicyBytesErrorType

/**
 * Returns the policy that an agent has, or the one with an id: the chain's own
 * bytes, and what they say.
 *
 * The bytes are checked against the address that binds them to the store, so that
 * no node can show another policy than the one that the validator reads.
 *
 * @param client - Client to use
 * @param parameters - {@link GetPolicyParameters}
 * @returns Policy; nothing where the agent has none. {@link GetPolicyReturnType}
 */
export async function getPolicy(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetPolicyParameters,
): Promise<GetPolicyReturnType> {
  const {
    account,
    agent,
    policyHash,
    policyStore: store = policyStoreAddress,
    validator,
  } = parameters

  const address = policyHash
    ? getBlobAddress({ blobHash: policyHash, store })
    : (await getGrant(client, { account, agent, validator })).policy
  if (!address) return undefined

  return readPolicy(client, { address, store })
}
