import type { GetWindowParameters } from '../accounts/createWindowChooser.ts'
import { WindowUnavailableError } from '../accounts/errors.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import type { AdmittedCalls } from './admitCalls.ts'

export type GetOperationWindowParameters = Pick<
  AdmittedCalls,
  'approvals' | 'within'
> &
  Pick<GetWindowParameters, 'estimated' | 'margin'> & {
    context: PolicyErrorContext
  }

/**
 * Returns the window of an operation. Throws `ANNOUNCEMENT_EXPIRED` or
 * `APPROVAL_EXPIRED` where too little is left of what was announced or approved.
 */
export async function getOperationWindow(
  account: PolicyAgentAccount,
  parameters: GetOperationWindowParameters,
): Promise<SignedWindow> {
  const { approvals, context, estimated, margin, within } = parameters
  try {
    const { validAfter, validUntil } = await account.getWindow({
      estimated,
      ...(margin ? { margin } : {}),
      within,
    })
    return { validAfter, validUntil }
  } catch (cause) {
    if (
      !(cause instanceof WindowUnavailableError) ||
      cause.retryAfter !== undefined ||
      cause.validUntil !== within?.validUntil
    )
      throw cause
    const end = BigInt(within.validUntil)
    const validUntil = BigInt(cause.earliestEnd)
    throw new PolicyError({
      ...(approvals
        ? {
            arguments: { deadline: end, validUntil },
            code: 'APPROVAL_EXPIRED' as const,
          }
        : {
            arguments: { expires: end, validUntil },
            code: 'ANNOUNCEMENT_EXPIRED' as const,
          }),
      cause,
      context: { ...context, phase: 'preflight' },
      source: { kind: 'sdk' },
    })
  }
}
