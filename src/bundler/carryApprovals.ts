import { type Hex, isAddressEqual } from 'viem'

import {
  compareAddresses,
  encodeApprovals,
} from '../accounts/encodeApprovals.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { checkApprovalRequest } from '../actions/approvals/approvalRequests.ts'
import { ApprovalRequestInvalidError } from '../actions/errors.ts'
import { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { Approval, ApprovedRequest } from '../types/approval.ts'
import type { SignedWindow } from '../types/signedWindow.ts'

/** Approvals as an operation carries them. */
export type CarriedApprovals = {
  /** What stands behind the agent's signature. */
  encoded: Hex
  /** Nonce that was approved. */
  nonce: bigint
  /** What the operation's window must lie in. */
  within: SignedWindow
}

/**
 * Encodes the approvals of a request: as many as the policy asks for, of distinct
 * approvers. Whether they are good is the chain's to say.
 */
export async function carryApprovals(
  account: PolicyAgentAccount,
  parameters: {
    approved: ApprovedRequest | undefined
    context: PolicyErrorContext
  },
): Promise<CarriedApprovals | undefined> {
  const { approved, context } = parameters

  if (!approved) return undefined
  const request = checkApprovalRequest(approved.request)
  for (const [field, address] of [
    ['account', account.address],
    ['agent', account.agent.address],
    ['validator', account.validator],
  ] as const)
    if (!isAddressEqual(request[field], address))
      throw new ApprovalRequestInvalidError({
        field,
        reason: `is ${request[field]}, and the operation is of ${address}`,
      })
  approved.approvals.forEach(({ digest }, index) => {
    if (digest.toLowerCase() !== request.digest)
      throw new ApprovalRequestInvalidError({
        field: `approvals[${index}].digest`,
        reason: 'is of another request',
      })
  })

  const data = await account.getPolicyData()
  const threshold = data?.tiers?.threshold ?? 0
  const approvals = getDistinct(approved.approvals)
  if (approvals.length < threshold)
    throw new PolicyError({
      arguments: {
        callsHash: request.callsHash,
        threshold: BigInt(threshold),
      },
      code: 'APPROVAL_REQUIRED',
      context: { ...context, phase: 'preflight' },
      details: { given: BigInt(approvals.length) },
      source: { kind: 'sdk' },
    })
  const { deadline, nonce } = request
  return {
    // The validator takes none where the policy has come to ask for none.
    encoded:
      threshold === 0
        ? '0x'
        : encodeApprovals({
            approvals: approvals.slice(0, threshold),
            deadline,
          }),
    nonce: BigInt(nonce),
    within: { validAfter: 0, validUntil: deadline },
  }
}

/** One approval of each approver, ascending. */
function getDistinct(approvals: readonly Approval[]): readonly Approval[] {
  return approvals
    .toSorted((one, other) => compareAddresses(one.approver, other.approver))
    .filter(
      ({ approver }, index, sorted) =>
        index === 0 ||
        compareAddresses(approver, sorted[index - 1]?.approver ?? '0x') !== 0,
    )
}
