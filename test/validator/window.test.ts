import { expect } from 'chai'
import type { Hex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import {
  expectDenied,
  expectInvalid,
  expectRefused,
} from '../helpers/expectDenied.ts'
import type { Window } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

/** First second that no window may reach: times have 32 bits. */
const endOfTime = 2 ** 32

describe('the signed window', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const toPayments = (
    header: Partial<Record<'maxWindow' | 'validAfter' | 'validUntil', bigint>>,
  ): Hex =>
    toPolicy({
      header,
      assets: [assets.native],
      limits: [limits.lifetime(0, 1_000n)],
      permissions: [allowPayment(bench.alice.address, 1_000n)],
    })
  const operate = (window: Window) =>
    bench.operate({ calls: [{ to: bench.alice.address, value: 1n }], window })

  describe('itself', () => {
    beforeEach(() => bench.grant(toPayments({ maxWindow: 86_400n })))

    it('reverts when it ends before it begins', async () => {
      await expectDenied(
        bench,
        await operate({ validAfter: noon + 1, validUntil: noon }),
        'WindowInvalid',
        [noon + 1, noon],
      )
    })

    it('reverts when it ends at 0, which an EntryPoint reads as never', async () => {
      await expectDenied(
        bench,
        await operate({ validAfter: 0, validUntil: 0 }),
        'WindowInvalid',
        [0, 0],
      )
      await expectDenied(
        bench,
        await operate({ validAfter: noon, validUntil: 0 }),
        'WindowInvalid',
        [noon, 0],
      )
    })

    it('reverts when it reaches the end of time, or block numbers', async () => {
      for (const validUntil of [endOfTime, 2 ** 47 - 1, 2 ** 47, 2 ** 48 - 1])
        await expectDenied(
          bench,
          await operate({ validAfter: validUntil - 1, validUntil }),
          'WindowInvalid',
          [validUntil - 1, validUntil],
        )
    })

    it('reverts when both ends name blocks of EntryPoint 0.9', async () => {
      const [validAfter, validUntil] = [2 ** 47 + 1, 2 ** 47 + 100]
      await expectDenied(
        bench,
        await operate({ validAfter, validUntil }),
        'WindowInvalid',
        [validAfter, validUntil],
      )
    })

    it('may be the last second of all', async () => {
      const last = endOfTime - 1
      const answer = await bench.validate(
        await operate({ validAfter: last, validUntil: last }),
      )

      expect(answer).to.equal((BigInt(last) << 208n) | (BigInt(last) << 160n))
    })

    it('may be as wide as a whole UTC day', async () => {
      const midnight = noon - 43_200
      await bench.run(
        await operate({ validAfter: midnight, validUntil: midnight + 86_399 }),
      )
    })
  })

  it('reverts when it is wider than the policy allows', async () => {
    await bench.grant(toPayments({ maxWindow: 60n }))

    await expectDenied(
      bench,
      await operate({ validAfter: noon, validUntil: noon + 61 }),
      'WindowTooWide',
      [61, 60],
    )
    await expectDenied(
      bench,
      await operate({ validAfter: 0, validUntil: noon }),
      'WindowTooWide',
      [noon, 60],
    )
  })

  it('may be as wide as the policy allows', async () => {
    await bench.grant(toPayments({ maxWindow: 60n }))

    await bench.run(await operate({ validAfter: noon, validUntil: noon + 60 }))
  })

  it('reverts when it begins before the policy', async () => {
    await bench.grant(toPayments({ validAfter: BigInt(noon + 10) }))

    await expectDenied(
      bench,
      await operate({ validAfter: noon + 9, validUntil: noon + 60 }),
      'PolicyNotYetValid',
      [noon + 9, noon + 10],
    )
  })

  it('may begin with the policy', async () => {
    await bench.grant(toPayments({ validAfter: BigInt(noon + 10) }))

    await bench.run(
      await operate({ validAfter: noon + 10, validUntil: noon + 60 }),
      { at: noon + 11 },
    )
  })

  it('reverts when it ends after the last second of the policy', async () => {
    await bench.grant(toPayments({ validUntil: BigInt(noon + 50) }))

    await expectDenied(
      bench,
      await operate({ validAfter: noon, validUntil: noon + 51 }),
      'PolicyExpired',
      [noon, noon + 51, noon + 50],
    )
  })

  it('may end with the last second of the policy', async () => {
    await bench.grant(toPayments({ validUntil: BigInt(noon + 50) }))

    await bench.run(
      await operate({ validAfter: noon, validUntil: noon + 50 }),
      {
        at: noon + 50,
      },
    )
  })

  it('reverts when it crosses midnight, since gas has a daily budget', async () => {
    await bench.grant(toPayments({}))
    const midnight = noon + 43_200

    await expectDenied(
      bench,
      await operate({ validAfter: midnight - 1, validUntil: midnight }),
      'WindowSpansPeriods',
      [2n ** 256n - 1n, midnight],
    )
    await bench.run(
      await operate({ validAfter: midnight - 600, validUntil: midnight - 1 }),
      { at: midnight - 1 },
    )
    await bench.run(
      await operate({ validAfter: midnight, validUntil: midnight + 600 }),
      { at: midnight + 1 },
    )
  })

  describe('on EntryPoint 0.7', () => {
    beforeEach(async () => {
      bench = await loadBench('0.7')
      await bench.grant(toPayments({}))
    })

    it('holds from its first to its last second', async () => {
      await bench.run(
        await operate({ validAfter: noon + 100, validUntil: noon + 200 }),
        { at: noon + 100 },
      )
      await bench.run(
        await operate({ validAfter: noon + 100, validUntil: noon + 200 }),
        { at: noon + 200 },
      )
    })

    it('is refused one second before and one second after', async () => {
      const window = { validAfter: noon + 100, validUntil: noon + 200 }
      await expectRefused(
        bench,
        await operate(window),
        'AA22 expired or not due',
        { at: noon + 99 },
      )
      await expectRefused(
        bench,
        await operate(window),
        'AA22 expired or not due',
        { at: noon + 201 },
      )
    })

    it('may be a single second', async () => {
      await bench.run(
        await operate({ validAfter: noon + 100, validUntil: noon + 100 }),
        { at: noon + 100 },
      )
    })
  })

  describe('on EntryPoint 0.8', () => {
    beforeEach(() => bench.grant(toPayments({})))

    it('holds from its second to its last second', async () => {
      await bench.run(
        await operate({ validAfter: noon + 100, validUntil: noon + 200 }),
        { at: noon + 101 },
      )
      await bench.run(
        await operate({ validAfter: noon + 100, validUntil: noon + 200 }),
        { at: noon + 200 },
      )
    })

    it('is refused in its first second and one second after its last', async () => {
      const window = { validAfter: noon + 100, validUntil: noon + 200 }
      await expectRefused(
        bench,
        await operate(window),
        'AA22 expired or not due',
        { at: noon + 100 },
      )
      await expectRefused(
        bench,
        await operate(window),
        'AA22 expired or not due',
        { at: noon + 201 },
      )
    })

    it('is refused when it is a single second', async () => {
      await expectRefused(
        bench,
        await operate({ validAfter: noon + 100, validUntil: noon + 100 }),
        'AA22 expired or not due',
        { at: noon + 100 },
      )
    })
  })

  it('that is over is denied like any other before its time is looked at', async () => {
    await bench.grant(toPayments({}))

    await expectInvalid(
      bench,
      await operate({ validAfter: noon - 4_000, validUntil: noon }),
      'WindowTooWide',
      [4_000, 3_600],
    )
  })
})
