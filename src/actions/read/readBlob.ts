import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hash,
  type Hex,
  isAddressEqual,
  type Transport,
} from 'viem'
import { getCode } from 'viem/actions'
import { getAction } from 'viem/utils'

import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import { getBlobHash } from '../../policy/format/getBlobHash.ts'
import { PolicyBlobMismatchError, PolicyBlobNotFoundError } from '../errors.ts'

export type ReadBlobParameters = {
  address: Address
  /** Store that has published it. */
  store: Address
}

/**
 * Reads a blob and checks that its bytes belong where they are.
 *
 * @param client - Client to use
 * @param parameters - {@link ReadBlobParameters}
 */
export async function readBlob(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: ReadBlobParameters,
): Promise<{ bytes: Hex; hash: Hash }> {
  const { address, store } = parameters

  const bytes = await getAction(client, getCode, 'getCode')({ address })
  if (!bytes) throw new PolicyBlobNotFoundError({ address })

  const hash = getBlobHash(bytes)
  const actual = getBlobAddress({ blobHash: hash, store })
  if (!isAddressEqual(actual, address))
    throw new PolicyBlobMismatchError({ actual, expected: address })
  return { bytes, hash }
}
