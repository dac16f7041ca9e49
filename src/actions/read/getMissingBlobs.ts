import type { Account, Address, Chain, Client, Hex, Transport } from 'viem'
import { type GetCodeErrorType, getCode } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyStoreAddress } from '../../constants/addresses.ts'
import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'

export type GetMissingBlobsParameters = {
  policy: PolicyBlobs
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

/** Bytes to publish, in this order. */
export type GetMissingBlobsReturnType = readonly Hex[]

export type GetMissingBlobsErrorType = GetCodeErrorType

/**
 * Returns what of a policy and its sets is not published yet, sets first.
 *
 * @param client - Client to use
 * @param parameters - {@link GetMissingBlobsParameters}
 * @returns Blobs. {@link GetMissingBlobsReturnType}
 */
export async function getMissingBlobs(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetMissingBlobsParameters,
): Promise<GetMissingBlobsReturnType> {
  const { policy, policyStore = policyStoreAddress } = parameters

  const blobs = [
    ...policy.sets,
    { bytes: policy.bytes, hash: policy.policyHash },
  ]
  const codes = await Promise.all(
    blobs.map(({ hash }) =>
      getAction(
        client,
        getCode,
        'getCode',
      )({ address: getBlobAddress({ blobHash: hash, store: policyStore }) }),
    ),
  )
  return blobs.flatMap(({ bytes }, index) => (codes[index] ? [] : [bytes]))
}
