import type { SQLOutputValue } from 'node:sqlite'
import type { Hash } from 'viem'

import { fromJson, toJson } from './bigintJson.ts'
import { openOperationDatabase } from './openOperationDatabase.ts'
import type {
  Attempt,
  OperationOutcome,
  OperationRecord,
} from './operationRecord.ts'

/** Place in the EntryPoint's nonces: one sequence for each lane. */
export type NonceSlot = {
  lane: number
  /** Next sequence number of the lane, as the chain has it. */
  sequence: number
  /** The whole nonce: lane and sequence. */
  nonce: bigint
}

type ClaimParameters = Pick<
  OperationRecord,
  'block' | 'calls' | 'callsHash' | 'createdAt' | 'inputHash' | 'key'
> & {
  /** Nonces to choose from, the preferred one first. */
  slots: readonly NonceSlot[]
}

/** What came of claiming a nonce for a key. */
type Claim =
  | { record: OperationRecord; status: 'claimed' }
  /** Another call had claimed one for this key. */
  | { record: OperationRecord; status: 'existing' }
  /** Operations that are not settled hold every lane. */
  | { holders: readonly OperationRecord[]; status: 'busy' }

/**
 * Memory of which key was bound to which nonce, for one agent of one account.
 *
 * Every change is one transaction on disk before it returns, so that neither a
 * crash nor a second server on the same folder can bind a key to two nonces.
 */
export type OperationStore = {
  /**
   * Adds a signed operation to a key's record. False where nothing was written
   * down, since the record no longer has this nonce: then the operation must not
   * be sent.
   */
  addAttempt: (
    record: Pick<OperationRecord, 'key' | 'nonce'>,
    attempt: Attempt,
  ) => boolean
  /** Binds a key to the first nonce that no unsettled operation holds. */
  claim: (parameters: ClaimParameters) => Claim
  close: () => void
  get: (key: string) => OperationRecord | undefined
  getByHash: (userOpHash: Hash) => OperationRecord | undefined
  /** Says that the bundler has taken an attempt. */
  markSent: (prepared: Attempt['prepared']) => void
  /**
   * Takes the nonce from a key whose attempts can never be included, and forgets a
   * key for which nothing was ever signed. False where an attempt was added
   * meanwhile.
   */
  release: (
    record: Pick<OperationRecord, 'attempts' | 'key' | 'nonce'>,
  ) => boolean
  /** Keeps what became of a key's operation, for good. */
  settle: (
    record: Pick<OperationRecord, 'key' | 'nonce'>,
    outcome: OperationOutcome,
  ) => void
}

export type CreateOperationStoreParameters = {
  /** Folder that only this user may open. */
  directory: string
  /** What tells agents, accounts and chains apart in one folder. */
  scope: string
}

/**
 * Opens the memory of operations in a folder, and creates it where needed.
 *
 * @param parameters - {@link CreateOperationStoreParameters}
 * @returns {@link OperationStore}
 */
export function createOperationStore(
  parameters: CreateOperationStoreParameters,
): OperationStore {
  const { directory, scope } = parameters

  const { connection, transact } = openOperationDatabase(directory)

  const selectByKey = connection.prepare(
    'SELECT * FROM operation WHERE scope = ? AND key = ?',
  )
  const selectHolder = connection.prepare(
    "SELECT * FROM operation WHERE scope = ? AND nonce = ? AND state = 'open'",
  )
  const selectAttempts = connection.prepare(
    'SELECT * FROM attempt WHERE scope = ? AND key = ? AND nonce = ? ORDER BY rowid',
  )
  const selectAttempt = connection.prepare(
    'SELECT 1 FROM attempt WHERE scope = ? AND key = ? AND nonce = ? AND userOpHash = ? AND validUntil = ?',
  )
  // Several keys may have signed for the same hash, one after another: the one
  // that it settled comes first, then the one that still holds its nonce.
  const selectKey = connection.prepare(
    `SELECT operation.key FROM attempt
      JOIN operation USING (scope, key)
      WHERE scope = ? AND userOpHash = ?
      ORDER BY operation.nonce = attempt.nonce DESC, CASE state
        WHEN 'settled' THEN 0 WHEN 'open' THEN 1 ELSE 2 END
      LIMIT 1`,
  )
  const deleteUnsigned = connection.prepare(
    `DELETE FROM operation WHERE scope = ?1 AND key = ?2 AND NOT EXISTS
      (SELECT 1 FROM attempt WHERE scope = ?1 AND key = ?2)`,
  )
  const upsertOperation = connection.prepare(
    `INSERT INTO operation
      (scope, key, callsHash, calls, createdAt, block, state, lane, sequence,
        nonce, inputHash)
      VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)
      ON CONFLICT (scope, key) DO UPDATE SET
        block = excluded.block, createdAt = excluded.createdAt,
        state = 'open', lane = excluded.lane,
        sequence = excluded.sequence, nonce = excluded.nonce`,
  )
  const insertAttempt = connection.prepare(
    `INSERT INTO attempt
      (scope, key, userOpHash, nonce, validUntil, prepared, sent)
      VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
  )
  const updateSent = connection.prepare(
    'UPDATE attempt SET sent = 1 WHERE scope = ? AND userOpHash = ? AND validUntil = ?',
  )
  const updateState = connection.prepare(
    `UPDATE operation SET state = ?, outcome = ?
      WHERE scope = ? AND key = ? AND nonce = ? AND state <> 'settled'`,
  )

  function toRecord(row: Row): OperationRecord {
    const { key, nonce } = row
    return {
      attempts: selectAttempts
        .all(scope, key as string, nonce as string)
        .map(toAttempt),
      block: BigInt(row.block as string),
      calls: fromJson(row.calls as string) as OperationRecord['calls'],
      callsHash: row.callsHash as Hash,
      createdAt: row.createdAt as number,
      inputHash: (row.inputHash ?? undefined) as Hash | undefined,
      key: key as string,
      lane: row.lane as number,
      nonce: BigInt(nonce as string),
      outcome:
        row.outcome === null
          ? undefined
          : (fromJson(row.outcome as string) as OperationOutcome),
      sequence: row.sequence as number,
      state: row.state as OperationRecord['state'],
    }
  }

  function get(key: string) {
    const row = selectByKey.get(scope, key)
    return row && toRecord(row)
  }

  function getHolder(nonce: bigint) {
    const row = selectHolder.get(scope, `${nonce}`)
    return row && toRecord(row)
  }

  return {
    addAttempt({ key, nonce }, attempt) {
      return transact(() => {
        const row = selectByKey.get(scope, key)
        if (row?.state !== 'open' || row.nonce !== `${nonce}`) return false
        insertAttempt.run(
          scope,
          key,
          attempt.prepared.userOpHash,
          `${nonce}`,
          attempt.prepared.window.validUntil,
          toJson(attempt.prepared),
        )
        return (
          selectAttempt.get(
            scope,
            key,
            `${nonce}`,
            attempt.prepared.userOpHash,
            attempt.prepared.window.validUntil,
          ) !== undefined
        )
      })
    },

    claim({ block, calls, callsHash, createdAt, inputHash, key, slots }) {
      return transact((): Claim => {
        const existing = get(key)
        if (existing && existing.state !== 'released')
          return { record: existing, status: 'existing' }

        const holders: OperationRecord[] = []
        for (const { lane, nonce, sequence } of slots) {
          const holder = getHolder(nonce)
          if (holder) {
            holders.push(holder)
            continue
          }
          upsertOperation.run(
            scope,
            key,
            callsHash,
            toJson(calls),
            createdAt,
            `${block}`,
            lane,
            sequence,
            `${nonce}`,
            inputHash ?? null,
          )
          const record = get(key)
          if (record) return { record, status: 'claimed' }
        }
        return { holders, status: 'busy' }
      })
    },

    close() {
      connection.close()
    },

    get,

    getByHash(userOpHash) {
      const row = selectKey.get(scope, userOpHash)
      return row && get(row.key as string)
    },

    markSent({ userOpHash, window }) {
      updateSent.run(scope, userOpHash, window.validUntil)
    },

    release({ attempts, key, nonce }) {
      return transact(() => {
        const row = selectByKey.get(scope, key)
        if (row?.state !== 'open' || row.nonce !== `${nonce}`) return false
        const known = selectAttempts.all(scope, key, `${nonce}`)
        if (known.length !== attempts.length) return false
        updateState.run('released', null, scope, key, `${nonce}`)
        deleteUnsigned.run(scope, key)
        return true
      })
    },

    settle({ key, nonce }, outcome) {
      updateState.run('settled', toJson(outcome), scope, key, `${nonce}`)
    },
  }
}

type Row = Record<string, SQLOutputValue>

function toAttempt({ prepared, sent }: Row): Attempt {
  return {
    prepared: fromJson(prepared as string) as Attempt['prepared'],
    sent: sent === 1,
  }
}
