import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'
import { because } from './because.ts'

/** Begins a sentence with the account, whether it is known or not. */
const theAccount = (address: string) =>
  address ? `Account ${address}` : 'The account'

/** What the EntryPoint refuses, for the account or for its paymaster. */
export const entryPointErrorRows = {
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
}
