import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/**
 * Why `PolicyValidator` denies an operation of the delay or the approval tier, and
 * what it refuses about announcements.
 */
export const tierErrorRows = {
  ANNOUNCEMENT_REQUIRED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'AnnouncementRequired',
    arguments: { callsHash: 'hash', delay: 'seconds' },
    when: "These calls have to be announced and to wait: they are not announced, or not since the owner's last act on the agent, or the announcement was cancelled or used.",
    sentence: (a) =>
      `The calls have to be announced, and to wait for ${a.delay}.`,
    requiredAction: (a) =>
      `Announce them (with ${step.announceCalls}), then send them once ${a.delay} have passed; the owner or the guardian may cancel them until then.`,
  }),
  ANNOUNCEMENT_NOT_DUE: row({
    category: 'limit',
    retry: 'after',
    actor: 'agent',
    phase: 'validation',
    solidity: 'AnnouncementNotDue',
    arguments: { validAfter: 'time', due: 'time' },
    retryAfter: 'due',
    when: 'The signed window begins before the announced calls may run.',
    sentence: (a) => `The announced calls may not run before ${a.due}.`,
    requiredAction: (a) =>
      `Wait until ${a.due}, then prepare the same calls again.`,
  }),
  ANNOUNCEMENT_EXPIRED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'AnnouncementExpired',
    arguments: { validUntil: 'time', expires: 'time' },
    when: 'The signed window ends after the last second in which the announced calls may run.',
    sentence: (a) =>
      `The announcement is good until ${a.expires}, and the signed window ends at ${a.validUntil}.`,
    requiredAction: (a) =>
      `Sign a window that ends by ${a.expires}; where that has passed, announce the calls again (with ${step.announceCalls}).`,
  }),
  APPROVAL_REQUIRED: row({
    category: 'auth',
    retry: 'rebuild',
    actor: 'owner',
    phase: 'validation',
    solidity: 'ApprovalRequired',
    arguments: { callsHash: 'hash', threshold: 'count' },
    when: 'These calls need approvals, and the signature carries none.',
    sentence: (a) =>
      `The calls need the approval of ${a.threshold} of the policy's approvers.`,
    requiredAction: () =>
      `Ask for approval (with ${step.prepareApproval}), then send the same calls with the approvals.`,
  }),
  APPROVAL_EXPIRED: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ApprovalExpired',
    arguments: { validUntil: 'time', deadline: 'time' },
    when: 'The signed window ends after the deadline of the approvals.',
    sentence: (a) =>
      `The approvals are good until ${a.deadline}, and the signed window ends at ${a.validUntil}.`,
    requiredAction: (a) =>
      `Sign a window that ends by ${a.deadline}; where that has passed, ask for approval again (with ${step.prepareApproval}).`,
  }),
  APPROVAL_INVALID: row({
    category: 'auth',
    retry: 'never',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ApprovalInvalid',
    arguments: { index: 'index', approver: 'address' },
    when: 'An approval is none of a listed approver: of somebody else, of the agent itself, of other calls, another nonce or deadline; it is not on chain, where it says so; or the approvers do not ascend.',
    sentence: (a) =>
      `Approval ${a.index}, of ${a.approver}, does not count: the policy does not list its approver, it is the agent's own or is given twice, it stands out of order, or it is for other calls, another nonce or another deadline.`,
    requiredAction: () =>
      `Send exactly the calls and the nonce that were approved, with one approval of each of as many listed approvers as the policy asks for; else ask for approval again (with ${step.prepareApproval}).`,
  }),
  APPROVAL_USED: row({
    category: 'flow',
    retry: 'reconcile',
    actor: 'agent',
    phase: 'validation',
    solidity: 'ApprovalUsed',
    arguments: { callsHash: 'hash', nonce: 'word' },
    when: 'These calls were run with approvals for this nonce before.',
    sentence: (a) =>
      `The calls were run with approvals for nonce ${a.nonce} before.`,
    requiredAction: () =>
      'Find out what became of that operation. To make the calls once more, ask for approval of another nonce.',
  }),
  DELAY_NOT_CONFIGURED: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'execution',
    solidity: 'DelayNotConfigured',
    inExecution: true,
    arguments: {},
    when: "The agent's policy has no delay tier: nothing has to be announced.",
    sentence: () => 'The policy has no delay tier.',
    requiredAction: () => 'Send the calls without announcing them.',
  }),
  CANCEL_NOT_AUTHORIZED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'execution',
    solidity: 'CancelNotAuthorized',
    inExecution: true,
    arguments: { account: 'address', agent: 'address' },
    when: "Neither the account nor the guardian that the agent's policy names has asked to cancel.",
    sentence: (a) =>
      `Only account ${a.account} and the guardian of agent ${a.agent} may cancel what it has announced.`,
    requiredAction: () => 'Let the owner or the guardian cancel it.',
  }),
  ANNOUNCEMENT_UNKNOWN: row({
    category: 'flow',
    retry: 'never',
    actor: 'owner',
    phase: 'execution',
    solidity: 'AnnouncementUnknown',
    inExecution: true,
    arguments: { account: 'address', agent: 'address', callsHash: 'hash' },
    when: 'The agent has not announced these calls, or they were run or cancelled.',
    sentence: (a) =>
      `Agent ${a.agent} has announced no calls with hash ${a.callsHash}, or they were run or cancelled.`,
    requiredAction: () =>
      'Nothing is left to cancel; check the hash, and whether the calls have run.',
  }),
}
