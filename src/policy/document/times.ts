const secondsOf = { d: 86_400, h: 3_600, m: 60, s: 1, w: 604_800 } as const

/** Returns the seconds of a duration such as `1h30m`. */
export function parseDuration(text: string): number {
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g))
    seconds += Number(count) * secondsOf[unit as keyof typeof secondsOf]
  return seconds
}

/** Writes seconds as a duration, in its largest units. */
export function formatDuration(seconds: number): string {
  let left = seconds
  let text = ''
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(left / secondsOf[unit])
    if (count > 0) text += `${count}${unit}`
    left -= count * secondsOf[unit]
  }
  return text === '' ? '0s' : text
}

/**
 * Returns Unix seconds; undefined where the calendar has no such time.
 *
 * A date without a time is its midnight in UTC.
 */
export function parseTime(time: number | string): number | undefined {
  if (typeof time === 'number') return time
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d))?$/.exec(
      time,
    )
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const midnight = Date.UTC(year, month - 1, day)
  const date = new Date(midnight)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined

  const zone = match[7]
  const seconds = midnight / 1000 + hour * 3600 + minute * 60 + second
  if (zone === undefined || zone === 'Z') return seconds
  const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4)) * 60
  return zone.startsWith('-') ? seconds + offset : seconds - offset
}

/** Writes Unix seconds as ISO 8601, or as they are beyond the year 9999. */
export function formatTime(seconds: number): number | string {
  if (seconds > 253_402_300_799) return seconds
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
