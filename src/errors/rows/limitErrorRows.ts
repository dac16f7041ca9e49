import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** Denials for how much: caps, budgets, rates, and their settlement. */
export const limitErrorRows = {
  CAP_EXCEEDED: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'CapExceeded',
    arguments: {
      limit: 'limit',
      asset: 'asset',
      requested: 'amount',
      cap: 'amount',
    },
    when: "The operation's calls together move more of the asset than one operation may.",
    sentence: (a) =>
      `The operation would move ${a.requested}, but ${a.limit} allows ${a.cap} in one operation.`,
    requiredAction: (a) =>
      `Send at most ${a.cap} in one operation; several smaller ones pass as far as the budgets allow (${step.getBudget}).`,
  }),
  BUDGET_EXCEEDED: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'BudgetExceeded',
    arguments: {
      limit: 'limit',
      asset: 'asset',
      requested: 'amount',
      remaining: 'amount',
      resetsAt: 'time',
    },
    retryAfter: 'resetsAt',
    when: "The operation would take the asset's budget below zero. `resetsAt` is the first second of the next period; of a rolling budget, the first at which there will be enough.",
    sentence: (a) =>
      `The operation would spend ${a.requested}, but only ${a.remaining} is left of ${a.limit}; there is more from ${a.resetsAt} on.`,
    requiredAction: (a) =>
      `Spend at most ${a.remaining} now, or wait until ${a.resetsAt} and prepare the operation again.`,
  }),
  AMOUNT_ABOVE_BUDGET: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    refines: 'BudgetExceeded',
    arguments: {
      limit: 'limit',
      asset: 'asset',
      requested: 'amount',
      remaining: 'amount',
      resetsAt: 'time',
    },
    when: 'The operation asks for more than the budget of a whole period, or than a rolling budget ever holds, so that no waiting helps. Told apart where the policy is known.',
    sentence: (a) =>
      `The operation would spend ${a.requested}, which is more than the whole of ${a.limit}; ${a.remaining} is left.`,
    requiredAction: () =>
      `Do not wait: no period has room for this. Split it over several periods (${step.getBudget}), or ask the owner for a greater budget (with ${step.grantPolicy}).`,
  }),
  LIFETIME_BUDGET_EXCEEDED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    refines: 'BudgetExceeded',
    arguments: {
      limit: 'limit',
      asset: 'asset',
      requested: 'amount',
      remaining: 'amount',
      resetsAt: 'time',
    },
    when: 'The operation would take a budget below zero, and waiting makes no room for it (`resetsAt` is 0): the budget is for a lifetime, or, where the policy is not known, a rolling one that never holds so much.',
    sentence: (a) =>
      `The operation would spend ${a.requested}, but only ${a.remaining} is left of ${a.limit}, and waiting makes no room for it.`,
    requiredAction: (a) =>
      `Spend at most ${a.remaining}, or ask the owner for a greater budget (with ${step.grantPolicy}).`,
  }),
  RATE_LIMIT_EXCEEDED: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'RateLimitExceeded',
    arguments: { limit: 'limit', max: 'count', resetsAt: 'time' },
    retryAfter: 'resetsAt',
    when: 'The agent has used up its number of operations. `resetsAt` is the first second of the next period; of a rolling limit, the first at which there is room for one more.',
    sentence: (a) =>
      `All ${a.max} operations of ${a.limit} are used up until ${a.resetsAt}.`,
    requiredAction: (a) =>
      `Wait until ${a.resetsAt}, then prepare the operation again; put several calls into one operation to need fewer.`,
  }),
  LIFETIME_RATE_LIMIT_EXCEEDED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    refines: 'RateLimitExceeded',
    arguments: { limit: 'limit', max: 'count', resetsAt: 'time' },
    when: 'The agent has used up a number of operations that never resets (`resetsAt` is 0).',
    sentence: (a) =>
      `All ${a.max} operations of ${a.limit} are used up, and it never resets.`,
    requiredAction: () =>
      `Ask the owner for more operations (with ${step.grantPolicy}); do not retry before that.`,
  }),
  SETTLEMENT_MISMATCH: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'SettlementMismatch',
    arguments: { index: 'index', meterId: 'hash', charge: 'charge' },
    when: "The batch's `settle` does not carry exactly what the operation reserves, in the order of the limits. `meterId` is 0 when there is a charge too many.",
    sentence: (a) =>
      /^0x0+$/.test(a.meterId)
        ? `The operation's settle call has a charge too many: charge ${a.index}.`
        : `The operation's settle call is not exact: its charge ${a.index} must be ${a.charge} of meter ${a.meterId}.`,
    requiredAction: () =>
      'Prepare the operation again, its settle call included: the charges belong to one set of calls and to one signed window.',
  }),
  SETTLEMENT_REQUIRED: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'SettlementRequired',
    arguments: {},
    when: 'The policy demands that the operation ends in a `settle`.',
    sentence: () =>
      "The policy demands that every operation ends in the module's settle call.",
    requiredAction: () =>
      "Prepare the operation again as a batch that ends in the module's settle call, with everything that the operation reserves.",
  }),
  TOO_MANY_METERS: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'TooManyMeters',
    arguments: { maxMeters: 'count' },
    when: 'The operation would touch more meters than one operation may.',
    sentence: (a) =>
      `The operation touches more than ${a.maxMeters} meters, the most for one operation.`,
    requiredAction: () =>
      'Split the calls, so that each operation moves fewer kinds of assets.',
  }),
}
