import { expect } from 'chai'
import fc from 'fast-check'

import { WindowUnavailableError } from '../../src/accounts/errors.ts'
import {
  bundlerMargin,
  getSigningWindow,
  noMargin,
} from '../../src/accounts/getSigningWindow.ts'
import type { PolicyClock } from '../../src/types/policyClock.ts'
import type { SignedWindow } from '../../src/types/signedWindow.ts'

const hour = 3_600
const day = 86_400
const week = 7 * day

/** 2027-01-13 12:00:00 UTC, a Wednesday. */
const noon = 1_799_841_600

const clock = {
  blackouts: [],
  maxWindow: hour,
  periods: [],
  validAfter: 0,
  validUntil: 2 ** 47 - 1,
  weekly: [],
} as const satisfies PolicyClock

/* WHAT THE VALIDATOR ASKS FOR, SECOND BY SECOND */

/** Number of the period, or undefined before the first. */
function getPeriod(
  period: PolicyClock['periods'][number],
  time: number,
): number | undefined {
  if (period.kind === 'month') {
    const date = new Date(time * 1_000)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }
  if (time < period.anchor) return undefined
  return Math.floor((time - period.anchor) / period.length)
}

/** Index of the weekly window with its week, or undefined outside. */
function getWeekly({ weekly }: PolicyClock, time: number) {
  const sinceMonday = (time - 4 * day) % week
  const index = weekly.findIndex(
    ({ end, start }) => sinceMonday >= start && sinceMonday < end,
  )
  return index < 0 ? undefined : `${index} ${time - sinceMonday}`
}

const isInBlackout = ({ blackouts }: PolicyClock, time: number) =>
  blackouts.some(({ end, start }) => time >= start && time < end)

/** Whether the policy lets anything pass at this second. */
function isOpen(clock: PolicyClock, time: number): boolean {
  return (
    time >= clock.validAfter &&
    time <= clock.validUntil &&
    clock.periods.every((period) => getPeriod(period, time) !== undefined) &&
    (clock.weekly.length === 0 || getWeekly(clock, time) !== undefined) &&
    !isInBlackout(clock, time)
  )
}

/** Whether the validator takes this window, as `Clock.sol` decides. */
function isTaken(
  clock: PolicyClock,
  { validAfter, validUntil }: SignedWindow,
): boolean {
  if (!isOpen(clock, validAfter) || !isOpen(clock, validUntil)) return false
  return (
    validAfter <= validUntil &&
    validUntil - validAfter <= clock.maxWindow &&
    Math.floor(validAfter / day) === Math.floor(validUntil / day) &&
    clock.periods.every(
      (period) =>
        getPeriod(period, validAfter) === getPeriod(period, validUntil),
    ) &&
    getWeekly(clock, validAfter) === getWeekly(clock, validUntil) &&
    !clock.blackouts.some(
      ({ end, start }) => validUntil >= start && validAfter < end,
    )
  )
}

/* ARBITRARY POLICIES AROUND NOON */

const arbitrarySpans = (count: number, first: number, last: number) =>
  fc
    .uniqueArray(fc.integer({ max: last, min: first }), {
      maxLength: 2 * count,
      minLength: 0,
    })
    .map((times) => {
      const sorted = times.sort((a, b) => a - b)
      return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => ({
        end: sorted[2 * i + 1] as number,
        start: sorted[2 * i] as number,
      }))
    })

const arbitraryClock: fc.Arbitrary<PolicyClock> = fc.record({
  blackouts: arbitrarySpans(2, noon - hour, noon + 2 * hour),
  maxWindow: fc.integer({ max: hour, min: 60 }),
  periods: fc.array(
    fc.oneof(
      fc.record({
        anchor: fc.integer({ max: noon + 200, min: 0 }),
        kind: fc.constant('fixed' as const),
        length: fc.oneof(
          fc.constantFrom(hour, day, week),
          fc.integer({ max: 2 * hour, min: 60 }),
        ),
      }),
      fc.constant({ kind: 'month' as const }),
    ),
    { maxLength: 3 },
  ),
  validAfter: fc.constantFrom(0, noon - 100, noon - 3, noon + 30),
  validUntil: fc.constantFrom(
    noon - 10,
    noon + 20,
    noon + 50,
    noon + 500,
    2 ** 47 - 1,
  ),
  weekly: fc.oneof(
    fc.constant([]),
    // Around the noon of a Wednesday.
    arbitrarySpans(2, 2 * day + day / 2 - 400, 2 * day + day / 2 + 400),
    fc.constant([{ end: week, start: 0 }]),
  ),
})

const arbitraryMargin = fc.constantFrom(bundlerMargin, noMargin, {
  after: 20,
  before: 2,
})

/** Seconds since the last block. */
const arbitraryAge = fc.oneof(fc.constant(0), fc.integer({ max: 900, min: 0 }))

describe('getSigningWindow', () => {
  it('begins a minute before and ends four minutes after the present', () => {
    expect(getSigningWindow({ now: noon })).to.deep.equal({
      validAfter: noon - 60,
      validUntil: noon + 240,
    })
    expect(
      getSigningWindow({ after: 100, before: 30, clock, now: noon }),
    ).to.deep.equal({ validAfter: noon - 30, validUntil: noon + 100 })
  })

  it('stays within the UTC day, where the gas budget starts again', () => {
    const midnight = noon + day / 2

    expect(getSigningWindow({ now: midnight - 50 })).to.deep.equal({
      validAfter: midnight - 110,
      validUntil: midnight - 1,
    })
    expect(getSigningWindow({ now: midnight + 10 })).to.deep.equal({
      validAfter: midnight,
      validUntil: midnight + 250,
    })
  })

  it('says when there is room again, where a boundary is too near', () => {
    const midnight = noon + day / 2

    for (const now of [midnight - 45, midnight - 1, midnight, midnight + 5]) {
      const attempt = () => getSigningWindow({ now })
      expect(attempt).to.throw(WindowUnavailableError)
      try {
        attempt()
      } catch (error) {
        expect((error as WindowUnavailableError).retryAfter).to.equal(
          midnight + bundlerMargin.before,
        )
      }
    }
  })

  it('stays within hours, months, custom periods, weeks and blackouts', () => {
    const cases: [Partial<PolicyClock>, SignedWindow][] = [
      [
        { periods: [{ anchor: 0, kind: 'fixed', length: hour }] },
        { validAfter: noon, validUntil: noon + 300 },
      ],
      [
        { periods: [{ anchor: noon - 40, kind: 'fixed', length: 120 }] },
        { validAfter: noon - 40, validUntil: noon + 79 },
      ],
      [
        { weekly: [{ end: 2.5 * day + 100, start: 2.5 * day - 20 }] },
        { validAfter: noon - 20, validUntil: noon + 99 },
      ],
      [
        {
          blackouts: [
            { end: noon - 25, start: noon - 1_000 },
            { end: noon + 1_000, start: noon + 90 },
          ],
        },
        { validAfter: noon - 25, validUntil: noon + 89 },
      ],
      [
        { validAfter: noon - 8, validUntil: noon + 77 },
        { validAfter: noon - 8, validUntil: noon + 77 },
      ],
    ]

    for (const [rules, { validAfter, validUntil }] of cases) {
      // Noon itself begins an hour; ten seconds later both margins are there.
      const now = rules.periods?.[0]?.kind === 'fixed' ? noon + 10 : noon
      const window = getSigningWindow({ clock: { ...clock, ...rules }, now })
      expect(window.validAfter).to.equal(Math.max(validAfter, now - 60))
      expect(window.validUntil).to.equal(Math.min(validUntil, now + 240))
    }

    const newYear = Date.UTC(2027, 0, 1) / 1_000
    expect(
      getSigningWindow({
        clock: { ...clock, periods: [{ kind: 'month' }] },
        now: newYear - 50,
      }).validUntil,
    ).to.equal(newYear - 1)
  })

  it('keeps to the narrower of the widths, and cuts the past first', () => {
    const narrow = { ...clock, maxWindow: 100 }

    expect(getSigningWindow({ clock: narrow, now: noon })).to.deep.equal({
      validAfter: noon - 6,
      validUntil: noon + 94,
    })
    expect(
      getSigningWindow({ clock: narrow, maxWidth: 60, now: noon }),
    ).to.deep.equal({ validAfter: noon - 6, validUntil: noon + 54 })
    expect(getSigningWindow({ maxWidth: 250, now: noon })).to.deep.equal({
      validAfter: noon - 10,
      validUntil: noon + 240,
    })
  })

  it('says that waiting does not help, where it does not', () => {
    for (const rules of [
      // Never is there room for a bundler.
      { maxWindow: 50 },
      // The policy ends.
      { validUntil: noon + 20 },
    ])
      try {
        getSigningWindow({ clock: { ...clock, ...rules }, now: noon })
        expect.fail('a window was found')
      } catch (error) {
        expect(error).to.be.instanceOf(WindowUnavailableError)
        expect((error as WindowUnavailableError).retryAfter).to.equal(undefined)
      }
  })

  it('reaches back to the last block, for bundlers alone', () => {
    const lastBlock = noon - 500

    expect(getSigningWindow({ lastBlock, now: noon })).to.deep.equal({
      validAfter: lastBlock - 1,
      validUntil: noon + 240,
    })
    expect(
      getSigningWindow({
        clock: { ...clock, maxWindow: 560 },
        lastBlock,
        now: noon,
      }),
    ).to.deep.equal({ validAfter: lastBlock - 1, validUntil: lastBlock + 559 })
    expect(
      getSigningWindow({ lastBlock, margin: noMargin, now: noon }),
    ).to.deep.equal({ validAfter: noon - 60, validUntil: noon + 240 })
  })

  it('waits for a block where the last one is too old', () => {
    for (const [rules, lastBlock] of [
      [{ maxWindow: 500 }, noon - 480],
      [
        { periods: [{ anchor: noon - 50, kind: 'fixed', length: 600 }] },
        noon - 60,
      ],
    ] as const)
      try {
        getSigningWindow({
          clock: { ...clock, ...rules },
          lastBlock,
          now: noon,
        })
        expect.fail('a window was found')
      } catch (error) {
        expect((error as WindowUnavailableError).retryAfter).to.equal(noon + 12)
      }
  })

  it('waits for the next weekly window', () => {
    try {
      getSigningWindow({
        clock: {
          ...clock,
          weekly: [
            { end: hour, start: 0 },
            { end: 2.5 * day + 20, start: 2.5 * day - hour },
          ],
        },
        now: noon,
      })
      expect.fail('a window was found')
    } catch (error) {
      // Monday of the next week, after the margin.
      expect((error as WindowUnavailableError).retryAfter).to.equal(
        noon + 4.5 * day + bundlerMargin.before,
      )
    }
  })

  it('leaves to the chain what the present itself breaks', () => {
    const closed = [
      { validUntil: noon - 100 },
      { validAfter: noon + 100 },
      { blackouts: [{ end: noon + 10, start: noon - 10 }] },
      { weekly: [{ end: 100, start: 0 }] },
    ]

    for (const rules of closed)
      expect(
        getSigningWindow({ clock: { ...clock, ...rules }, now: noon }),
      ).to.deep.equal({ validAfter: noon - 60, validUntil: noon + 240 })
  })

  it('stays within what was announced or approved', () => {
    const within = { validAfter: noon - 20, validUntil: noon + 100 }
    const get = (now: number) =>
      getSigningWindow({ clock, margin: noMargin, now, within })

    expect(get(noon)).to.deep.equal(within)
    expect(get(noon + 90)).to.deep.equal({
      validAfter: noon + 30,
      validUntil: noon + 100,
    })
    // Before and after it, the chain says what is wrong.
    for (const now of [noon - 21, noon + 101])
      expect(get(now)).to.deep.equal({
        validAfter: now - 60,
        validUntil: now + 240,
      })

    /** When there is room for a bundler, at a time. */
    const getRetryAfter = (now: number) => {
      try {
        getSigningWindow({ clock, now, within })
      } catch (error) {
        return (error as WindowUnavailableError).retryAfter
      }
      return now
    }
    expect(getRetryAfter(noon - 20)).to.equal(noon - 14)
    expect(getRetryAfter(noon)).to.equal(noon)
    expect(getRetryAfter(noon + 60)).to.equal(undefined)
  })

  it('gives only windows that the validator takes, with their margins', () => {
    fc.assert(
      fc.property(
        arbitraryClock,
        arbitraryMargin,
        fc.integer({ max: noon + 300, min: noon - 300 }),
        arbitraryAge,
        (clock, margin, now, age) => {
          fc.pre(isOpen(clock, now))
          const lastBlock = now - age
          try {
            const window = getSigningWindow({ clock, lastBlock, margin, now })
            expect(isTaken(clock, window)).to.equal(true)
            if (margin === bundlerMargin)
              expect(window.validAfter).to.be.lessThan(lastBlock)
            expect(now - window.validAfter).to.be.at.least(margin.before)
            expect(window.validUntil - now).to.be.at.least(margin.after)
          } catch (error) {
            if (!(error instanceof WindowUnavailableError)) throw error
            expect(margin).not.to.equal(noMargin)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('finds the first second at which there is room again', () => {
    fc.assert(
      fc.property(
        arbitraryClock,
        fc.integer({ max: noon + 300, min: noon - 300 }),
        (clock, now) => {
          const getRetryAfter = (now: number) => {
            try {
              getSigningWindow({ clock, now })
            } catch (error) {
              if (error instanceof WindowUnavailableError) return error
              throw error
            }
            return undefined
          }
          const error = getRetryAfter(now)
          fc.pre(isOpen(clock, now) && error?.retryAfter !== undefined)

          const retryAfter = error?.retryAfter as number
          expect(retryAfter).to.be.greaterThan(now)
          expect(isOpen(clock, retryAfter)).to.equal(true)
          expect(getRetryAfter(retryAfter)).to.equal(undefined)
          for (let time = now + 1; time < retryAfter; time++)
            if (time - now < 600 && isOpen(clock, time))
              expect(getRetryAfter(time)?.retryAfter).to.equal(retryAfter)
        },
      ),
      { maxSkipsPerRun: 1_000, numRuns: 200 },
    )
  })
})
