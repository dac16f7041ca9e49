import type { PolicyDocument } from '../document/policySchema.ts'
import { weekdays } from '../document/scheduleSchema.ts'
import { formatTime } from '../document/times.ts'
import type { PolicyData, PolicySpan } from '../format/types.ts'

type Schedule = NonNullable<PolicyDocument['schedule']>
type Hours = NonNullable<Schedule['weekly']>[number]

/** Writes weekly windows and blackouts, in UTC; undefined without any. */
export function decompileSchedule({
  blackouts,
  weekly,
}: PolicyData): Schedule | undefined {
  if (blackouts.length === 0 && weekly.length === 0) return undefined
  return {
    ...(weekly.length === 0 ? {} : { weekly: toHours(weekly) }),
    ...(blackouts.length === 0
      ? {}
      : {
          blackouts: blackouts.map(({ end, start }) => ({
            from: formatTime(start),
            until: formatTime(end),
          })),
        }),
  }
}

/** Splits spans at midnight, and puts days of the same hours together. */
function toHours(spans: readonly PolicySpan[]): readonly Hours[] {
  const days = new Map<string, Hours['days'][number][]>()
  for (const { end, start } of spans)
    for (let from = start; from < end; ) {
      const day = Math.floor(from / 86_400)
      const to = Math.min(end, (day + 1) * 86_400)
      const key = `${formatClock(from - day * 86_400)} ${formatClock(to - day * 86_400)}`
      days.set(key, [...(days.get(key) ?? []), weekdays[day] ?? 'mon'])
      from = to
    }
  return [...days].map(([key, names]) => {
    const [from = '', to = ''] = key.split(' ')
    return { days: names, from, to }
  })
}

function formatClock(seconds: number): string {
  const parts = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    ...(seconds % 60 === 0 ? [] : [seconds % 60]),
  ]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
