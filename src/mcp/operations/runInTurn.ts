const queues = new WeakMap<object, Map<string, Promise<unknown>>>()

/** Runs what concerns one key of one store one after another. */
export async function runInTurn<result>(
  store: object,
  key: string,
  run: () => Promise<result>,
): Promise<result> {
  const queue = queues.get(store) ?? new Map<string, Promise<unknown>>()
  queues.set(store, queue)

  const turn = (queue.get(key) ?? Promise.resolve()).then(run, run)
  queue.set(key, turn)
  try {
    return await turn
  } finally {
    if (queue.get(key) === turn) queue.delete(key)
  }
}
