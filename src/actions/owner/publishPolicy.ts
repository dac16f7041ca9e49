import type { Account, Address, Chain, Client, Hash, Transport } from 'viem'
import { sendTransaction, waitForTransactionReceipt } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyStoreAddress } from '../../constants/addresses.ts'
import { PolicyError, type PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import { getBlobHash } from '../../policy/format/getBlobHash.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import { encodePublishCall } from '../calls/encodePublishCall.ts'
import { getMissingBlobs } from '../read/getMissingBlobs.ts'

export type PublishPolicyParameters = {
  /** Account that pays. @default client.account */
  account?: Account | Address | undefined
  policy: PolicyBlobs
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

export type PublishPolicyReturnType = {
  policyHash: Hash
  /** One for each blob that was not published yet; all of them are mined. */
  transactionHashes: readonly Hash[]
}

export type PublishPolicyErrorType = PolicyErrorType

/**
 * Publishes a policy and the sets that it names, by transactions of a wallet.
 * Anyone may: what is published grants nothing. It does nothing for what is there
 * already.
 *
 * @param client - Client of the wallet that pays
 * @param parameters - {@link PublishPolicyParameters}
 * @returns Hashes. {@link PublishPolicyReturnType}
 */
export async function publishPolicy<
  chain extends Chain | undefined,
  account extends Account | undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: PublishPolicyParameters,
): Promise<PublishPolicyReturnType> {
  const {
    account = client.account,
    policy,
    policyStore = policyStoreAddress,
  } = parameters

  const transactionHashes: Hash[] = []
  try {
    // One after another: the policy can be published only when its sets are.
    for (const bytes of await getMissingBlobs(client, {
      policy,
      policyStore,
    })) {
      const hash = await getAction(
        client,
        sendTransaction,
        'sendTransaction',
      )({
        ...encodePublishCall({ bytes, policyStore }),
        account,
        chain: client.chain,
      } as never)
      const { status } = await getAction(
        client,
        waitForTransactionReceipt,
        'waitForTransactionReceipt',
      )({ hash })
      if (status === 'reverted')
        throw new PolicyError({
          arguments: { blobHash: getBlobHash(bytes) },
          code: 'BLOB_NOT_DEPLOYED',
          context: { transactionHash: hash },
          source: { kind: 'sdk' },
        })
      transactionHashes.push(hash)
    }
  } catch (error) {
    throw toPolicyError(error)
  }
  return { policyHash: policy.policyHash, transactionHashes }
}
