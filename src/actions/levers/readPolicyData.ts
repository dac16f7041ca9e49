import type {
  Account,
  Address,
  Chain,
  Client,
  Hash,
  Hex,
  Transport,
} from 'viem'

import { policyStoreAddress } from '../../constants/addresses.ts'
import { decodePolicy } from '../../policy/format/decodePolicy.ts'
import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import { getBlobHash } from '../../policy/format/getBlobHash.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import { PolicyBlobMismatchError, PolicyBlobNotFoundError } from '../errors.ts'
import { getPolicy } from '../read/getPolicy.ts'

export type ReadPolicyDataParameters = {
  /** Bytes to take for the policy, which may not be published yet. */
  bytes?: Hex | undefined
  policyHash: Hash
  policyStore?: Address | undefined
}

/**
 * Reads a policy from the bytes given, or from the chain; and refuses bytes of
 * another id.
 *
 * @param client - Client to use
 * @param parameters - {@link ReadPolicyDataParameters}
 */
export async function readPolicyData(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: ReadPolicyDataParameters,
): Promise<PolicyData> {
  const {
    bytes,
    policyHash,
    policyStore: store = policyStoreAddress,
  } = parameters
  const getAddress = (blobHash: Hash) => getBlobAddress({ blobHash, store })

  if (bytes === undefined) {
    const policy = await getPolicy(client, { policyHash, policyStore: store })
    if (policy) return policy.data
    throw new PolicyBlobNotFoundError({
      address: getAddress(policyHash),
      hash: policyHash,
    })
  }
  const hash = getBlobHash(bytes)
  if (hash !== policyHash.toLowerCase())
    throw new PolicyBlobMismatchError({
      actual: getAddress(hash),
      expected: getAddress(policyHash),
    })
  return decodePolicy(bytes)
}
