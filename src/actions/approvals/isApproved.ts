import type {
  Account,
  Address,
  Chain,
  Client,
  Hash,
  ReadContractErrorType,
  Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'

export type IsApprovedParameters = {
  /** Account that makes the calls. */
  account: Address
  approver: Address
  /** Digest of the approval. */
  digest: Hash
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type IsApprovedReturnType = boolean

export type IsApprovedErrorType = ReadContractErrorType

/**
 * Tells whether an approver has approved on chain. What was approved by a signature
 * is not there.
 *
 * @param client - Client to use
 * @param parameters - {@link IsApprovedParameters}
 */
export async function isApproved(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: IsApprovedParameters,
): Promise<IsApprovedReturnType> {
  const {
    account,
    approver,
    digest,
    validator = policyValidatorAddress,
  } = parameters

  return getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyValidatorAbi,
    address: validator,
    args: [account, approver, digest],
    functionName: 'isApproved',
  })
}
