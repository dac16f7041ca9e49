import type { DocumentPath } from '../document/path.ts'
import { CompileFault } from './context.ts'

/** No time zone's rules are known further ahead, in seconds. */
const maxHorizon = 10 * 366 * 86_400

export type GetOffsetsReturnType = {
  /** Distinct offsets, ascending, in seconds east of UTC. */
  offsets: readonly number[]
  /** Where the end was too far away: the last second looked at. */
  truncatedAt?: number | undefined
}

/** Returns the offsets that a time zone has between two times. */
export function getOffsets(
  timeZone: string,
  start: number,
  end: number,
  path: DocumentPath,
): GetOffsetsReturnType {
  const format = createFormat(timeZone, path)
  const last = Math.min(end, start + maxHorizon)
  const offsets = new Set<number>()
  // Every day: no zone keeps an offset for less.
  for (let time = start; time < last; time += 86_400)
    offsets.add(getOffset(format, time))
  offsets.add(getOffset(format, last))
  return {
    offsets: [...offsets].sort((one, other) => one - other),
    ...(last < end ? { truncatedAt: last } : {}),
  }
}

function createFormat(
  timeZone: string,
  path: DocumentPath,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      timeZoneName: 'longOffset',
    })
  } catch {
    throw new CompileFault(
      path,
      `"${timeZone}" is no time zone.`,
      'Write its IANA name, such as Europe/Berlin, or UTC.',
    )
  }
}

function getOffset(format: Intl.DateTimeFormat, time: number): number {
  const name = format
    .formatToParts(time * 1000)
    .find(({ type }) => type === 'timeZoneName')?.value
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name ?? '')
  if (match === null) return 0
  const [, sign, hours, minutes, seconds = 0] = match
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -offset : offset
}
