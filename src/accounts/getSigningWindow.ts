import type { PolicyClock, PolicyPeriod } from '../types/policyClock.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import {
  WindowUnavailableError,
  type WindowUnavailableErrorType,
} from './errors.ts'

const day = 86_400
const week = 7 * day
/** 1970-01-05, the first Monday at or after the epoch. */
const firstMonday = 4 * day

/** The gas budget of every policy is one a UTC day. */
const gasPeriod = { anchor: 0, kind: 'fixed', length: day } as const

/** First second that the validator takes as no time any more. */
const endOfTime = 65_536 * day

/** Seconds that a window must have on both sides of the present. */
export type WindowMargin = {
  after: number
  before: number
  /** Whether it must hold the time of the last block too. @default false */
  lastBlock?: boolean | undefined
}

/**
 * What bundlers ask for: Alto wants `validAfter` 5 s in the past and `validUntil`
 * 30 s in the future, others less. The rest is time to get there. In safe mode they
 * validate in the last block, however old it is.
 */
export const bundlerMargin = {
  after: 45,
  before: 6,
  lastBlock: true,
} as const satisfies WindowMargin

/** What the EntryPoint itself asks for: that the present is in the window. */
export const noMargin = {
  after: 0,
  before: 0,
} as const satisfies WindowMargin

export type GetSigningWindowParameters = {
  /** Seconds from now to the window's end. @default 240 */
  after?: number | undefined
  /** Seconds from the window's begin to now. @default 60 */
  before?: number | undefined
  /** Policy that the window must suit. Left out, only the UTC day counts. */
  clock?: PolicyClock | undefined
  /** Time of the last block, in Unix seconds. @default now */
  lastBlock?: number | undefined
  /** @default bundlerMargin */
  margin?: WindowMargin | undefined
  /** Greatest width, in seconds. The policy's own bound holds as well. */
  maxWidth?: number | undefined
  /** Time of the block being built, in Unix seconds. */
  now: number
  /** What the window must lie in: that of an announcement or an approval. */
  within?: SignedWindow | undefined
}

export type GetSigningWindowReturnType = SignedWindow

export type GetSigningWindowErrorType = WindowUnavailableErrorType

/**
 * Chooses the window that an agent signs around the present.
 *
 * Time cannot be read while an operation is validated, so the validator decides
 * every rule about time from the two ends of the signed window, and denies a
 * window that crosses from one period of a limit to the next. The window is
 * therefore cut at the nearest boundaries of the policy: of its limits' periods,
 * its validity, weekly windows and blackouts, and those of `within`. Near a boundary
 * too little of it is left for a bundler; then this throws, and says when there is
 * room again.
 *
 * A rule that the present itself breaks (an expired policy, a blackout, calls that
 * are not due yet) does not cut: the chain denies the operation and gives the reason.
 *
 * @param parameters - {@link GetSigningWindowParameters}
 * @returns Window. {@link GetSigningWindowReturnType}
 */
export function getSigningWindow(
  parameters: GetSigningWindowParameters,
): GetSigningWindowReturnType {
  const {
    after = 240,
    before = 60,
    clock,
    margin = bundlerMargin,
    maxWidth = clock?.maxWindow ?? 3_600,
    now,
    lastBlock = now,
    within,
  } = parameters

  const width = Math.min(maxWidth, clock?.maxWindow ?? maxWidth)
  const latestBegin = getLatestBegin({ lastBlock, margin, now })
  const earliestEnd = now + margin.after
  const free = getFreeInterval(now, clock, within)
  let validAfter = Math.max(
    Math.min(now - before, latestBegin),
    free.validAfter,
  )
  let validUntil = Math.min(Math.max(now + after, earliestEnd), free.validUntil)

  // Too wide: what lies in the past goes first, since the operation needs time to
  // be included.
  if (validUntil - validAfter > width)
    validAfter = Math.max(validAfter, Math.min(validUntil - width, latestBegin))
  if (validUntil - validAfter > width) validUntil = validAfter + width

  if (validAfter > latestBegin || validUntil < earliestEnd)
    throw new WindowUnavailableError({
      margin: { after: margin.after, before: now - latestBegin },
      now,
      retryAfter: getRetryAfter({
        clock,
        lastBlock,
        margin,
        now,
        width,
        within,
      }),
      validAfter,
      validUntil,
    })

  return { validAfter, validUntil }
}

/** Returns the latest second at which the window may begin. */
function getLatestBegin(parameters: {
  lastBlock: number
  margin: WindowMargin
  now: number
}): number {
  const { lastBlock, margin, now } = parameters
  const begin = now - margin.before
  // EntryPoint 0.8 and later refuse the first second of a window.
  return margin.lastBlock ? Math.min(begin, lastBlock - 1) : begin
}

/**
 * Returns the longest interval around `now` without a boundary of the policy.
 * Both ends inclusive.
 */
function getFreeInterval(
  now: number,
  clock: PolicyClock | undefined,
  within: SignedWindow | undefined,
): SignedWindow {
  let validAfter = 0
  let validUntil = endOfTime - 1
  const cut = (first: number, last: number) => {
    if (now < first || now > last) return
    validAfter = Math.max(validAfter, first)
    validUntil = Math.min(validUntil, last)
  }

  for (const period of [gasPeriod, ...(clock?.periods ?? [])])
    cut(...getPeriodEnds(period, now))
  if (within) cut(within.validAfter, within.validUntil)
  if (!clock) return { validAfter, validUntil }

  cut(clock.validAfter, clock.validUntil)

  const monday = getMonday(now)
  for (const { end, start } of clock.weekly)
    cut(monday + start, monday + end - 1)

  for (const { end, start } of clock.blackouts) {
    if (now >= end) cut(end, Number.MAX_SAFE_INTEGER)
    if (now < start) cut(0, start - 1)
  }

  return { validAfter, validUntil }
}

function getPeriodEnds(
  period: PolicyPeriod,
  now: number,
): [first: number, last: number] {
  if (period.kind === 'month') {
    const date = new Date(now * 1_000)
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
    return [
      Date.UTC(year, month) / 1_000,
      Date.UTC(year, month + 1) / 1_000 - 1,
    ]
  }
  const { anchor, length } = period
  const first = anchor + Math.floor((now - anchor) / length) * length
  // Before its anchor a limit denies, so there is nothing to stay within.
  if (first < anchor) return [0, anchor - 1]
  return [first, first + length - 1]
}

function getMonday(now: number) {
  return now - ((((now - firstMonday) % week) + week) % week)
}

/** Seconds in which another block may be expected. */
const blockTime = 12

/** Boundaries to look beyond before giving up. */
const maxBoundaries = 64

/** Returns the first second after `now` at which a window has its margins. */
function getRetryAfter(parameters: {
  clock: PolicyClock | undefined
  lastBlock: number
  margin: WindowMargin
  now: number
  width: number
  within: SignedWindow | undefined
}): number | undefined {
  const { clock, lastBlock, margin, now, width, within } = parameters
  if (width < margin.before + margin.after) return undefined

  let time: number | undefined = now
  for (let count = 0; count < maxBoundaries; count++) {
    time = getNextOpen(time, clock)
    if (time === undefined || time > (within?.validUntil ?? time))
      return undefined

    const { validAfter, validUntil } = getFreeInterval(time, clock, within)
    const ready = Math.max(time, validAfter + margin.before)
    if (validUntil - ready >= margin.after)
      // Only the last block is too old. Another one will come, nobody knows when.
      return ready === now && lastBlock < now ? now + blockTime : ready
    time = validUntil + 1
  }
  return undefined
}

/** Returns the first second at or after `time` that the policy allows. */
function getNextOpen(
  time: number,
  clock: PolicyClock | undefined,
): number | undefined {
  if (!clock) return time

  let next = Math.max(
    time,
    clock.validAfter,
    ...clock.periods.map((period) =>
      period.kind === 'fixed' ? period.anchor : 0,
    ),
  )
  for (let moved = true; moved; ) {
    moved = false
    for (const { end, start } of clock.blackouts)
      if (next >= start && next < end) {
        next = end
        moved = true
      }
    const opens = getNextWeekly(next, clock)
    if (opens > next) {
      next = opens
      moved = true
    }
  }
  return next > clock.validUntil || next >= endOfTime ? undefined : next
}

function getNextWeekly(time: number, clock: PolicyClock): number {
  const [first] = clock.weekly
  if (!first) return time

  const monday = getMonday(time)
  for (const { end, start } of clock.weekly)
    if (time < monday + end) return Math.max(time, monday + start)
  return monday + week + first.start
}
