import type { Hash } from 'viem'

import { PolicyError } from '../../errors/policyError.ts'

/** Says that an operation may have been included, or may still be. */
export function toUnknownOutcome(
  userOpHash: Hash | undefined,
  cause?: PolicyError | undefined,
): PolicyError {
  return new PolicyError({
    arguments: { userOpHash },
    cause,
    code: 'OUTCOME_UNKNOWN',
    context: { userOpHash },
    source: { kind: 'sdk' },
  })
}
