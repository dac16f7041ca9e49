import { defineErrorRow as row } from './defineErrorRow.ts'
import { nextSteps as step } from './nextSteps.ts'

/** Begins a sentence with the account, whether it is known or not. */
const theAccount = (address: string) =>
  address ? `Account ${address}` : 'The account'

/** Appends somebody's own words, where there are any. */
const because = (reason: string) => (reason ? `: ${reason}.` : '.')

/**
 * What goes wrong around the contracts: EntryPoint, bundler, paymaster, node,
 * the calls' targets, and the caller's own input.
 */
export const operationErrorRows = {
  /* ENTRY POINT */

  ACCOUNT_ALREADY_DEPLOYED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    arguments: {},
    when: 'The operation carries a factory, but the account exists (AA10).',
    sentence: () => 'The account is deployed already.',
    requiredAction: () =>
      'Prepare the operation again without factory and initCode.',
  }),
  ACCOUNT_DEPLOYMENT_FAILED: row({
    category: 'flow',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The factory failed, or made another account than the sender (AA13, AA14, AA15).',
    sentence: (a) => `The account could not be deployed${because(a.reason)}`,
    requiredAction: () =>
      'Let the owner check the factory and its data, and deploy the account first.',
  }),
  ACCOUNT_NOT_DEPLOYED: row({
    category: 'flow',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    arguments: { account: 'address' },
    when: 'There is no code at the account (AA20).',
    sentence: (a) => `${theAccount(a.account)} is not deployed.`,
    requiredAction: () =>
      'Check the address and the chain, and let the owner deploy the account; do not retry before that.',
  }),
  PREFUND_TOO_LOW: row({
    category: 'funds',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    arguments: { account: 'address' },
    when: "The account's deposit and balance do not cover the operation's maximal gas cost (AA21).",
    sentence: (a) =>
      `${theAccount(a.account)} cannot pay the operation's maximal gas cost.`,
    requiredAction: () =>
      'Ask the owner to send native currency to the account or to deposit it at the EntryPoint; lower gas limits or maxFeePerGas need less.',
  }),
  WINDOW_PASSED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    arguments: { validAfter: 'time', validUntil: 'time' },
    when: 'The signed window is over, or so nearly that the bundler no longer takes the operation (AA22, -32503).',
    sentence: (a) =>
      a.validUntil
        ? `The signed window ends at ${a.validUntil}, which is over or too near.`
        : 'The signed window does not hold the time of the block.',
    requiredAction: () =>
      'Prepare and sign the operation again, with a window that begins a little before now; nothing was spent.',
  }),
  WINDOW_NOT_BEGUN: row({
    category: 'flow',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    arguments: { validAfter: 'time', validUntil: 'time' },
    retryAfter: 'validAfter',
    when: 'The signed window begins in the future (AA22, -32503, where the bundler says so).',
    sentence: (a) =>
      a.validAfter
        ? `The signed window begins at ${a.validAfter} only.`
        : 'The signed window has not begun yet.',
    requiredAction: () =>
      'Wait for the window, or sign one that begins a little before now; check the clock of this machine.',
  }),
  SIGNATURE_INVALID: row({
    category: 'auth',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { account: 'address', agent: 'address' },
    when: "The signature is not the agent's, or the account does not hand it to the module (AA24, -32507).",
    sentence: (a) =>
      `${theAccount(a.account)} does not accept the signature${a.agent ? ` of agent ${a.agent}` : ''}.`,
    requiredAction: () =>
      'Check that the module is installed, that the nonce names it, and that the key, the chain and the EntryPoint are the right ones.',
  }),
  NONCE_CONFLICT: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The nonce is used already, or others before it are missing (AA25).',
    sentence: (a) =>
      `The operation's nonce does not fit${a.reason ? because(a.reason) : ': it is used already, or one before it is missing.'}`,
    requiredAction: () =>
      `If this was a retry, the first attempt may have passed: look it up first (${step.getOperation}). Only then prepare the operation again with the next nonce.`,
  }),
  OPERATION_ALREADY_PENDING: row({
    category: 'flow',
    retry: 'reconcile',
    actor: 'agent',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The bundler holds this very operation, or another with its nonce.',
    sentence: (a) =>
      `The bundler holds an operation with this nonce already${because(a.reason)}`,
    requiredAction: () =>
      `Do not resend with another nonce, which could pay twice: call ${step.getOperation} until the first one is included or dropped.`,
  }),
  GAS_LIMIT_TOO_LOW: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'A gas limit of the operation is too low (AA26, AA36, AA40, AA41, AA51, AA95).',
    sentence: (a) =>
      `A gas limit of the operation is too low${because(a.reason)}`,
    requiredAction: () => "Estimate the operation's gas again and send it.",
  }),
  GAS_VALUES_OVERFLOW: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    arguments: {},
    when: 'A gas value does not fit in 120 bits (AA94).',
    sentence: () => "One of the operation's gas values is absurdly large.",
    requiredAction: () => "Leave the gas values to the bundler's estimate.",
  }),
  FEE_TOO_LOW: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'estimate',
    arguments: { reason: 'text' },
    when: 'The bundler or the node asks for a higher fee.',
    sentence: (a) => `The operation's gas price is too low${because(a.reason)}`,
    requiredAction: () =>
      "Prepare the operation again with the bundler's current gas price.",
  }),

  /* PAYMASTER */

  PAYMASTER_REJECTED: row({
    category: 'upstream',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The paymaster refused to pay (AA30, AA33, AA34, AA50, AA93, -32501).',
    sentence: (a) => `The paymaster refused the operation${because(a.reason)}`,
    requiredAction: () =>
      'Send the operation without a paymaster, or ask whoever runs it.',
  }),
  PAYMASTER_EXPIRED: row({
    category: 'upstream',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    arguments: {},
    when: "The paymaster's own time range does not hold the time of the block (AA32).",
    sentence: () => "The paymaster's consent is over or has not begun.",
    requiredAction: () =>
      'Prepare the operation again, with fresh data from the paymaster.',
  }),
  PAYMASTER_DEPOSIT_LOW: row({
    category: 'funds',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: {},
    when: "The paymaster's deposit does not cover the operation (AA31, -32508).",
    sentence: () => "The paymaster's deposit does not cover the operation.",
    requiredAction: () =>
      'Send the operation without a paymaster, or let whoever runs it fill up its deposit.',
  }),

  /* BUNDLER */

  MODULE_RULE_VIOLATION: row({
    category: 'internal',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The validation breaks a rule of ERC-7562: a banned opcode or foreign storage (-32502).',
    sentence: (a) =>
      `The bundler found that the validation breaks its rules${because(a.reason)}`,
    requiredAction: () =>
      'Report it with the whole error: this is a fault of the module, the account or the paymaster, never of the calls.',
  }),
  REPUTATION_THROTTLED: row({
    category: 'upstream',
    retry: 'same',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The bundler throttles or bans a party of the operation (-32504).',
    sentence: (a) =>
      `The bundler throttles a party of the operation${because(a.reason)}`,
    requiredAction: () =>
      'Wait some minutes, or use another bundler or no paymaster.',
  }),
  STAKE_TOO_LOW: row({
    category: 'upstream',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The bundler wants a stake of a party of the operation (-32505).',
    sentence: (a) =>
      `The bundler demands a stake or a longer unstake delay${because(a.reason)}`,
    requiredAction: () =>
      'Use another bundler or no paymaster; the module itself needs no stake.',
  }),
  BUNDLER_FAULT: row({
    category: 'upstream',
    retry: 'same',
    actor: 'operator',
    phase: 'inclusion',
    arguments: { reason: 'text' },
    when: 'The bundler called the EntryPoint wrongly (AA90, AA91, AA92, AA96, -32506).',
    sentence: (a) =>
      `The bundler made a mistake of its own${because(a.reason)}`,
    requiredAction: () => 'Send the operation again, or use another bundler.',
  }),
  USER_OPERATION_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: "The bundler or the node cannot make sense of the request's fields (-32602).",
    sentence: (a) =>
      `The fields of the request are invalid${because(a.reason)}`,
    requiredAction: () =>
      'Prepare the operation with this package, and check that EntryPoint, chain and bundler belong together.',
  }),

  /* EXECUTION */

  CALL_REVERTED: row({
    category: 'execution',
    retry: 'never',
    actor: 'agent',
    phase: 'execution',
    arguments: { callIndex: 'index', target: 'address', reason: 'text' },
    when: 'The policy allowed the operation, but a call reverted (-32521, or an included operation that failed).',
    sentence: (a) =>
      `The policy allowed the operation, but ${a.callIndex ? `call ${a.callIndex}` : 'a call'}${a.target ? ` to ${a.target}` : ''} reverted${a.reason ? ` with ${a.reason}.` : ' without a reason.'}`,
    requiredAction: () =>
      `Change the call so that its target accepts it, and try it first (${step.checkCalls}); with no reason given, look at callGasLimit too.`,
  }),
  INSUFFICIENT_BALANCE: row({
    category: 'funds',
    retry: 'never',
    actor: 'owner',
    phase: 'execution',
    arguments: {
      account: 'address',
      token: 'asset',
      requested: 'amount',
      balance: 'amount',
      reason: 'text',
    },
    when: 'The policy allowed the operation, but the account holds too little of the asset.',
    sentence: (a) =>
      a.requested
        ? `${theAccount(a.account)} needs ${a.requested}, but holds ${a.balance}.`
        : `${theAccount(a.account)} holds too little for this call${because(a.reason)}`,
    requiredAction: () =>
      'Ask the owner to fund the account, or send less; the policy is not what stops it.',
  }),
  OUTCOME_UNKNOWN: row({
    category: 'execution',
    retry: 'reconcile',
    actor: 'agent',
    phase: 'inclusion',
    arguments: { userOpHash: 'hash' },
    when: 'No answer came in time after the operation may have been sent.',
    sentence: (a) =>
      `No answer came in time: whether operation ${a.userOpHash || '(hash not known)'} passes is not known yet.`,
    requiredAction: () =>
      `Do not resend, which could pay twice: call ${step.getOperation} until the operation is included or dropped.`,
  }),
  UNKNOWN_REVERT: row({
    category: 'execution',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { selector: 'selector', reason: 'text' },
    when: 'A revert that no known ABI explains, or without a reason, where no call is known to be at fault.',
    sentence: (a) =>
      `The operation was reverted ${a.reason ? `with ${a.reason}` : a.selector ? `with the unknown error ${a.selector}` : 'without a reason'}.`,
    requiredAction: () =>
      'Explain source.rawData with the ABIs of the account and its other modules; without any bytes, raise verificationGasLimit.',
  }),

  /* NODE */

  RPC_UNAVAILABLE: row({
    category: 'upstream',
    retry: 'same',
    actor: 'agent',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not answer, or fails inside. Nothing is known about the operation: it is not allowed and not denied.',
    sentence: (a) => `The node or the bundler failed${because(a.reason)}`,
    requiredAction: () =>
      'Try again after some seconds; if it lasts, let the operator check the RPC URLs.',
  }),
  RPC_RATE_LIMITED: row({
    category: 'upstream',
    retry: 'same',
    actor: 'agent',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler answers too many requests (429, -32005).',
    sentence: (a) =>
      `The node or the bundler asks for fewer requests${because(a.reason)}`,
    requiredAction: () => 'Wait some seconds, then try again; ask less often.',
  }),
  RPC_UNAUTHORIZED: row({
    category: 'auth',
    retry: 'never',
    actor: 'operator',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not accept the credentials (401, 403).',
    sentence: (a) =>
      `The node or the bundler does not accept the credentials${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator correct the RPC URLs or their keys.',
  }),
  METHOD_NOT_SUPPORTED: row({
    category: 'not_available',
    retry: 'never',
    actor: 'operator',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not know the method (-32601, -32004).',
    sentence: (a) =>
      `The node or the bundler does not know the method${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator set a bundler URL that serves ERC-7769 methods, and a node URL beside it.',
  }),
  CHAIN_MISMATCH: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: 'The node, the wallet and the configuration are not of one chain.',
    sentence: (a) => `The chains do not agree${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator set node, bundler and chain to the same network.',
  }),
  INSUFFICIENT_FUNDS: row({
    category: 'funds',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'An externally owned account cannot pay for its transaction.',
    sentence: (a) =>
      `The sender of the transaction cannot pay for it${because(a.reason)}`,
    requiredAction: () =>
      'Send native currency to the key that sends the transaction.',
  }),
  REQUEST_REJECTED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'input',
    arguments: {},
    when: 'The owner has declined in the wallet (4001).',
    sentence: () => 'The request was declined in the wallet.',
    requiredAction: () =>
      'Do not ask again unprompted: find out from the owner what to change.',
  }),

  /* CALLER */

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
