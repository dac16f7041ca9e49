import { formatTime } from '../document/times.ts'
import { weekLength } from '../format/constants.ts'
import type { PolicyData, PolicySpan } from '../format/types.ts'
import type { PolicyChange } from './change.ts'
import type { Views } from './diffRule.ts'

/** Says which hours open and close. */
export function diffSchedule({
  after,
  before,
}: Views): readonly PolicyChange[] {
  return [
    ...diffWeekly(before.data, after.data),
    ...diffBlackouts(before.data, after.data),
  ]
}

/** Without any, the week is open, and windows may cross its end. */
function diffWeekly(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const path = 'schedule.weekly'
  const [was, is] = [before.weekly, after.weekly]
  const opened = was.length > 0 && (is.length === 0 || !areWithin(is, was))
  const closed = is.length > 0 && (was.length === 0 || !areWithin(was, is))
  return [
    ...(opened
      ? [
          {
            kind: 'looser' as const,
            message:
              is.length === 0
                ? 'The agent may act at any time of the week.'
                : `The agent may act at times of the week that were closed; it has ${sayHours(is)} of ${sayHours(was)} before.`,
            path,
          },
        ]
      : []),
    ...(closed
      ? [
          {
            kind: 'tighter' as const,
            message: `Times of the week are closed in which it could act; it has ${sayHours(is)} of ${sayHours(was)} before.`,
            path,
          },
        ]
      : []),
  ]
}

function diffBlackouts(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const path = 'schedule.blackouts'
  const find = (spans: readonly PolicySpan[], others: readonly PolicySpan[]) =>
    spans.filter((span) => !areWithin([span], others))
  const say = ({ end, start }: PolicySpan) =>
    `from ${formatTime(start)} until ${formatTime(end)}`
  return [
    ...find(before.blackouts, after.blackouts).map(
      (span): PolicyChange => ({
        kind: 'looser',
        message: `The blackout ${say(span)} is gone, or shorter.`,
        path,
      }),
    ),
    ...find(after.blackouts, before.blackouts).map(
      (span): PolicyChange => ({
        kind: 'tighter',
        message: `The blackout ${say(span)} is new, or longer.`,
        path,
      }),
    ),
  ]
}

/** Whether each span lies within one of the others. */
function areWithin(
  spans: readonly PolicySpan[],
  others: readonly PolicySpan[],
): boolean {
  return spans.every(({ end, start }) =>
    others.some((other) => other.start <= start && end <= other.end),
  )
}

function sayHours(spans: readonly PolicySpan[]): string {
  const seconds =
    spans.length === 0
      ? weekLength
      : spans.reduce((sum, { end, start }) => sum + end - start, 0)
  return `${Math.round(seconds / 360) / 10} hours`
}
