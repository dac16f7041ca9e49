/**
 * Calls back at Ctrl-C, and when somebody ends this process otherwise.
 *
 * Once: a second Ctrl-C ends this process, and everything with it.
 */
export function onceInterrupted(callback: () => void): void {
  // The callback gets no name of a signal: it may be what settles a promise.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => callback())
}
