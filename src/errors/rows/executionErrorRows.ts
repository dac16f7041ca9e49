import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'
import { because } from './because.ts'

/** Begins a sentence with the account, whether it is known or not. */
const theAccount = (address: string) =>
  address ? `Account ${address}` : 'The account'

/** What becomes of calls that the policy allows. */
export const executionErrorRows = {
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
}
