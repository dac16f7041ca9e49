/** Where a request for approval stands. */
export type ApprovalState =
  /** Approvers are asked. */
  | 'pending'
  /** As many have approved as must: it may be sent. */
  | 'approved'
  /** An approver has said no. */
  | 'denied'
  /** Its deadline has passed before it was sent. */
  | 'expired'
  /** Whoever had asked has taken it back. */
  | 'cancelled'
  /** Its operation is about to be sent, or was. */
  | 'sent'
  /** Its operation was included, and its calls were made. */
  | 'landed'
  /** Its operation was included and reverted, or can never be included. */
  | 'failed'

/** What happens to a request. */
export type ApprovalAct =
  /** An approver approves, and others are still missing. */
  | 'approve'
  /** An approver approves, and with that there are enough. */
  | 'complete'
  | 'cancel'
  | 'deny'
  | 'expire'
  | 'fail'
  | 'land'
  | 'send'

/**
 * The state machine: which act leads from where to where. What is not here cannot
 * be done. A request that was sent is not expired, denied or cancelled any more,
 * since it may land; and sending it once more cannot make the calls twice, since
 * they have one nonce.
 */
export const approvalTransitions: {
  readonly [state in ApprovalState]: {
    readonly [act in ApprovalAct]?: ApprovalState
  }
} = {
  pending: {
    approve: 'pending',
    cancel: 'cancelled',
    complete: 'approved',
    deny: 'denied',
    expire: 'expired',
  },
  approved: {
    // One more than must: it counts where another one's approval does not any more.
    approve: 'approved',
    cancel: 'cancelled',
    deny: 'denied',
    expire: 'expired',
    send: 'sent',
  },
  sent: { fail: 'failed', land: 'landed', send: 'sent' },
  cancelled: {},
  denied: {},
  expired: {},
  failed: {},
  landed: {},
}

/** Every state, the open ones first. */
export const approvalStates = Object.keys(
  approvalTransitions,
) as readonly ApprovalState[]

/**
 * States in which a request holds budget, and its nonce: its calls may still be
 * made. Once they were, the chain's own meters count them.
 */
export const openStates = [
  'pending',
  'approved',
  'sent',
] as const satisfies readonly ApprovalState[]
