import type { Hash } from 'viem'

import type { Database } from '../../node/openDatabase.ts'

/** An event that is to be sent to an endpoint now. */
export type DueEvent = {
  /** Which attempt this is, from 1. */
  attempt: number
  body: string
  digest: Hash
  endpoint: string
  /** Until when nobody else sends it, in Unix ms. */
  leasedUntil: number
  position: number
}

/** An event that was given up. */
export type AbandonedEvent = {
  attempts: number
  endpoint: string
  /** Why the last attempt failed. */
  failure: string
  id: string
}

/** Events of an endpoint that are not done with, from its `since` on. */
const open = `FROM event e
  JOIN endpoint n ON n.name = ?1 AND e.position > n.since
  LEFT JOIN delivery d ON d.endpoint = n.name AND d.event = e.position
  WHERE coalesce(d.state, 'waiting') = 'waiting'`

/**
 * What was laid down for the webhooks, in the transaction of the change itself, and
 * how far it was delivered to each endpoint. Times are the machine's, in ms.
 */
export function createOutbox({ connection, transact }: Database) {
  const insertEndpoint = connection.prepare(
    `INSERT INTO endpoint (name, since)
      VALUES (?, (SELECT coalesce(max(position), 0) FROM event))
      ON CONFLICT DO NOTHING`,
  )
  const advance = connection.prepare(
    `UPDATE endpoint SET since = coalesce(
        (SELECT min(e.position) - 1 ${open}),
        (SELECT max(position) FROM event), since)
      WHERE name = ?1`,
  )
  // Of each request, the first event that is open: the others wait for it.
  const selectDue = connection.prepare(
    `SELECT e.position, e.digest, e.body, coalesce(d.attempts, 0) AS attempts
      ${open}
      AND coalesce(d.dueAt, 0) <= ?2 AND coalesce(d.leasedUntil, 0) <= ?2
      AND e.position = (SELECT min(f.position) FROM event f
        LEFT JOIN delivery g ON g.endpoint = n.name AND g.event = f.position
        WHERE f.digest = e.digest AND f.position > n.since
          AND coalesce(g.state, 'waiting') = 'waiting')
      ORDER BY e.position LIMIT ?3`,
  )
  const lease = connection.prepare(
    `INSERT INTO delivery
      (endpoint, event, state, attempts, dueAt, leasedUntil)
      VALUES (?, ?, 'waiting', 1, 0, ?)
      ON CONFLICT DO UPDATE SET
        attempts = attempts + 1, leasedUntil = excluded.leasedUntil`,
  )
  const updateDelivered = connection.prepare(
    `UPDATE delivery SET state = 'delivered', failure = NULL
      WHERE endpoint = ? AND event = ?`,
  )
  // Whoever has leased it meanwhile says what became of it.
  const updateFailed = connection.prepare(
    `UPDATE delivery SET state = ?, dueAt = ?, leasedUntil = 0, failure = ?
      WHERE endpoint = ? AND event = ? AND leasedUntil = ? AND state = 'waiting'`,
  )
  const selectAbandoned = connection.prepare(
    `SELECT d.endpoint, d.attempts, d.failure, e.body ->> 'id' AS id
      FROM delivery d JOIN event e ON e.position = d.event
      WHERE d.state = 'abandoned' ORDER BY e.position, d.endpoint`,
  )
  const updateRevived = connection.prepare(
    `UPDATE delivery SET state = 'waiting', attempts = 0, dueAt = 0
      WHERE endpoint = ?1 AND state = 'abandoned' RETURNING event`,
  )
  const rewind = connection.prepare(
    'UPDATE endpoint SET since = min(since, ?2 - 1) WHERE name = ?1',
  )

  return {
    /** Says that an event has arrived. */
    finish({ endpoint, position }: DueEvent): void {
      updateDelivered.run(endpoint, position)
    },

    /** Says that an attempt has failed; without `dueAt`, it was the last one. */
    fail(event: DueEvent, failure: string, dueAt: number | undefined): void {
      updateFailed.run(
        dueAt === undefined ? 'abandoned' : 'waiting',
        dueAt ?? 0,
        failure,
        event.endpoint,
        event.position,
        event.leasedUntil,
      )
    },

    listAbandoned(): readonly AbandonedEvent[] {
      return selectAbandoned.all().map((row) => ({
        attempts: row.attempts as number,
        endpoint: row.endpoint as string,
        failure: row.failure as string,
        id: row.id as string,
      }))
    },

    /** Adds an endpoint, which gets what happens from now on. */
    register(name: string): void {
      insertEndpoint.run(name)
    },

    /** Has what was given up tried again. Returns how much it is. */
    revive(endpoint: string): number {
      return transact(() => {
        const events = updateRevived
          .all(endpoint)
          .map(({ event }) => event as number)
        if (events.length > 0) rewind.run(endpoint, Math.min(...events))
        return events.length
      })
    },

    /** Takes what is due, at most one event of each request. */
    take(parameters: {
      endpoint: string
      leasedUntil: number
      limit: number
      now: number
    }): readonly DueEvent[] {
      const { endpoint, leasedUntil, limit, now } = parameters
      return transact(() => {
        advance.run(endpoint)
        return selectDue.all(endpoint, now, limit).map((row): DueEvent => {
          const position = row.position as number
          lease.run(endpoint, position, leasedUntil)
          return {
            attempt: (row.attempts as number) + 1,
            body: row.body as string,
            digest: row.digest as Hash,
            endpoint,
            leasedUntil,
            position,
          }
        })
      })
    },
  }
}
