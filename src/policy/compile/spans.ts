import type { PolicySpan } from '../format/types.ts'

/** Sorts spans, and makes one of those that overlap or touch. */
export function mergeSpans(
  spans: readonly PolicySpan[],
): readonly PolicySpan[] {
  const merged: PolicySpan[] = []
  for (const { end, start } of [...spans].sort(
    (one, other) => one.start - other.start,
  )) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end)
      last.end = Math.max(last.end, end)
    else merged.push({ end, start })
  }
  return merged
}

/** Returns what lies in both of two lists of merged spans. */
export function intersectSpans(
  ones: readonly PolicySpan[],
  others: readonly PolicySpan[],
): readonly PolicySpan[] {
  return ones.flatMap((one) =>
    others.flatMap((other) => {
      const start = Math.max(one.start, other.start)
      const end = Math.min(one.end, other.end)
      return start < end ? [{ end, start }] : []
    }),
  )
}

/** Moves spans around a circle of `length`, where those beyond its end wrap. */
export function rotateSpans(
  spans: readonly PolicySpan[],
  shift: number,
  length: number,
): readonly PolicySpan[] {
  return mergeSpans(
    spans.flatMap(({ end, start }) => {
      const size = Math.min(end - start, length)
      const first = (((start + shift) % length) + length) % length
      return first + size <= length
        ? [{ end: first + size, start: first }]
        : [
            { end: length, start: first },
            { end: first + size - length, start: 0 },
          ]
    }),
  )
}
