import type { Hex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { day, hour, noon, toSeconds, week } from '../helpers/time.ts'
import { buildInterval } from '../policyStore/buildPolicy.ts'

describe('the schedule', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const grant = (schedule: {
    weekly?: readonly Hex[]
    blackouts?: readonly Hex[]
  }) =>
    bench.grant(
      toPolicy({
        header: { maxWindow: 86_400n },
        assets: [assets.native],
        limits: [limits.lifetime(0, 1_000n)],
        permissions: [allowPayment(bench.alice.address, 1n)],
        ...schedule,
      }),
    )
  const operate = (validAfter: number, validUntil: number) =>
    bench.operate({
      calls: [{ to: bench.alice.address, value: 1n }],
      window: { validAfter, validUntil },
    })
  const run = async (validAfter: number, validUntil: number) =>
    bench.run(await operate(validAfter, validUntil), { at: validUntil })
  const deny = async (
    validAfter: number,
    validUntil: number,
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await operate(validAfter, validUntil), error, args)

  describe('of weekly windows', () => {
    /** Monday 00:00 of the week in which every test begins. */
    const monday = toSeconds('2030-01-14')
    const weekly = (start: number, end: number) => buildInterval(start, end, 3)

    /** Wednesday and Friday, 09:00 to 17:00. */
    const [wednesday, friday] = [2 * day, 4 * day]
    const officeHours = [wednesday, friday].map((start) =>
      weekly(start + 9 * hour, start + 17 * hour),
    )
    const opens = monday + wednesday + 9 * hour
    const closes = monday + wednesday + 17 * hour
    const reopens = monday + friday + 9 * hour

    it('permit a window that lies inside one of them', async () => {
      await grant({ weekly: officeHours })

      await run(noon + 1, noon + hour)
      await run(closes - hour, closes - 1)
      await run(reopens, reopens + 8 * hour - 1)
    })

    it('recur every week', async () => {
      await grant({ weekly: officeHours })

      await run(opens + 52 * week, opens + 52 * week + hour)
    })

    it('revert when the window begins before one of them', async () => {
      await grant({ weekly: officeHours })

      await deny(opens - 1, opens + 10, 'OutsideSchedule', [
        opens - 1,
        opens + 10,
        opens,
      ])
    })

    it('revert when the window ends after one of them', async () => {
      await grant({ weekly: officeHours })

      await deny(closes - 10, closes, 'OutsideSchedule', [
        closes - 10,
        closes,
        reopens,
      ])
    })

    it('revert when the window lies between two of them', async () => {
      await grant({ weekly: officeHours })

      await deny(closes, closes + 10, 'OutsideSchedule', [
        closes,
        closes + 10,
        reopens,
      ])
    })

    it('revert when the window reaches from one of them to the next', async () => {
      await grant({
        weekly: [
          weekly(wednesday + 9 * hour, wednesday + 13 * hour),
          weekly(wednesday + 14 * hour, wednesday + 17 * hour),
        ],
      })

      await deny(noon, noon + 2 * hour, 'OutsideSchedule', [
        noon,
        noon + 2 * hour,
        noon + 2 * hour,
      ])
    })

    it('name the first of the next week when this one has no more', async () => {
      await grant({ weekly: officeHours })
      const saturday = monday + 5 * day

      await deny(saturday, saturday + 10, 'OutsideSchedule', [
        saturday,
        saturday + 10,
        opens + week,
      ])
    })

    it('may reach from Monday 00:00 to the last second of Sunday', async () => {
      await grant({ weekly: [weekly(0, week)] })
      const sunday = monday + 6 * day

      await run(sunday, sunday + day - 1)
      await run(monday + week, monday + week + 10)
    })

    it('revert when the window spans the end of the week', async () => {
      await grant({ weekly: [weekly(0, hour), weekly(6 * day, week)] })
      const next = monday + week

      await deny(next - 10, next + 10, 'OutsideSchedule', [
        next - 10,
        next + 10,
        next,
      ])
    })

    it('find the last of as many as there may be', async () => {
      await grant({
        weekly: Array.from({ length: 64 }, (_, index) =>
          weekly(3 * day + index * 600, 3 * day + index * 600 + 300),
        ),
      })
      const last = monday + 3 * day + 63 * 600

      await run(last, last + 299)
      await deny(last + 300, last + 310, 'OutsideSchedule', [
        last + 300,
        last + 310,
        monday + week + 3 * day,
      ])
    })
  })

  describe('of blackouts', () => {
    const [start, end] = [noon + 100, noon + 200]
    const blackout = (from: number, to: number) => buildInterval(from, to, 6)

    beforeEach(() =>
      grant({
        blackouts: [blackout(start, end), blackout(noon + 300, noon + 400)],
      }),
    )

    it('permit a window that ends before one of them', async () => {
      await run(noon + 1, start - 1)
    })

    it('permit a window that begins with the end of one of them', async () => {
      await run(end, noon + 299)
      await run(noon + 400, noon + 500)
    })

    it('revert when the window shares a second with one of them', async () => {
      const windows = [
        [noon, start],
        [end - 1, end],
        [end - 1, end + 50],
        [start, end],
        [start + 10, start + 20],
        [noon, end + 50],
      ] as const
      for (const [validAfter, validUntil] of windows)
        await deny(validAfter, validUntil, 'InBlackout', [0, start, end])
    })

    it('revert with the index of the one that is touched', async () => {
      await deny(end, noon + 300, 'InBlackout', [1, noon + 300, noon + 400])
      await deny(noon + 399, noon + 500, 'InBlackout', [
        1,
        noon + 300,
        noon + 400,
      ])
    })
  })

  it('of both is kept when each is', async () => {
    const monday = toSeconds('2030-01-14')
    await grant({
      weekly: [buildInterval(2 * day, 3 * day, 3)],
      blackouts: [buildInterval(noon + 100, noon + 200, 6)],
    })

    await run(noon + 1, noon + 99)
    await deny(noon + 90, noon + 100, 'InBlackout', [0, noon + 100, noon + 200])
    await deny(monday + 3 * day, monday + 3 * day, 'OutsideSchedule', [
      monday + 3 * day,
      monday + 3 * day,
      monday + week + 2 * day,
    ])
  })
})
