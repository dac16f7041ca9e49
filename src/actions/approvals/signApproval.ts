import {
  type Account,
  type Address,
  type Chain,
  type Client,
  isAddressEqual,
  recoverAddress,
  type Transport,
} from 'viem'
import { type SignTypedDataErrorType, signTypedData } from 'viem/actions'
import { getAction, parseAccount } from 'viem/utils'

import type { Approval, ApprovalRequest } from '../../types/approval.ts'
import {
  ApprovalRequestInvalidError,
  type ApprovalRequestInvalidErrorType,
  ApproverSignatureInvalidError,
  type ApproverSignatureInvalidErrorType,
  WalletAccountMissingError,
  type WalletAccountMissingErrorType,
} from '../errors.ts'
import { checkApprovalRequest, getApprovalCalls } from './approvalRequests.ts'
import { getApprovalTypedData } from './getApprovalTypedData.ts'

export type SignApprovalParameters = {
  /**
   * Who approves: a key (an account of viem), or an externally owned account of the
   * client's wallet. @default client.account
   */
  approver?: Account | Address | undefined
  request: ApprovalRequest
}

export type SignApprovalReturnType = Approval

export type SignApprovalErrorType =
  | ApprovalRequestInvalidErrorType
  | ApproverSignatureInvalidErrorType
  | SignTypedDataErrorType
  | WalletAccountMissingErrorType

/**
 * Approves an agent's calls by a signature. It holds for these calls once, for this
 * nonce, until the deadline. It cannot be taken back: only the owner stops it, by a
 * freeze or by a policy that no longer lists the approver.
 *
 * What is signed follows from the request's calls: a request of which `digest` or
 * `typedData` says something else is refused. Look at the calls, and at nothing
 * that whoever hands on the request says about them.
 *
 * @param client - Client of the approver's wallet
 * @param parameters - {@link SignApprovalParameters}
 * @returns Approval. {@link SignApprovalReturnType}
 *
 * @example
 * const approval = await signApproval(walletClient, { request })
 */
export async function signApproval(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SignApprovalParameters,
): Promise<SignApprovalReturnType> {
  const { approver = client.account } = parameters

  if (!approver) throw new WalletAccountMissingError()
  const account = parseAccount(approver)
  const request = checkApprovalRequest(parameters.request)
  if (client.chain && client.chain.id !== request.chainId)
    throw new ApprovalRequestInvalidError({
      field: 'chainId',
      reason: `is ${request.chainId}, and the client is for chain ${client.chain.id}`,
    })
  if (!request.approvers.some(({ address }) => isSame(address, account)))
    throw new ApprovalRequestInvalidError({
      field: 'approvers',
      reason: `does not list ${account.address}`,
    })

  const signature = await getAction(
    client,
    signTypedData,
    'signTypedData',
  )({
    ...getApprovalTypedData({
      ...request,
      calls: getApprovalCalls(request),
      nonce: BigInt(request.nonce),
    }),
    account,
  } as never)
  const signer = await recoverAddress({
    hash: request.digest,
    signature,
  }).catch((cause: Error) => {
    throw new ApproverSignatureInvalidError({
      approver: account.address,
      cause,
    })
  })
  if (!isSame(signer, account))
    throw new ApproverSignatureInvalidError({ approver: account.address })
  return { approver: account.address, digest: request.digest, signature }
}

function isSame(address: Address, account: Account): boolean {
  return isAddressEqual(address, account.address)
}
