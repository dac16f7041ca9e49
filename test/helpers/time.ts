export const minute = 60
export const hour = 3_600
export const day = 86_400
export const week = 604_800

/** Unix seconds of a date in UTC, such as `2030-01-16` or `2030-01-16T12:00`. */
export function toSeconds(date: string): number {
  const time = date.includes('T') ? date : `${date}T00:00`
  const [minutes, seconds = '00'] = time.match(/T\d\d:\d\d:(\d\d)$/)
    ? [time.slice(0, -3), time.slice(-2)]
    : [time]
  return Date.parse(`${minutes}:${seconds}Z`) / 1_000
}

/** Time at which every fixture ends: Wednesday, 2030-01-16, 12:00 UTC. */
export const noon = toSeconds('2030-01-16T12:00')
