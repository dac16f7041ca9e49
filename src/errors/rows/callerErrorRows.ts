import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'
import { because } from './because.ts'

/** What is wrong with how SDK, server or local chain are used. */
export const callerErrorRows = {
  INPUT_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'input',
    arguments: { reason: 'text' },
    when: 'An argument of a tool, command or function is malformed.',
    sentence: (a) => `The input is invalid${because(a.reason)}`,
    requiredAction: () => 'Correct the input and try again.',
  }),
  MESSAGE_SIGNING_REFUSED: row({
    category: 'not_available',
    retry: 'never',
    actor: 'agent',
    phase: 'input',
    arguments: {},
    when: 'An agent was asked to sign a message or typed data for the account.',
    sentence: () =>
      'An agent signs no messages for the account: no budget could count what a message lets others do.',
    requiredAction: () =>
      'Do it by calls of an operation, or leave it to the owner.',
  }),
  WINDOW_UNAVAILABLE: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'preflight',
    arguments: { opensAt: 'time' },
    retryAfter: 'opensAt',
    when: 'A boundary of the policy is too near for a signed window that an operation could pass in.',
    sentence: (a) =>
      `The policy has no room for a signed window before ${a.opensAt}.`,
    requiredAction: (a) =>
      `Wait until ${a.opensAt}, then prepare the operation again.`,
  }),
  HEADLINE_MISMATCH: row({
    category: 'validation',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: { cap: 'cap' },
    when: 'What a lever shows is not what the policy says: its last second, the number of its limits, or one of them.',
    sentence: (a) =>
      `The lever does not show what the policy says: ${a.cap} differs.`,
    requiredAction: () =>
      "Do not sign it, and find out what showed something else than the policy; then make the lever from the policy's own bytes.",
  }),
  WINDOW_NEVER_AVAILABLE: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: {},
    when: 'The policy leaves no window wide enough for an operation to pass in, now or later.',
    sentence: () =>
      'The policy leaves no window wide enough for an operation to pass in.',
    requiredAction: () =>
      `Ask the owner for a policy with wider windows, or one that is valid for longer (with ${step.grantPolicy}).`,
  }),
  OWNER_MODE_REQUIRED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'input',
    arguments: { tool: 'text' },
    when: 'Something for the owner was asked for in agent mode.',
    sentence: (a) =>
      `${a.tool || 'This'} is for the owner, but this is agent mode.`,
    requiredAction: () =>
      'Leave it to the owner, and say what you would ask for.',
  }),
  IDEMPOTENCY_CONFLICT: row({
    category: 'flow',
    retry: 'reconcile',
    actor: 'agent',
    phase: 'input',
    arguments: { key: 'text' },
    when: 'An idempotency key was used before, for other calls.',
    sentence: (a) =>
      `This idempotency key belongs to an operation with other calls${because(a.key)}`,
    requiredAction: () =>
      `Look up that operation (${step.getOperation}); use a new key for a new payment, and the same key and calls for a retry.`,
  }),
  TOOL_RATE_LIMITED: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'input',
    arguments: { resetsAt: 'time' },
    retryAfter: 'resetsAt',
    when: 'This server was called more often than it allows.',
    sentence: (a) => `Too many calls to this server until ${a.resetsAt}.`,
    requiredAction: (a) => `Wait until ${a.resetsAt}, then call again.`,
  }),
  PACKAGE_MISSING: row({
    category: 'not_available',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: 'An optional package, such as those of the local chain, is not installed.',
    sentence: (a) => `A package is missing${because(a.reason)}`,
    requiredAction: () => 'Let the operator install the package.',
  }),
  CONTRACT_NOT_DEPLOYED: row({
    category: 'flow',
    retry: 'never',
    actor: 'operator',
    phase: 'execution',
    arguments: { reason: 'text' },
    when: 'A contract of this package could not be deployed, or the chain lacks the contract that deploys it.',
    sentence: (a) => `A contract could not be deployed${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator check the chain, the balance of the deploying key and its gas limit, then deploy again.',
  }),
  LOCAL_CHAIN_FAILED: row({
    category: 'upstream',
    retry: 'never',
    actor: 'operator',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The local chain could not be started, or one of its programs has ended.',
    sentence: (a) => `The local chain does not run${because(a.reason)}`,
    requiredAction: () =>
      "Let the operator read the error's whole message, which has what the program printed, and start the local chain again.",
  }),
  UNKNOWN_ERROR: row({
    category: 'internal',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: 'Anything that no other code stands for.',
    sentence: (a) => `Something unexpected happened${because(a.reason)}`,
    requiredAction: () =>
      'Report it with the whole error; do not assume that the operation was refused or sent.',
  }),
}
