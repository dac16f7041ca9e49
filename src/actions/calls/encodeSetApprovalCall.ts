import { encodeFunctionData } from 'viem'

import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { ApprovalRequest } from '../../types/approval.ts'
import type { EncodedCall } from '../../types/call.ts'
import { checkApprovalRequest } from '../approvals/approvalRequests.ts'
import type { ApprovalRequestInvalidErrorType } from '../errors.ts'

export type EncodeSetApprovalCallParameters = {
  /** Whether the caller approves, or takes that back. @default true */
  approved?: boolean | undefined
  request: ApprovalRequest
}

export type EncodeSetApprovalCallReturnType = EncodedCall

export type EncodeSetApprovalCallErrorType = ApprovalRequestInvalidErrorType

/**
 * Encodes the call with which an approver approves on chain: a contract, which
 * cannot sign. What is approved follows from the request's calls: a request of which
 * `digest` or `typedData` says something else is refused.
 *
 * @param parameters - {@link EncodeSetApprovalCallParameters}
 * @returns Call for the approver to make. {@link EncodeSetApprovalCallReturnType}
 */
export function encodeSetApprovalCall(
  parameters: EncodeSetApprovalCallParameters,
): EncodeSetApprovalCallReturnType {
  const { approved = true } = parameters
  const { account, digest, validator } = checkApprovalRequest(
    parameters.request,
  )

  return {
    data: encodeFunctionData({
      abi: policyValidatorAbi,
      args: [account, digest, approved],
      functionName: 'setApproval',
    }),
    to: validator,
    value: 0n,
  }
}
