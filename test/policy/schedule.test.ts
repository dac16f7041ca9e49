import { expect } from 'chai'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { base, chainId, compileToData } from './documents.ts'

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
})
