import type { PolicyDocument } from '../document/policySchema.ts'
import { parseDuration, parseTime } from '../document/times.ts'
import { weekAnchor } from '../format/constants.ts'

type Period = PolicyDocument['limits'][number]['per']

/**
 * Counts the periods that two times and what lies between them touch;
 * undefined where the period has no place in time.
 *
 * @param start - Unix seconds
 * @param end - Unix seconds, inclusive
 */
export function countPeriods(
  per: Period,
  start: number,
  end: number,
): number | undefined {
  if (per === 'hour') return countFixed(3_600, 0, start, end)
  if (per === 'day') return countFixed(86_400, 0, start, end)
  if (per === 'week') return countFixed(604_800, weekAnchor, start, end)
  if (per === 'month') {
    const first = new Date(start * 1000)
    const last = new Date(end * 1000)
    const years = last.getUTCFullYear() - first.getUTCFullYear()
    return years * 12 + last.getUTCMonth() - first.getUTCMonth() + 1
  }
  if (typeof per === 'string' || 'rolling' in per) return undefined
  const anchor = parseTime(per.from ?? 0) ?? 0
  return countFixed(parseDuration(per.every), anchor, start, end)
}

function countFixed(
  length: number,
  anchor: number,
  start: number,
  end: number,
): number {
  // Before its anchor, a limit denies.
  const first = Math.floor((Math.max(start, anchor) - anchor) / length)
  return Math.max(0, Math.floor((end - anchor) / length) - first + 1)
}
