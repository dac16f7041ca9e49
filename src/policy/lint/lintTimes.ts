import { intersectSpans } from '../compile/spans.ts'
import { formatDuration, formatTime, parseTime } from '../document/times.ts'
import { weekAnchor, weekLength } from '../format/constants.ts'
import type { PolicyData, PolicySpan } from '../format/types.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import type { LintCheck } from './lintContext.ts'

/** Seconds. */
const year = 366 * 86_400
const briefOpening = 300
const wideWindow = 4 * 3_600
const narrowWindow = 60

/** When the agent may act, and for how long what it signs may be used. */
export const lintTimes: LintCheck = ({ document, timestamp, view }) => {
  const { maxWindow, validAfter, validUntil } = view.data
  const findings: PolicyFinding[] = []
  const add = (...parameters: Parameters<typeof createFinding>) =>
    findings.push(createFinding(...parameters))

  const start = Math.max(validAfter, timestamp ?? 0)
  if (timestamp !== undefined && timestamp > validUntil)
    add(
      'VALIDITY_OVER',
      'validity.until',
      `The policy ended at ${formatTime(validUntil + 1)}.`,
    )
  else if (start > 0 && validUntil - start > year)
    add(
      'VALIDITY_LONG',
      'validity.until',
      `The policy is valid for ${Math.floor((validUntil + 1 - start) / 86_400)} days more.`,
    )
  if (validAfter === 0)
    add(
      'VALIDITY_START_MISSING',
      'validity',
      `The policy holds from its grant until ${formatTime(validUntil + 1)}.`,
    )
  findings.push(...lintOpening(view.data))
  for (const [index, { end, start }] of getBlackouts(document).entries())
    if (end <= validAfter || start > validUntil)
      add(
        'BLACKOUT_IDLE',
        `schedule.blackouts[${index}]`,
        'The blackout lies outside the validity.',
      )
  if (maxWindow > wideWindow)
    add(
      'WINDOW_WIDE',
      'window',
      `A signed operation may be used for ${formatDuration(maxWindow)}.`,
    )
  if (maxWindow <= narrowWindow)
    add(
      'WINDOW_NARROW',
      'window',
      `A signed operation must land within ${formatDuration(maxWindow)}.`,
    )
  return findings
}

function lintOpening(data: PolicyData): readonly PolicyFinding[] {
  const longest = getLongestOpening(data)
  const path = data.weekly.length > 0 ? 'schedule.weekly' : 'schedule.blackouts'
  if (longest === 0)
    return [
      createFinding(
        'SCHEDULE_NEVER_OPENS',
        path,
        'There is no second in which an operation may run.',
      ),
    ]
  if (longest >= briefOpening) return []
  return [
    createFinding(
      'SCHEDULE_BRIEF',
      data.weekly.length + data.blackouts.length > 0 ? path : 'validity',
      `The agent may act for ${longest} seconds together at most.`,
    ),
  ]
}

/** Seconds of the longest time in which operations may run. */
function getLongestOpening({
  blackouts,
  validAfter,
  validUntil,
  weekly,
}: PolicyData): number {
  let free: readonly PolicySpan[] = [{ end: validUntil + 1, start: validAfter }]
  for (const { end, start } of blackouts)
    free = intersectSpans(free, [
      { end: start, start: 0 },
      { end: validUntil + 1, start: end },
    ])
  const open = weekly.length === 0 ? free : free.flatMap(getWeekly(weekly))
  return Math.max(0, ...open.map(({ end, start }) => end - start))
}

/** The open hours of a time, of its first two weeks where it has more. */
function getWeekly(weekly: readonly PolicySpan[]) {
  return ({ end, start }: PolicySpan): readonly PolicySpan[] => {
    const week = Math.floor((start - weekAnchor) / weekLength)
    const hours = [0, 1, 2].flatMap((index) => {
      const monday = weekAnchor + (week + index) * weekLength
      return weekly.map((span) => ({
        end: monday + span.end,
        start: monday + span.start,
      }))
    })
    return intersectSpans([{ end, start }], hours)
  }
}

function getBlackouts(
  document: Parameters<LintCheck>[0]['document'],
): readonly PolicySpan[] {
  return (document.schedule?.blackouts ?? []).map(({ from, until }) => ({
    end: parseTime(until) ?? 0,
    start: parseTime(from) ?? 0,
  }))
}
