import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** Denials for gas: caps on one operation, and the day's budget. */
export const gasErrorRows = {
  FEE_PER_GAS_EXCEEDS_CAP: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'FeePerGasExceedsCap',
    arguments: { maxFeePerGas: 'gasPrice', cap: 'gasPrice' },
    when: "`maxFeePerGas` is above the policy's cap.",
    sentence: (a) =>
      `The operation offers ${a.maxFeePerGas} for gas, but the policy allows at most ${a.cap}.`,
    requiredAction: (a) =>
      `Set maxFeePerGas to at most ${a.cap}; if the network asks for more, wait until it is cheaper.`,
  }),
  PRE_VERIFICATION_GAS_EXCEEDS_CAP: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PreVerificationGasExceedsCap',
    arguments: { preVerificationGas: 'gas', cap: 'gas' },
    when: "`preVerificationGas` is above the policy's cap.",
    sentence: (a) =>
      `The operation's preVerificationGas is ${a.preVerificationGas}, but the policy allows at most ${a.cap}.`,
    requiredAction: () =>
      `Send fewer or smaller calls, or use another bundler; if that does not help, ask the owner for a higher cap (with ${step.grantPolicy}).`,
  }),
  GAS_EXCEEDS_CAP: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'GasExceedsCap',
    arguments: { gas: 'gas', cap: 'gas' },
    when: "The operation's gas limits added up are above the policy's cap.",
    sentence: (a) =>
      `The operation's gas limits add up to ${a.gas}, but the policy allows at most ${a.cap}.`,
    requiredAction: () =>
      'Send fewer calls in one operation, or estimate its gas limits anew.',
  }),
  GAS_BUDGET_EXCEEDED: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'GasBudgetExceeded',
    arguments: { requested: 'wei', remaining: 'wei', resetsAt: 'time' },
    retryAfter: 'resetsAt',
    when: "The operation's maximal prefund is more than what is left of the day's gas budget.",
    sentence: (a) =>
      `The operation may cost up to ${a.requested} for gas, but only ${a.remaining} is left of the day's gas budget until ${a.resetsAt}.`,
    requiredAction: (a) =>
      `Lower the gas limits or maxFeePerGas, or wait until ${a.resetsAt} and prepare the operation again.`,
  }),
  GAS_ABOVE_BUDGET: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    refines: 'GasBudgetExceeded',
    arguments: { requested: 'wei', remaining: 'wei', resetsAt: 'time' },
    when: "The operation's maximal prefund is more than the whole day's gas budget, so that no waiting helps. Told apart where the policy is known.",
    sentence: (a) =>
      `The operation may cost up to ${a.requested} for gas, which is more than the whole day's gas budget; ${a.remaining} is left.`,
    requiredAction: () =>
      `Do not wait: lower the gas limits or maxFeePerGas, send fewer calls, or ask the owner for a greater gas budget (with ${step.grantPolicy}).`,
  }),
}
