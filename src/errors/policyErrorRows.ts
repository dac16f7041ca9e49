import { defineErrorRow as row } from './defineErrorRow.ts'
import { nextSteps as step } from './nextSteps.ts'

const askOwner = `ask the owner to change the policy (with ${step.grantPolicy}); do not retry before that`

/** Begins a clause with the rule that denies, where one was found. */
const theRule = (rule: string) => rule || 'the policy'

/**
 * Why `PolicyValidator` denies a UserOperation: the errors of
 * `IPolicyErrors.sol` and their special cases.
 */
export const policyErrorRows = {
  /* WHO */

  SENDER_MISMATCH: row({
    category: 'internal',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'SenderMismatch',
    arguments: { sender: 'address', caller: 'address' },
    when: 'The module was called by somebody else than the account that the operation names as sender.',
    sentence: (a) =>
      `The operation names ${a.sender} as its sender, but ${a.caller} called the module.`,
    requiredAction: () =>
      'Send the operation through the EntryPoint of its own account, and check that the adapter is the one for this kind of account.',
  }),
  SIGNATURE_LENGTH_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'SignatureLengthInvalid',
    arguments: { length: 'bytes' },
    when: 'The signature is not `agent ‖ validAfter ‖ validUntil ‖ r ‖ vs`, which is 96 bytes, with nothing behind it but the approvals that the policy asks for: 6 bytes, and 64 for each.',
    sentence: (a) =>
      `The signature has ${a.length}, but an agent's signature has exactly 96 bytes, and 6 more with 64 for each approval that the policy asks for.`,
    requiredAction: () =>
      "Sign with this package's agent account, and check that the adapter fits the account: some accounts add bytes of their own.",
  }),
  AGENT_NOT_GRANTED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'AgentNotGranted',
    inExecution: true,
    arguments: { account: 'address', agent: 'address' },
    when: 'The account has granted this agent no policy, or has revoked it.',
    sentence: (a) =>
      `Account ${a.account} has granted agent ${a.agent} no policy, or has revoked it.`,
    requiredAction: () =>
      `Ask the owner to grant this agent a policy (with ${step.grantPolicy}); do not retry before that.`,
  }),
  AGENT_FROZEN: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'AgentFrozen',
    arguments: { account: 'address', agent: 'address' },
    when: 'The owner, the guardian or the agent itself has frozen this agent.',
    sentence: (a) => `Agent ${a.agent} is frozen on account ${a.account}.`,
    requiredAction: () =>
      `Stop, and tell the owner: only the owner can lift the freeze (with ${step.unfreezeAgent}).`,
  }),

  /* WHEN */

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

  /* WHAT SURROUNDS THE CALLS */

  INIT_CODE_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'InitCodeNotAllowed',
    arguments: {},
    when: "An agent's operation deploys something or carries a factory.",
    sentence: () => "An agent's operation may not deploy an account.",
    requiredAction: () =>
      'Let the owner deploy the account first; then send the operation without factory and initCode.',
  }),
  NONCE_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'NonceNotAllowed',
    arguments: { key: 'word', mask: 'word', value: 'word' },
    when: "The nonce key under the policy's mask is not the policy's value.",
    sentence: (a) =>
      `Nonce key ${a.key} under mask ${a.mask} is not ${a.value}, which the policy demands.`,
    requiredAction: () =>
      "Take the nonce from this package's agent account. If it was, the policy was compiled for another kind of account: tell the owner.",
  }),
  PAYMASTER_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PaymasterNotAllowed',
    arguments: { paymaster: 'address' },
    when: 'The policy does not list this paymaster.',
    sentence: (a) => `The policy does not allow paymaster ${a.paymaster}.`,
    requiredAction: () =>
      `Send the operation without a paymaster, or with one that the policy lists (${step.getPolicy}).`,
  }),
  PAYMASTER_DATA_INVALID: row({
    category: 'validation',
    retry: 'rebuild',
    actor: 'operator',
    phase: 'validation',
    solidity: 'PaymasterDataInvalid',
    arguments: { length: 'bytes' },
    when: '`paymasterAndData` is neither empty nor at least 52 bytes.',
    sentence: (a) =>
      `The operation's paymaster field has ${a.length}, which is neither none nor at least 52 bytes.`,
    requiredAction: () =>
      'Correct the paymaster configuration, or send the operation without a paymaster.',
  }),
  SELECTOR_NOT_SUPPORTED: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'SelectorNotSupported',
    arguments: { selector: 'selector' },
    when: "The operation's callData does not begin with the selector that the policy pins.",
    sentence: (a) =>
      `The operation's callData begins with ${a.selector}, which is not the function of the account that the policy pins.`,
    requiredAction: () =>
      "Encode the calls with this package's account adapter; agents reach no other function of the account.",
  }),
  MODE_NOT_SUPPORTED: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ModeNotSupported',
    arguments: { mode: 'word' },
    when: 'The execution mode is neither a single call nor a batch that reverts on failure.',
    sentence: (a) =>
      `Execution mode ${a.mode} is neither a single call nor a batch that reverts on failure.`,
    requiredAction: () =>
      'Send a single call or a plain batch; delegate calls, static calls and try mode are never allowed.',
  }),
  CALL_DATA_MALFORMED: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'CallDataMalformed',
    arguments: { offset: 'offset' },
    when: "The operation's callData is not canonical ABI.",
    sentence: (a) =>
      `The operation's callData is not canonical ABI at byte ${a.offset}.`,
    requiredAction: () =>
      "Encode the calls with this package's account adapter instead of by hand.",
  }),
  BATCH_EMPTY: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'BatchEmpty',
    arguments: {},
    when: 'A batch without calls.',
    sentence: () => 'The batch has no calls.',
    requiredAction: () => 'Send at least one call.',
  }),
  BATCH_TOO_LARGE: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'BatchTooLarge',
    arguments: { calls: 'count', maxCalls: 'count' },
    when: 'More calls than the policy allows in one operation.',
    sentence: (a) =>
      `The operation has ${a.calls} calls, but the policy allows at most ${a.maxCalls}.`,
    requiredAction: (a) =>
      `Split the calls over several operations of at most ${a.maxCalls} each.`,
  }),

  /* WHICH CALL */

  PRIVILEGED_TARGET: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'PrivilegedTarget',
    arguments: { callIndex: 'index', target: 'address' },
    when: 'The call goes to the account itself, to this module or to the zero address.',
    sentence: (a) =>
      `Call ${a.callIndex} goes to ${a.target}: the account itself, the module or the zero address.`,
    requiredAction: () =>
      'Leave this call out. No policy can allow it; what it would do is for the owner.',
  }),
  TARGET_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'TargetNotAllowed',
    arguments: { callIndex: 'index', target: 'address' },
    when: 'The policy has no permission for this target.',
    sentence: (a) =>
      `Call ${a.callIndex} goes to ${a.target}, for which the policy has no permission.`,
    requiredAction: () =>
      `Use a target that the policy allows (${step.getPolicy}), or ${askOwner}.`,
  }),
  SELECTOR_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'SelectorNotAllowed',
    arguments: { callIndex: 'index', target: 'address', selector: 'selector' },
    when: 'The policy permits other calls on this target, but not this selector.',
    sentence: (a) =>
      `Call ${a.callIndex} calls ${a.selector} on ${a.target}, where the policy permits other functions only.`,
    requiredAction: () =>
      `Use a function that the policy allows there (${step.getPolicy}), or ${askOwner}.`,
  }),
  RECIPIENT_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'RecipientNotAllowed',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      token: 'asset',
      recipient: 'address',
    },
    when: 'The policy does not list the recipient.',
    sentence: (a) =>
      `Call ${a.callIndex} sends ${a.token} to ${a.recipient}, whom ${theRule(a.rule)} does not list as a recipient.`,
    requiredAction: () =>
      `Check the recipient's address against the policy (${step.getPolicy}), or ${askOwner}.`,
  }),
  SPENDER_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'SpenderNotAllowed',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      token: 'asset',
      spender: 'address',
    },
    when: 'The policy does not list the spender of an approval.',
    sentence: (a) =>
      `Call ${a.callIndex} approves ${a.spender} to spend ${a.token}, whom ${theRule(a.rule)} does not list as a spender.`,
    requiredAction: () =>
      `Approve a spender that the policy lists (${step.getPolicy}), or ${askOwner}.`,
  }),
  APPROVAL_EXCEEDS_MAX: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ApprovalExceedsMax',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      token: 'asset',
      spender: 'address',
      requested: 'amount',
      max: 'amount',
    },
    when: "The approval is greater than the spender's maximum.",
    sentence: (a) =>
      `Call ${a.callIndex} approves ${a.spender} to spend ${a.requested}, but ${theRule(a.rule)} allows it at most ${a.max}.`,
    requiredAction: (a) =>
      `Approve exactly what the next calls need, at most ${a.max}; an unlimited approval never passes.`,
  }),
  SOURCE_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'SourceNotAllowed',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      token: 'asset',
      from: 'address',
    },
    when: 'Tokens of somebody else than the account would be moved.',
    sentence: (a) =>
      `Call ${a.callIndex} would move ${a.token} of ${a.from}, but ${theRule(a.rule)} allows those of the account only.`,
    requiredAction: () =>
      "Move the account's own tokens only; leave this call out.",
  }),
  ARGUMENT_NOT_ALLOWED: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ArgumentNotAllowed',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      word: 'index',
      op: 'op',
      actual: 'word',
    },
    when: 'An argument breaks a condition of the rule.',
    sentence: (a) =>
      `Call ${a.callIndex} breaks ${a.rule}: word ${a.word} of its arguments is ${a.actual}, which fails the condition ${a.op}.`,
    requiredAction: () =>
      `Look up which values the rule allows (${step.getPolicy}) and change the argument, or ${askOwner}.`,
  }),
  CALL_DATA_SIZE_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'CallDataSizeInvalid',
    arguments: {
      callIndex: 'index',
      rule: 'rule',
      length: 'bytes',
      expected: 'bytes',
    },
    when: "The call's data is shorter than what the rule reads, not exactly as long as it must be, or 1 to 3 bytes; then no rule was looked for.",
    sentence: (a) =>
      `Call ${a.callIndex} carries ${a.length} of data, but ${a.rule ? `${a.rule} expects` : 'the selector of a function has'} ${a.expected}.`,
    requiredAction: () =>
      "Encode the call with the target's ABI, without bytes before or after.",
  }),
  VALUE_EXCEEDS_CAP: row({
    category: 'policy',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ValueExceedsCap',
    arguments: { callIndex: 'index', rule: 'rule', value: 'wei', cap: 'wei' },
    when: 'The call carries more wei than the rule allows.',
    sentence: (a) =>
      `Call ${a.callIndex} carries ${a.value}, but ${theRule(a.rule)} allows at most ${a.cap}.`,
    requiredAction: (a) => `Send at most ${a.cap} with this call.`,
  }),

  /* HOW MUCH */

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

  /* GAS */

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
