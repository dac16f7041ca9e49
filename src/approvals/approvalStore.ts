import type { Account, Address, Chain, Client, Hash, Transport } from 'viem'

import type {
  Approval,
  ApprovalRequest,
  ApprovedRequest,
} from '../types/approval.ts'
import type {
  ApprovalChange,
  ApprovalRecord,
  HeldAmount,
} from './approvalRecord.ts'
import type { ApprovalState } from './approvalStates.ts'

/** Time of the request's chain, in Unix seconds, as `getChainTime` returns it. */
type At = { timestamp: number }

/** The request that is meant, by the digest that approvers sign. */
type Which = { digest: Hash }

export type RequestApprovalParameters = At & {
  /**
   * What the calls would spend, as `getSpends` reads it from the policy. It is
   * held, for clients to show, until the request is closed.
   */
  held: readonly HeldAmount[]
  /** Words for the approvers, at most 500 characters. They prove nothing. */
  note?: string | undefined
  request: ApprovalRequest
}

export type ListApprovalsParameters = {
  account?: Address | undefined
  agent?: Address | undefined
  /** Digest of the last one that was listed before, to go on behind it. */
  after?: Hash | undefined
  chainId?: number | undefined
  /** 1 to 500. @default 100 */
  limit?: number | undefined
  /** @default every state */
  states?: readonly ApprovalState[] | undefined
}

export type ApproveParameters = At & {
  /** A signature, or the word that the approver has approved on chain. */
  approval: Approval
  /** Client of the request's chain, which is asked whether that word is true. */
  client?: Client<Transport, Chain | undefined, Account | undefined> | undefined
}

export type DenyParameters = At &
  Which & {
    approver: Address
    /** At most 500 characters. */
    reason: string
  }

export type ResumeApprovalParameters = At &
  Which & {
    /**
     * Approvers and threshold as the policy on chain has them now. Approvals of
     * others are left out. @default those of the request
     */
    policy?: { approvers: readonly Address[]; threshold: number } | undefined
  }

export type GetHeldParameters = {
  account: Address
  /** @default all agents of the account */
  agent?: Address | undefined
  chainId: number
  /** Request that is left out, such as the one that is about to be sent. */
  except?: Hash | undefined
}

/**
 * Memory of requests for approval: who was asked for what, who has decided how,
 * and what became of it.
 *
 * It grants nothing: the validator counts the approvals itself. Whoever may write
 * to it can deny and cancel, so whoever offers `deny` and `cancel` to others finds
 * out first who they are. `approve` needs no such care: it takes what is signed.
 *
 * Every change is one transaction on disk before it returns, checked against
 * `approvalTransitions`, so that two processes can share one file. What cannot be
 * done throws a `PolicyError` and changes nothing.
 */
export type ApprovalStore = {
  /**
   * Adds an approval. The signature must be of the request's typed data, by one of
   * its approvers who has not decided yet and is not the agent; in place of a
   * signature, the chain itself must say that the approver has approved.
   */
  approve: (parameters: ApproveParameters) => Promise<ApprovalRecord>
  /** Takes a request back that was not sent. Its signatures are deleted. */
  cancel: (
    parameters: At & Which & { reason?: string | undefined },
  ) => ApprovalRecord
  close: () => void
  /**
   * Adds the denial of an approver, which denies the request. Its signatures are
   * deleted here; on chain they stay good until the deadline for whoever has
   * copies of as many as must sign.
   */
  deny: (parameters: DenyParameters) => ApprovalRecord
  /** Expires what was not sent by its deadline on one chain. Returns it. */
  expire: (parameters: At & { chainId: number }) => readonly ApprovalRecord[]
  get: (parameters: Which) => ApprovalRecord | undefined
  /**
   * What the open requests of an account would spend, a sum an asset. Advisory:
   * the chain holds nothing for them.
   */
  getHeld: (parameters: GetHeldParameters) => readonly HeldAmount[]
  /** Every step of a request, in order. */
  getHistory: (parameters: Which) => readonly ApprovalChange[]
  /** Requests, the oldest first. */
  list: (parameters?: ListApprovalsParameters) => readonly ApprovalRecord[]
  /**
   * Says that its operation was included but reverted, or can never be included. Its
   * signatures are deleted.
   */
  markFailed: (
    parameters: At &
      Which & { reason: string; transactionHash?: Hash | undefined },
  ) => ApprovalRecord
  /**
   * Says that its operation was included, and its calls were made. Its signatures
   * are deleted.
   */
  markLanded: (
    parameters: At & Which & { transactionHash?: Hash | undefined },
  ) => ApprovalRecord
  /**
   * Says that its operation is about to be sent. Before it is: from here on nobody
   * can deny, cancel or expire it, and where somebody has, this throws.
   */
  markSent: (
    parameters: At & Which & { userOpHash?: Hash | undefined },
  ) => ApprovalRecord
  /**
   * Adds a request. The same request again is the one that is there, whatever
   * became of it: what was denied comes back with another deadline only.
   */
  request: (parameters: RequestApprovalParameters) => ApprovalRecord
  /**
   * Returns what `sendCalls` needs once enough have approved: the request, with as
   * many approvals as must be, ascending by approver.
   */
  resume: (parameters: ResumeApprovalParameters) => ApprovedRequest
}
