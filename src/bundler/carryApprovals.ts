import { type Address, type Hex, isAddressEqual } from 'viem'

import { encodeApprovals } from '../accounts/encodeApprovals.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { checkApprovalRequest } from '../actions/approvals/approvalRequests.ts'
import { getApprovers } from '../actions/approvals/getApprovers.ts'
import { ApprovalRequestInvalidError } from '../actions/errors.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { PolicyData } from '../policy/format/types.ts'
import type { ApprovedRequest } from '../types/approval.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { chooseApprovals } from './chooseApprovals.ts'

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
 * Encodes the approvals of a request: as many as the policy asks for, each good as
 * far as can be told, of distinct approvers.
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
  const { deadline, nonce } = request
  if (data === undefined || threshold === 0) {
    // The validator takes none where the policy has come to ask for none.
    const encoded = '0x'
    return { encoded, nonce: BigInt(nonce), within: getWithin(deadline) }
  }
  const approvals = await chooseApprovals(account.client, {
    approvals: approved.approvals,
    context,
    listed: await getListed(account, data),
    request,
    threshold,
  })
  return {
    encoded: encodeApprovals({ approvals, deadline }),
    nonce: BigInt(nonce),
    within: getWithin(deadline),
  }
}

function getWithin(deadline: number): SignedWindow {
  return { validAfter: 0, validUntil: deadline }
}

/** Whom the policy lists; undefined where their set cannot be read. */
async function getListed(
  { client }: PolicyAgentAccount,
  data: PolicyData,
): Promise<readonly Address[] | undefined> {
  try {
    const approvers = await getApprovers(client, { data, names: undefined })
    return approvers.map(({ address }) => address)
  } catch {
    return undefined
  }
}
