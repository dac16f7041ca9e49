import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hash } from 'viem'

import { PolicyError } from '../../errors/policyError.ts'
import type { ApprovalChange, ApprovalRecord } from '../approvalRecord.ts'
import {
  type ApprovalAct,
  type ApprovalState,
  approvalTransitions,
} from '../approvalStates.ts'
import { refuseInput } from '../refuseInput.ts'
import { createEvent, type WebhookEventType } from '../webhooks/webhookEvent.ts'
import { toRecord } from './rows.ts'

/** What an act writes beside the state; what is left out stays. */
type Written = {
  reason?: string | undefined
  timestamp: number
  transactionHash?: Hash | undefined
  userOpHash?: Hash | undefined
}

type ListParameters = {
  account: Address | undefined
  after: Hash | undefined
  agent: Address | undefined
  chainId: number | undefined
  limit: number
  states: readonly ApprovalState[] | undefined
}

/** Refuses what the state machine does not have. */
export function refuseAct(record: ApprovalRecord, act: ApprovalAct): never {
  const { account, agent, digest } = record.request
  throw new PolicyError({
    arguments: { act, digest, state: record.state },
    code: 'APPROVAL_STATE_CONFLICT',
    context: { account, agent },
    source: { kind: 'sdk' },
  })
}

/**
 * The requests in the file. Whoever changes one does so in a transaction of their
 * own.
 */
export function createRequestTable(connection: DatabaseSync) {
  const select = connection.prepare('SELECT * FROM request WHERE digest = ?')
  const selectDecisions = connection.prepare(
    'SELECT * FROM decision WHERE digest = ? ORDER BY position',
  )
  const selectPosition = connection.prepare(
    'SELECT position FROM request WHERE digest = ?',
  )
  const selectList = connection.prepare(
    `SELECT * FROM request WHERE position > ?1
      AND (?2 IS NULL OR account = ?2) AND (?3 IS NULL OR agent = ?3)
      AND (?4 IS NULL OR chainId = ?4)
      AND (?5 IS NULL OR state IN (SELECT value FROM json_each(?5)))
      ORDER BY position LIMIT ?6`,
  )
  const update = connection.prepare(
    `UPDATE request SET state = ?, updatedAt = ?, reason = coalesce(?, reason),
      transactionHash = coalesce(?, transactionHash),
      userOpHash = coalesce(?, userOpHash) WHERE digest = ?`,
  )
  const insertChange = connection.prepare(
    'INSERT INTO change (digest, act, state, changedAt) VALUES (?, ?, ?, ?)',
  )
  const insertEvent = connection.prepare(
    'INSERT INTO event (digest, body) VALUES (?, ?)',
  )

  function get(digest: Hash): ApprovalRecord | undefined {
    const row = select.get(digest)
    return row && toRecord(row, selectDecisions.all(digest))
  }

  /** Returns a request that must be there. */
  function demand(digest: Hash): ApprovalRecord {
    const record = get(digest)
    if (record) return record
    throw new PolicyError({
      arguments: { digest },
      code: 'APPROVAL_UNKNOWN',
      source: { kind: 'sdk' },
    })
  }

  function note(
    digest: Hash,
    act: ApprovalChange['act'],
    state: ApprovalState,
    timestamp: number,
  ): void {
    insertChange.run(digest, act, state, timestamp)
  }

  return {
    demand,

    /** Lays down an event for the webhooks, of the request as it stands now. */
    emit(digest: Hash, type: WebhookEventType): ApprovalRecord {
      const record = demand(digest)
      insertEvent.run(digest, JSON.stringify(createEvent(type, record)))
      return record
    },

    get,

    list(parameters: ListParameters): readonly ApprovalRecord[] {
      const { account, after, agent, chainId, limit, states } = parameters
      const position = after && selectPosition.get(after)?.position
      if (after && position === undefined)
        refuseInput(
          'after',
          'No request has this digest.',
          'Pass the digest of the last request that was listed.',
        )
      return selectList
        .all(
          position ?? 0,
          account ?? null,
          agent ?? null,
          chainId ?? null,
          states === undefined ? null : JSON.stringify(states),
          limit,
        )
        .map((row) => toRecord(row, selectDecisions.all(row.digest as string)))
    },

    /** Moves a request to the state that the act leads to, or refuses it. */
    move(digest: Hash, act: ApprovalAct, written: Written): void {
      const record = demand(digest)
      const state =
        approvalTransitions[record.state][act] ?? refuseAct(record, act)
      update.run(
        state,
        written.timestamp,
        written.reason ?? null,
        written.transactionHash ?? null,
        written.userOpHash ?? null,
        digest,
      )
      note(digest, act, state, written.timestamp)
    },

    note,
  }
}
