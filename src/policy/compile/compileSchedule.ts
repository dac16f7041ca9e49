import type { DocumentPath } from '../document/path.ts'
import { weekdays } from '../document/scheduleSchema.ts'
import { formatTime } from '../document/times.ts'
import { weekLength } from '../format/constants.ts'
import type { PolicySpan } from '../format/types.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import { getOffsets } from './getOffsets.ts'
import { getTime } from './getTime.ts'
import { intersectSpans, mergeSpans, rotateSpans } from './spans.ts'

/** A blackout of the policy, and what the owner says of it. */
type CompiledBlackout = PolicySpan & { reasons: readonly string[] }

export type CompiledSchedule = {
  blackouts: readonly CompiledBlackout[]
  weekly: readonly PolicySpan[]
}

/** Compiles weekly windows and blackouts into UTC. */
export function compileSchedule(
  context: CompileContext,
  validity: { validAfter: number; validUntil: number },
): CompiledSchedule {
  return {
    blackouts: compileBlackouts(context),
    weekly: attempt(context, () => compileWeekly(context, validity)) ?? [],
  }
}

function compileWeekly(
  context: CompileContext,
  { validAfter, validUntil }: { validAfter: number; validUntil: number },
): readonly PolicySpan[] {
  const { schedule } = context.document
  if (schedule?.weekly === undefined) return []
  const path = ['schedule', 'weekly']
  const local = schedule.weekly.flatMap(({ days, from, to }) => {
    const start = getClock(from)
    const end = getClock(to)
    const length = end > start ? end - start : end - start + 86_400
    return days.map((day) => {
      const begin = weekdays.indexOf(day) * 86_400 + start
      return { end: begin + length, start: begin }
    })
  })

  const timeZone = schedule.timeZone ?? 'UTC'
  if (timeZone !== 'UTC' && context.document.validity.from === undefined)
    throw new CompileFault(
      ['validity', 'from'],
      `It is missing, and the offsets of ${timeZone} are looked at from then on.`,
      'Write when the validity begins, or have the schedule in UTC.',
    )
  const horizon =
    schedule.horizon === undefined
      ? validUntil
      : Math.min(getTime(schedule.horizon, ['schedule', 'horizon']), validUntil)
  const { offsets, truncatedAt } = getOffsets(
    timeZone,
    validAfter,
    Math.max(horizon, validAfter),
    ['schedule', 'timeZone'],
  )
  if (
    truncatedAt !== undefined &&
    timeZone !== 'UTC' &&
    schedule.horizon === undefined
  )
    throw new CompileFault(
      ['schedule', 'timeZone'],
      `The offsets of ${timeZone} are not known beyond ${formatTime(truncatedAt)}, before the validity ends.`,
      'Have a validity of at most 10 years, or a horizon.',
    )
  const weekly = mergeSpans(
    offsets
      .map((offset) => rotateSpans(local, -offset, weekLength))
      .reduce((one, other) => intersectSpans(one, other)),
  )
  if (weekly.length === 0)
    throw new CompileFault(
      path,
      `No time of the week is open under every offset that ${timeZone} has.`,
      'Have longer hours, a shorter validity, or a horizon.',
    )
  warn(context, timeZone, offsets, truncatedAt)
  return weekly
}

function warn(
  context: CompileContext,
  timeZone: string,
  offsets: readonly number[],
  truncatedAt: number | undefined,
): void {
  const path: DocumentPath = ['schedule', 'timeZone']
  if (offsets.length > 1)
    context.warnings.push({
      message: `${timeZone} changes its clocks: the weekly hours are those that are open under each of ${offsets.map(formatOffset).join(' and ')}.`,
      path,
    })
  if (truncatedAt !== undefined && timeZone !== 'UTC')
    context.warnings.push({
      message: `The offsets of ${timeZone} are looked at until ${formatTime(truncatedAt)} only.`,
      path,
    })
}

function compileBlackouts(
  context: CompileContext,
): readonly CompiledBlackout[] {
  const blackouts = (context.document.schedule?.blackouts ?? []).flatMap(
    ({ from, reason, until }, index) => {
      const path = ['schedule', 'blackouts', index]
      return (
        attempt(context, () => {
          const start = getTime(from, [...path, 'from'])
          const end = getTime(until, [...path, 'until'])
          if (start >= end)
            throw new CompileFault(
              path,
              'The blackout ends before it begins.',
              'Have it end after it begins.',
            )
          return { end, reasons: reason === undefined ? [] : [reason], start }
        }) ?? []
      )
    },
  )
  return mergeSpans(blackouts).map(({ end, start }) => ({
    end,
    reasons: blackouts
      .filter((blackout) => blackout.start < end && start < blackout.end)
      .flatMap(({ reasons }) => reasons),
    start,
  }))
}

/** Seconds since midnight. */
function getClock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

function formatOffset(offset: number): string {
  const minutes = Math.abs(offset) / 60
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  const rest = String(minutes % 60).padStart(2, '0')
  return `UTC${offset < 0 ? '-' : '+'}${hours}:${rest}`
}
