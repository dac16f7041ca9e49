import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** Denials for when: the signed window against the policy's times and periods. */
export const windowErrorRows = {
  WINDOW_INVALID: row({
    category: 'validation',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'WindowInvalid',
    arguments: { validAfter: 'time', validUntil: 'time' },
    when: 'The signed window ends before it begins, at 0, or at 2^32 or later, which is in the year 2106.',
    sentence: (a) =>
      `The signed window from ${a.validAfter} to ${a.validUntil} is none that the module takes: it ends before it begins, at 0, or at 2^32 or later.`,
    requiredAction: () =>
      'Sign a window that does not end before it begins, and whose end is neither 0 nor 2^32 (in the year 2106) or later.',
  }),
  WINDOW_TOO_WIDE: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'WindowTooWide',
    arguments: { width: 'seconds', maxWidth: 'seconds' },
    when: 'The signed window is wider than the policy allows.',
    sentence: (a) =>
      `The signed window is ${a.width} wide, but the policy allows at most ${a.maxWidth}.`,
    requiredAction: (a) => `Sign a window of at most ${a.maxWidth}.`,
  }),
  POLICY_NOT_YET_VALID: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PolicyNotYetValid',
    arguments: { validAfter: 'time', policyValidAfter: 'time' },
    retryAfter: 'policyValidAfter',
    when: 'The signed window begins before the policy does.',
    sentence: (a) =>
      `The signed window begins at ${a.validAfter}, but the policy is valid from ${a.policyValidAfter}.`,
    requiredAction: (a) =>
      `Wait until ${a.policyValidAfter}, then prepare the operation again.`,
  }),
  POLICY_EXPIRED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'PolicyExpired',
    arguments: {
      validAfter: 'time',
      validUntil: 'time',
      policyValidUntil: 'time',
    },
    when: "The signed window begins after the policy's last second.",
    sentence: (a) => `The policy expired at ${a.policyValidUntil}.`,
    requiredAction: () =>
      `Ask the owner for a policy that is valid for longer (with ${step.grantPolicy}); do not retry before that.`,
  }),
  WINDOW_BEYOND_POLICY: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    refines: 'PolicyExpired',
    arguments: {
      validAfter: 'time',
      validUntil: 'time',
      policyValidUntil: 'time',
    },
    when: "The signed window ends after the policy's last second, but does not begin after it.",
    sentence: (a) =>
      `The signed window ends at ${a.validUntil}, after the policy's last second, ${a.policyValidUntil}.`,
    requiredAction: (a) =>
      `Sign a window that ends at ${a.policyValidUntil} or earlier.`,
  }),
  OUTSIDE_SCHEDULE: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'OutsideSchedule',
    arguments: { validAfter: 'time', validUntil: 'time', opensAt: 'time' },
    retryAfter: 'opensAt',
    when: "The signed window does not lie inside one of the policy's weekly windows.",
    sentence: (a) =>
      `The signed window from ${a.validAfter} to ${a.validUntil} does not lie inside one of the policy's weekly windows; the next one opens at ${a.opensAt}.`,
    requiredAction: (a) =>
      `Wait until ${a.opensAt}, then prepare the operation again with a window that ends before the weekly window does.`,
  }),
  IN_BLACKOUT: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'InBlackout',
    arguments: { blackout: 'index', start: 'time', end: 'time' },
    retryAfter: 'end',
    when: 'The signed window touches a blackout.',
    sentence: (a) =>
      `The policy forbids every operation from ${a.start} until ${a.end} (blackout ${a.blackout}).`,
    requiredAction: (a) =>
      `Wait until ${a.end}, then prepare the operation again.`,
  }),
  WINDOW_SPANS_PERIODS: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'WindowSpansPeriods',
    arguments: { limit: 'limit', boundary: 'time' },
    when: 'The signed window crosses from one period of a limit to the next.',
    sentence: (a) =>
      `The signed window crosses ${a.boundary}, where a new period of ${a.limit} begins.`,
    requiredAction: (a) =>
      `Sign a window that ends before ${a.boundary}, or one that begins then or later.`,
  }),
  PERIOD_NOT_BEGUN: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PeriodNotBegun',
    arguments: { limit: 'limit', anchor: 'time' },
    retryAfter: 'anchor',
    when: 'The limit counts from a time that lies after the beginning of the signed window.',
    sentence: (a) =>
      `The first period of ${a.limit} begins at ${a.anchor}, after the signed window does.`,
    requiredAction: (a) =>
      `Wait until ${a.anchor}, then prepare the operation again.`,
  }),
  PERIOD_ELAPSED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PeriodElapsed',
    arguments: { limit: 'limit', period: 'count', current: 'count' },
    when: "The meter has already counted in a later period than the signed window's.",
    sentence: (a) =>
      `The signed window lies in period ${a.period} of ${a.limit}, which has already counted in period ${a.current}.`,
    requiredAction: () => 'Sign a window that begins about now.',
  }),
}
