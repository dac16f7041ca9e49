import type { DatabaseSync } from 'node:sqlite'
import type { Address, Hash } from 'viem'

import { PolicyError } from '../../errors/policyError.ts'
import type { ApprovalRequest } from '../../types/approval.ts'
import type {
  ApprovalChange,
  ApprovalRecord,
  HeldAmount,
} from '../approvalRecord.ts'
import {
  type ApprovalAct,
  type ApprovalState,
  approvalTransitions,
  openStates,
} from '../approvalStates.ts'
import { refuseInput } from '../refuseInput.ts'
import { createEvent, type WebhookEventType } from '../webhooks/webhookEvent.ts'
import { fromHeldJson, type Row, toHeldJson, toRecord } from './rows.ts'

/** What an act writes beside the state; what is left out stays. */
type Written = {
  reason?: string | undefined
  timestamp: number
  transactionHash?: Hash | undefined
  userOpHash?: Hash | undefined
}

/** What is written down with a new request. */
type Asked = {
  held: readonly HeldAmount[]
  note: string | undefined
  timestamp: number
}

type HeldParameters = {
  account: Address
  agent: Address | undefined
  chainId: number
  /** Digest of a request that is left out. */
  except: Hash | undefined
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
  const insert = connection.prepare(
    `INSERT INTO request
      (digest, chainId, account, agent, nonce, deadline, request, held, note,
        state, createdAt, updatedAt)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)`,
  )
  const select = connection.prepare('SELECT * FROM request WHERE digest = ?')
  const selectDecisions = connection.prepare(
    'SELECT * FROM decision WHERE digest = ? ORDER BY position',
  )
  const selectPosition = connection.prepare(
    'SELECT position FROM request WHERE digest = ?',
  )
  const selectHolder = connection.prepare(
    `SELECT digest FROM request WHERE chainId = ? AND account = ? AND nonce = ?
      AND state IN (${quote(openStates)})`,
  )
  const selectOverdue = connection.prepare(
    `SELECT digest FROM request WHERE chainId = ? AND deadline < ?
      AND state IN ('pending', 'approved') ORDER BY position`,
  )
  const selectHeld = connection.prepare(
    `SELECT held FROM request WHERE chainId = ?1 AND account = ?2
      AND (?3 IS NULL OR agent = ?3) AND (?4 IS NULL OR digest <> ?4)
      AND state IN (${quote(openStates)}) ORDER BY position`,
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
  const selectChanges = connection.prepare(
    'SELECT act, state, changedAt FROM change WHERE digest = ? ORDER BY position',
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
    /** Adds a request that waits for its first decision. */
    add(request: ApprovalRequest, { held, note, timestamp }: Asked): void {
      const { account, agent, chainId, deadline, digest, nonce } = request
      insert.run(
        digest,
        chainId,
        account,
        agent,
        nonce,
        deadline,
        JSON.stringify(request),
        toHeldJson(held),
        note ?? null,
        timestamp,
        timestamp,
      )
    },

    demand,

    /** Lays down an event for the webhooks, of the request as it stands now. */
    emit(digest: Hash, type: WebhookEventType): ApprovalRecord {
      const record = demand(digest)
      insertEvent.run(digest, JSON.stringify(createEvent(type, record)))
      return record
    },

    get,

    /** Returns what each open request holds. */
    getHeld({ account, agent, chainId, except }: HeldParameters) {
      return selectHeld
        .all(chainId, account, agent ?? null, except ?? null)
        .flatMap(({ held }) => fromHeldJson(held as string))
    },

    getHistory(digest: Hash): readonly ApprovalChange[] {
      return selectChanges.all(digest).map(toChange)
    },

    /** Returns the open request that has the same nonce, if there is one. */
    getHolder({ account, chainId, nonce }: ApprovalRequest): Hash | undefined {
      const row = selectHolder.get(chainId, account, nonce)
      return row?.digest as Hash | undefined
    },

    /** Returns the requests whose deadline has passed without their calls being sent. */
    getOverdue(chainId: number, timestamp: number): readonly Hash[] {
      return selectOverdue
        .all(chainId, timestamp)
        .map(({ digest }) => digest as Hash)
    },

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

function toChange(row: Row): ApprovalChange {
  return {
    act: row.act as ApprovalChange['act'],
    at: row.changedAt as number,
    state: row.state as ApprovalChange['state'],
  }
}

function quote(states: readonly string[]): string {
  return states.map((state) => `'${state}'`).join(', ')
}
