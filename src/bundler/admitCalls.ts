import { encodeContractCalls } from '../accounts/encodeContractCalls.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { getAnnouncedWindow } from '../actions/announcements/getAnnouncedWindow.ts'
import { checkOperation, toCheckSubject } from '../actions/checkOperation.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { ApprovedRequest } from '../types/approval.ts'
import type { EncodedCall } from '../types/call.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { type CarriedApprovals, carryApprovals } from './carryApprovals.ts'

/** Calls that the chain would let run, and what their operation needs. */
export type AdmittedCalls = {
  approvals: CarriedApprovals | undefined
  calls: readonly EncodedCall[]
  /** Nonce that the operation must have; any other where there is none. */
  nonce: bigint | undefined
  /** What the operation's window must lie in. */
  within: SignedWindow | undefined
}

/**
 * Finds out whether the chain would let an agent's calls run, with the approvals
 * that they carry. Throws the reason where it would not.
 */
export async function admitCalls(
  account: PolicyAgentAccount,
  parameters: {
    approved?: ApprovedRequest | undefined
    calls: unknown
    context: PolicyErrorContext
    names?: PolicyErrorPolicy | undefined
    nonce?: bigint | undefined
  },
): Promise<AdmittedCalls> {
  const { approved, context, nonce } = parameters
  const calls = encodeContractCalls(parameters.calls as readonly unknown[])

  const approvals = await carryApprovals(account, { approved, context })
  const check = await checkOperation(toCheckSubject(account), {
    approvals,
    calls,
    context,
  })
  if (check.verdict !== 'allowed') throw check.error

  try {
    return {
      approvals,
      calls,
      nonce: nonce ?? approvals?.nonce,
      within:
        approvals?.within ??
        (await getAnnouncedWindow(account.client, {
          account: account.address,
          agent: account.agent.address,
          calls,
          data: await account.getPolicyData(),
          validator: account.validator,
        })),
    }
  } catch (error) {
    throw toPolicyError(error, context)
  }
}
