import type { SQLOutputValue } from 'node:sqlite'
import type { Address, Hash } from 'viem'

import type { ApprovalRequest } from '../../types/approval.ts'
import type {
  ApprovalDecision,
  ApprovalRecord,
  HeldAmount,
} from '../approvalRecord.ts'
import type { ApprovalState } from '../approvalStates.ts'

export type Row = Record<string, SQLOutputValue>

/** Reads a request from its row, and from those of its decisions. */
export function toRecord(row: Row, decisions: readonly Row[]): ApprovalRecord {
  return {
    createdAt: row.createdAt as number,
    decisions: decisions.map(toDecision),
    held: fromHeldJson(row.held as string),
    note: (row.note ?? undefined) as string | undefined,
    reason: (row.reason ?? undefined) as string | undefined,
    request: JSON.parse(row.request as string) as ApprovalRequest,
    state: row.state as ApprovalState,
    transactionHash: (row.transactionHash ?? undefined) as Hash | undefined,
    updatedAt: row.updatedAt as number,
    userOpHash: (row.userOpHash ?? undefined) as Hash | undefined,
  }
}

function toDecision(row: Row): ApprovalDecision {
  const decided = {
    approver: row.approver as Address,
    decidedAt: row.decidedAt as number,
  }
  return row.decision === 'approved'
    ? { ...decided, decision: 'approved', onChain: row.onChain === 1 }
    : { ...decided, decision: 'denied', reason: row.reason as string }
}

/** Amounts do not fit in JSON's numbers. */
export function toHeldJson(held: readonly HeldAmount[]): string {
  return JSON.stringify(
    held.map(({ amount, asset }) => ({
      amount: `${amount}`,
      asset: { ...asset, id: `${asset.id}` },
    })),
  )
}

export function fromHeldJson(text: string): readonly HeldAmount[] {
  const held = JSON.parse(text) as readonly {
    amount: string
    asset: Omit<HeldAmount['asset'], 'id'> & { id: string }
  }[]
  return held.map(({ amount, asset }) => ({
    amount: BigInt(amount),
    asset: { ...asset, id: BigInt(asset.id) },
  }))
}
