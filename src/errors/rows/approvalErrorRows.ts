import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** What goes wrong with requests for approval before anything reaches the chain. */
export const approvalErrorRows = {
  APPROVAL_UNKNOWN: row({
    category: 'validation',
    retry: 'never',
    actor: 'agent',
    phase: 'input',
    arguments: { digest: 'hash' },
    when: 'The store holds no request for approval with this digest.',
    sentence: (a) => `No request for approval has the digest ${a.digest}.`,
    requiredAction: () =>
      'Take the digest from the list of requests, and check that the store is the one that the request was made in.',
  }),
  APPROVAL_STATE_CONFLICT: row({
    category: 'flow',
    retry: 'never',
    actor: 'agent',
    phase: 'preflight',
    arguments: { digest: 'hash', state: 'text', act: 'text' },
    when: 'A request for approval is in a state in which this cannot be done with it, such as a denied one that is to be sent.',
    sentence: (a) =>
      `Request ${a.digest} is in the state ${a.state}, in which "${a.act}" is not possible.`,
    requiredAction: () =>
      `Do not send the calls on the strength of this request; if they are still wanted, ask for approval again with another deadline (with ${step.prepareApproval}).`,
  }),
  APPROVAL_PENDING: row({
    category: 'flow',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: { digest: 'hash', given: 'count', threshold: 'count' },
    when: 'Fewer approvers have approved than the policy asks for.',
    sentence: (a) =>
      `Request ${a.digest} has ${a.given} of the ${a.threshold} approvals that it needs.`,
    requiredAction: () =>
      'Wait for the approvers, and do not ask for the same calls a second time meanwhile.',
  }),
  APPROVAL_REFUSED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: { digest: 'hash', approver: 'address', reason: 'text' },
    when: "An approver's decision cannot be taken: the policy does not list the approver, it is the agent itself, it has decided before, its signature is of something else, or it has not approved on chain.",
    sentence: (a) =>
      `The decision of ${a.approver} on request ${a.digest} is not taken${a.reason ? `: ${a.reason}.` : '.'}`,
    requiredAction: () =>
      "Let one of the policy's approvers, who has not decided yet, sign the request's typed data as it is, or approve its digest on chain.",
  }),
  APPROVAL_NONCE_TAKEN: row({
    category: 'flow',
    retry: 'rebuild',
    actor: 'agent',
    phase: 'preflight',
    arguments: { nonce: 'word', holder: 'hash' },
    when: "Another request that is still open has this account's nonce; only one of them could ever be sent.",
    sentence: (a) =>
      `Nonce ${a.nonce} belongs to the open request ${a.holder}.`,
    requiredAction: () =>
      `Cancel that request first, or ask for approval with a nonce of another lane (with ${step.prepareApproval}).`,
  }),
}
