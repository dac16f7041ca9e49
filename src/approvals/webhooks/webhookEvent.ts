import { randomUUID } from 'node:crypto'
import type { Address, Hash } from 'viem'

import type { ApprovalRequest } from '../../types/approval.ts'
import type { ApprovalDecision, ApprovalRecord } from '../approvalRecord.ts'
import type { ApprovalState } from '../approvalStates.ts'

export type WebhookEventType =
  | 'approval.approved'
  | 'approval.cancelled'
  | 'approval.created'
  | 'approval.decision_submitted'
  | 'approval.denied'
  | 'approval.expired'

/** Body of a webhook. It carries no signature of an approver. */
export type WebhookEvent = {
  approval: {
    account: Address
    agent: Address
    /** Approvals so far. */
    approvals: number
    chainId: number
    /** Last second for which the approvals are good, in Unix seconds. */
    deadline: number
    digest: Hash
    state: ApprovalState
    threshold: number
  }
  /** For `approval.decision_submitted` and `approval.denied`: what was decided. */
  decision?: ApprovalDecision | undefined
  /** The same each time the event is delivered, and of no other event. */
  id: string
  /** For `approval.created`: words of the agent, which prove nothing. */
  note?: string | undefined
  /** Time of the chain when it happened, in Unix seconds. */
  occurredAt: number
  /** For `approval.cancelled`: why, where somebody has said. */
  reason?: string | undefined
  /** For `approval.created`: what approvers are asked to sign. */
  request?: ApprovalRequest | undefined
  type: WebhookEventType
}

/** What the events of one kind say beside the rest. */
type Extra = Pick<WebhookEvent, 'decision' | 'note' | 'reason' | 'request'>

/** Makes the body of an event of a request as it stands now. */
export function createEvent(
  type: WebhookEventType,
  record: ApprovalRecord,
): WebhookEvent {
  const { decisions, request, state, updatedAt } = record
  const { account, agent, chainId, deadline, digest, threshold } = request
  return {
    approval: {
      account,
      agent,
      approvals: decisions.filter(({ decision }) => decision === 'approved')
        .length,
      chainId,
      deadline,
      digest,
      state,
      threshold,
    },
    ...getExtra(type, record),
    id: `evt_${randomUUID()}`,
    occurredAt: updatedAt,
    type,
  }
}

function getExtra(type: WebhookEventType, record: ApprovalRecord): Extra {
  switch (type) {
    case 'approval.created':
      return { note: record.note, request: record.request }
    case 'approval.decision_submitted':
    case 'approval.denied':
      return { decision: record.decisions.at(-1) }
    case 'approval.cancelled':
      return { reason: record.reason }
    default:
      return {}
  }
}
