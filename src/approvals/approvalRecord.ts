import type { Address, Hash } from 'viem'

import type { PolicyAsset } from '../policy/format/types.ts'
import type { ApprovalRequest } from '../types/approval.ts'
import type { ApprovalAct, ApprovalState } from './approvalStates.ts'

/** What a request would spend of one asset, in base units, were it sent. */
export type HeldAmount = {
  amount: bigint
  asset: PolicyAsset
}

/** What an approver has decided. Times are the chain's, in Unix seconds. */
export type ApprovalDecision =
  | {
      approver: Address
      decidedAt: number
      decision: 'approved'
      /** Whether it lies on chain, in place of a signature. */
      onChain: boolean
    }
  | {
      approver: Address
      decidedAt: number
      decision: 'denied'
      /** Words of the approver. */
      reason: string
    }

/**
 * A request for approval, and what became of it. Times are the chain's, in Unix
 * seconds. Signatures are not shown here: `resume` alone hands them out.
 */
export type ApprovalRecord = {
  createdAt: number
  /** In the order in which they were taken. */
  decisions: readonly ApprovalDecision[]
  /**
   * What it holds of the budgets while it is open. Advisory: the chain holds
   * nothing for it, and whatever lands first spends what is left.
   */
  held: readonly HeldAmount[]
  /** Words of the agent. Warning: approvers decide by the calls, not by these. */
  note: string | undefined
  /** Why it was denied or cancelled, or has failed. */
  reason: string | undefined
  request: ApprovalRequest
  state: ApprovalState
  /** Transaction that it was included in. */
  transactionHash: Hash | undefined
  updatedAt: number
  /** Operation that was sent last. */
  userOpHash: Hash | undefined
}

/** One step of a request through its states. */
export type ApprovalChange = {
  /** What was done; `create` first. */
  act: ApprovalAct | 'create'
  /** Time of the chain, in Unix seconds. */
  at: number
  state: ApprovalState
}
