/**
 * Memory of the events that a receiver has taken. One of your own, such as a table
 * with a unique column, outlives a restart and serves several processes.
 */
export type SeenEvents = {
  /** Adds an id. False where it is there already; in one step with looking. */
  add: (id: string) => Promise<boolean> | boolean
  /** Takes an id out again. */
  delete: (id: string) => unknown
}

export type CreateSeenEventsParameters = {
  /**
   * Seconds for which an id is kept. Within the tolerance of `verifyWebhook`, a
   * shorter time lets replays in; deliveries go on for hours. @default 172_800
   */
  lifetime?: number | undefined
  /** Time of this machine, in Unix seconds. @default the present */
  now?: (() => number) | undefined
}

/**
 * Creates a memory of events that ends with the process.
 *
 * @param parameters - {@link CreateSeenEventsParameters}
 */
export function createSeenEvents(
  parameters: CreateSeenEventsParameters = {},
): SeenEvents {
  const { lifetime = 172_800, now = () => Math.floor(Date.now() / 1_000) } =
    parameters
  /** Last second of each id, the first to go first. */
  const kept = new Map<string, number>()

  return {
    add(id) {
      const time = now()
      for (const [old, until] of kept) {
        if (until >= time) break
        kept.delete(old)
      }
      if (kept.has(id)) return false
      kept.set(id, time + lifetime)
      return true
    },
    delete: (id) => kept.delete(id),
  }
}
