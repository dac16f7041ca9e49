import type { PolicyClock, PolicyPeriod } from '../types/policyClock.ts'
import type { PolicyData } from './format/types.ts'

/** Returns everything of a policy that decides which window may be signed. */
export function getPolicyClock(
  policy: Pick<
    PolicyData,
    | 'blackouts'
    | 'limits'
    | 'maxWindow'
    | 'validAfter'
    | 'validUntil'
    | 'weekly'
  >,
): PolicyClock {
  const { blackouts, limits, maxWindow, validAfter, validUntil, weekly } =
    policy
  return {
    blackouts,
    maxWindow,
    periods: limits.flatMap(({ anchor, kind, length }): PolicyPeriod[] => {
      if (kind === 'month') return [{ kind }]
      return kind === 'fixed' ? [{ anchor, kind, length }] : []
    }),
    validAfter,
    validUntil,
    weekly,
  }
}
