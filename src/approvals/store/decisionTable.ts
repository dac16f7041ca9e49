import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hash, Hex } from 'viem'

import type { Approval } from '../../types/approval.ts'
import type { Row } from './rows.ts'

/** Who has decided on which request, and when, in Unix seconds. */
type Decided = { approver: Address; digest: Hash; timestamp: number }

/**
 * The decisions in the file. Whoever changes one does so in a transaction of their
 * own.
 */
export function createDecisionTable(connection: DatabaseSync) {
  const insert = connection.prepare(
    `INSERT INTO decision
      (digest, approver, decision, onChain, signature, reason, decidedAt)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = connection.prepare(
    'DELETE FROM decision WHERE digest = ? AND approver = ?',
  )
  const updateSignatures = connection.prepare(
    'UPDATE decision SET signature = NULL WHERE digest = ?',
  )
  const selectApprovals = connection.prepare(
    `SELECT approver, onChain, signature FROM decision
      WHERE digest = ? AND decision = 'approved'`,
  )

  return {
    /** Adds an approval. Without a signature, it was made on chain. */
    addApproval({
      approver,
      digest,
      signature,
      timestamp,
    }: Decided & { signature: Hex | undefined }): void {
      const onChain = signature === undefined
      insert.run(
        digest,
        approver,
        'approved',
        onChain ? 1 : 0,
        signature ?? null,
        null,
        timestamp,
      )
    },

    /** Forgets the signatures of a request that is over. */
    forgetSignatures(digest: Hash): void {
      updateSignatures.run(digest)
    },

    getApprovals(digest: Hash): readonly Approval[] {
      return selectApprovals.all(digest).map((row) => toApproval(row, digest))
    },

    /** Puts a denial in. Who has approved may think better of it. */
    setDenial({
      approver,
      digest,
      reason,
      timestamp,
    }: Decided & { reason: string }): void {
      remove.run(digest, approver)
      insert.run(digest, approver, 'denied', 0, null, reason, timestamp)
    },
  }
}

function toApproval({ approver, signature }: Row, digest: Hash): Approval {
  return {
    approver: approver as Address,
    digest,
    ...(signature === null ? {} : { signature: signature as Hex }),
  }
}
