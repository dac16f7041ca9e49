import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

const askOwner = `ask the owner to change the policy (with ${step.grantPolicy}); do not retry before that`

/** Begins a clause with the rule that denies, where one was found. */
const theRule = (rule: string) => rule || 'the policy'

/** Denials for a call: its target, function, arguments or value. */
export const permissionErrorRows = {
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
}
