import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** Denials for what surrounds the calls, and for their encoding. */
export const envelopeErrorRows = {
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
}
