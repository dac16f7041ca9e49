import type { PolicyErrorCode } from './errorTable.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import type { PolicyErrorArguments } from './policyErrorDetails.ts'

/**
 * Tells the special cases of an error apart: the rows of the table that say
 * `refines`.
 *
 * @returns The code of the special case, or `code`
 */
export function refineCode(
  code: PolicyErrorCode,
  args: PolicyErrorArguments = {},
  context: PolicyErrorContext = {},
): PolicyErrorCode {
  const { policy } = context
  const requested = BigInt(args.requested ?? 0)

  switch (code) {
    case 'BUDGET_EXCEEDED':
    // What a rolling budget never holds, too, as long as no policy was known.
    case 'LIFETIME_BUDGET_EXCEEDED': {
      const { amount, per } = policy?.limits[Number(args.limit)] ?? {}
      if (amount !== undefined && requested > amount && per !== 'lifetime')
        return 'AMOUNT_ABOVE_BUDGET'
      return Number(args.resetsAt) === 0 ? 'LIFETIME_BUDGET_EXCEEDED' : code
    }
    case 'GAS_BUDGET_EXCEEDED': {
      const budget = policy?.gasBudget
      return budget !== undefined && requested > budget
        ? 'GAS_ABOVE_BUDGET'
        : code
    }
    case 'RATE_LIMIT_EXCEEDED':
      return Number(args.resetsAt) === 0 ? 'LIFETIME_RATE_LIMIT_EXCEEDED' : code
    case 'POLICY_EXPIRED':
      return Number(args.validAfter) <= Number(args.policyValidUntil)
        ? 'WINDOW_BEYOND_POLICY'
        : code
    default:
      return code
  }
}
