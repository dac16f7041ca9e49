import { expect } from 'chai'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { base, chainId, compileToData, expectIssue } from './documents.ts'

type Schedule = NonNullable<PolicyDocument['schedule']>

const hour = 3_600
const day = 24 * hour

const compile = (schedule: Schedule, validity = base.validity as object) =>
  compileToData({ ...base, schedule, validity } as PolicyDocument)

describe('schedule', () => {
  it('counts weekly hours from Monday in UTC', () => {
    const { weekly } = compile({
      weekly: [{ days: ['mon', 'sun'], from: '09:00', to: '17:30' }],
    })

    expect(weekly).to.deep.equal([
      { end: 17.5 * hour, start: 9 * hour },
      { end: 6 * day + 17.5 * hour, start: 6 * day + 9 * hour },
    ])
  })

  it('runs into the next day, and from Sunday into Monday', () => {
    const { weekly } = compile({
      weekly: [{ days: ['fri', 'sun'], from: '22:00', to: '06:00' }],
    })

    expect(weekly).to.deep.equal([
      { end: 6 * hour, start: 0 },
      { end: 5 * day + 6 * hour, start: 4 * day + 22 * hour },
      { end: 7 * day, start: 6 * day + 22 * hour },
    ])
  })

  it('makes one window of hours that touch', () => {
    const { weekly } = compile({
      weekly: [
        { days: ['mon', 'tue'], from: '00:00', to: '24:00' },
        { days: ['wed'], from: '00:00', to: '01:00' },
      ],
    })

    expect(weekly).to.deep.equal([{ end: 2 * day + hour, start: 0 }])
  })

  it('moves hours of a time zone that keeps its offset', () => {
    const { weekly } = compile({
      timeZone: 'Asia/Kolkata',
      weekly: [{ days: ['mon'], from: '04:00', to: '06:00' }],
    })

    // 5:30 earlier: from Sunday 22:30 to Monday 00:30.
    expect(weekly).to.deep.equal([
      { end: hour / 2, start: 0 },
      { end: 7 * day, start: 7 * day - 1.5 * hour },
    ])
  })

  it('opens only what is open in summer and in winter, and warns', () => {
    const document: PolicyDocument = {
      ...base,
      schedule: {
        timeZone: 'America/New_York',
        weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
      },
    }

    // 14:00 to 22:00 in winter, 13:00 to 21:00 in summer.
    expect(compileToData(document).weekly).to.deep.equal([
      { end: 21 * hour, start: 14 * hour },
    ])
    expect(compilePolicy(document, { chainId }).warnings).to.deep.equal([
      {
        message:
          'America/New_York changes its clocks: the weekly hours are those that are open under each of UTC-05:00 and UTC-04:00.',
        path: 'schedule.timeZone',
      },
    ])
  })

  it('looks at the offsets until the horizon only', () => {
    const { weekly } = compile({
      horizon: '2025-02-01',
      timeZone: 'America/New_York',
      weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
    })

    expect(weekly).to.deep.equal([{ end: 22 * hour, start: 14 * hour }])
  })

  it('merges blackouts, and keeps the reasons of each', () => {
    const document: PolicyDocument = {
      ...base,
      schedule: {
        blackouts: [
          { from: 3_000, reason: 'Late.', until: 4_000 },
          { from: 1_000, reason: 'First.', until: 2_000 },
          { from: 2_000, reason: 'Second.', until: 2_500 },
        ],
      },
    }

    expect(compilePolicy(document, { chainId }).blackouts).to.deep.equal([
      { end: 2_500, reasons: ['First.', 'Second.'], start: 1_000 },
      { end: 4_000, reasons: ['Late.'], start: 3_000 },
    ])
    expect(compileToData(document).blackouts).to.deep.equal([
      { end: 2_500, start: 1_000 },
      { end: 4_000, start: 3_000 },
    ])
  })

  it('reads times with an offset, and dates as midnight in UTC', () => {
    const { validAfter, validUntil } = compile(
      { blackouts: [{ from: 1, until: 2 }] },
      { from: '2025-01-01T01:00:00+01:00', until: '2025-01-02' },
    )

    expect(validAfter).to.equal(1_735_689_600)
    expect(validUntil).to.equal(1_735_689_600 + day - 1)
  })

  it('refuses a time zone without the begin of the validity', () => {
    const weekly = [{ days: ['mon'], from: '09:00', to: '17:00' }]
    const validity = { until: '2026-01-01' }

    expectIssue(
      { ...base, schedule: { timeZone: 'Europe/Berlin', weekly }, validity },
      {
        fix: 'Write when the validity begins, or have the schedule in UTC.',
        message:
          'It is missing, and the offsets of Europe/Berlin are looked at from then on.',
        path: 'validity.from',
      },
    )
    compile({ timeZone: 'UTC', weekly } as Schedule, validity)
  })

  it('refuses a validity beyond known offsets without a horizon', () => {
    const validity = { from: '2025-01-01', until: '2045-01-01' }
    const schedule = {
      timeZone: 'Europe/Berlin',
      weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
    }

    expectIssue(
      { ...base, schedule, validity },
      {
        fix: 'Have a validity of at most 10 years, or a horizon.',
        message:
          'The offsets of Europe/Berlin are not known beyond 2035-01-09T00:00:00Z, before the validity ends.',
        path: 'schedule.timeZone',
      },
    )
    compile({ ...schedule, horizon: '2026-01-01' } as Schedule, validity)
  })

  it('refuses hours that begin at 24:00', () => {
    const weekly = [{ days: ['mon'], from: '24:00', to: '08:00' }]

    expectIssue(
      { ...base, schedule: { weekly } },
      {
        fix: 'Write a time of day such as 09:00; midnight is 00:00, of the day that begins.',
        message: 'Hours cannot begin then.',
        path: 'schedule.weekly[0].from',
      },
    )
  })
})
