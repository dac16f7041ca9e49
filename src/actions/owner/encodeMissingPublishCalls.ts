import type { Address } from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { policyStoreAddress } from '../../constants/addresses.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { EncodedCall } from '../../types/call.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import { encodePublishCall } from '../calls/encodePublishCall.ts'
import { getMissingBlobs } from '../read/getMissingBlobs.ts'

/** Encodes the calls that publish what of a policy is not published yet. */
export async function encodeMissingPublishCalls(
  account: SmartAccount,
  parameters: { policy: PolicyBlobs; policyStore?: Address | undefined },
): Promise<readonly EncodedCall[]> {
  const { policy, policyStore = policyStoreAddress } = parameters
  try {
    const blobs = await getMissingBlobs(account.client, { policy, policyStore })
    return blobs.map((bytes) => encodePublishCall({ bytes, policyStore }))
  } catch (error) {
    throw toPolicyError(error, { account: account.address })
  }
}
