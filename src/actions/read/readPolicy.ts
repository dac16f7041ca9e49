import type { Account, Address, Chain, Client, Transport } from 'viem'

import { decodePolicy } from '../../policy/format/decodePolicy.ts'
import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { PolicyBlobs, SetBlob } from '../../types/policyBlobs.ts'
import { type ReadBlobParameters, readBlob } from './readBlob.ts'

/** A policy from the chain's own bytes, with the sets that it names. */
export type PublishedPolicy = PolicyBlobs & {
  /** Where the bytes are. */
  address: Address
  /** What the bytes say, field by field. */
  data: PolicyData
}

/**
 * Reads a policy and its sets, and checks that their bytes belong where they are.
 *
 * @param client - Client to use
 * @param parameters - {@link ReadBlobParameters}
 */
export async function readPolicy(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: ReadBlobParameters,
): Promise<PublishedPolicy> {
  const { address, store } = parameters

  const policy = await readBlob(client, { address, store })
  const data = decodePolicy(policy.bytes)
  const sets = await Promise.all(
    data.sets.flatMap((set): Promise<SetBlob>[] =>
      'blobHash' in set
        ? [
            readBlob(client, {
              address: getBlobAddress({ blobHash: set.blobHash, store }),
              store,
            }),
          ]
        : [],
    ),
  )
  return {
    address,
    bytes: policy.bytes,
    data,
    policyHash: policy.hash,
    sets,
  }
}
