import type { DocumentPath } from '../document/path.ts'
import { parseTime } from '../document/times.ts'
import { CompileFault } from './context.ts'

/** Returns Unix seconds, and refuses a time that the calendar does not have. */
export function getTime(time: number | string, path: DocumentPath): number {
  const seconds = parseTime(time)
  if (seconds === undefined || seconds < 0)
    throw new CompileFault(
      path,
      `The calendar has no ${time} after 1970.`,
      'Write a day and a time that exist.',
    )
  return seconds
}
