/** Spans of a policy's limits, at whose ends a meter starts again. */
export type PolicyPeriod =
  | {
      /** First second of period 0, in Unix seconds. */
      anchor: number
      kind: 'fixed'
      /** In seconds. */
      length: number
    }
  /** Calendar month, UTC. */
  | { kind: 'month' }

/** Everything of a policy that decides which window an agent may sign. */
export type PolicyClock = {
  /** Unix seconds, `end` exclusive. Ascending, apart from one another. */
  blackouts: readonly { end: number; start: number }[]
  /** Greatest `validUntil - validAfter` of a signed window, in seconds. */
  maxWindow: number
  periods: readonly PolicyPeriod[]
  /** First second of the policy, in Unix seconds. */
  validAfter: number
  /** Last second of the policy, inclusive, in Unix seconds. */
  validUntil: number
  /**
   * Seconds since Monday 00:00 UTC, `end` exclusive. Ascending, apart from one
   * another. None: at any time.
   */
  weekly: readonly { end: number; start: number }[]
}
