import { concatHex, slice } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied, expectRefused } from '../helpers/expectDenied.ts'
import { encodeWindow, type Window } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { day, hour, noon, toSeconds, week } from '../helpers/time.ts'
import { buildInterval, buildLimit } from '../policyStore/buildPolicy.ts'

const gasBudget = 2n ** 256n - 1n

describe('lying about the time', () => {
  let bench: Bench

  const grant = (
    parts: Partial<Parameters<typeof toPolicy>[0]> = {},
    maxWindow = 3_600n,
  ) =>
    bench.grant(
      toPolicy({
        header: { maxWindow },
        assets: [assets.native],
        limits: [limits.fixed(0, hour, 10n)],
        permissions: [allowPayment(bench.alice.address, 10n)],
        ...parts,
      }),
    )
  const operate = (window: Window) =>
    bench.operate({ calls: [{ to: bench.alice.address, value: 10n }], window })

  beforeEach(async () => {
    bench = await loadBench()
    await grant()
  })

  it('with a stale window is refused', async () => {
    await expectRefused(
      bench,
      await operate({ validAfter: noon - 100, validUntil: noon - 1 }),
      'AA22 expired or not due',
    )
  })

  it('with a future window is refused', async () => {
    await expectRefused(
      bench,
      await operate({ validAfter: noon + hour, validUntil: noon + hour + 60 }),
      'AA22 expired or not due',
    )
  })

  it('with the budget of an hour that has not begun is refused', async () => {
    await bench.run(await operate({ validAfter: noon, validUntil: noon + 60 }))
    for (const hours of [1, 2])
      await expectRefused(
        bench,
        await operate({
          validAfter: noon + hours * hour,
          validUntil: noon + hours * hour + 60,
        }),
        'AA22 expired or not due',
      )
  })

  it('with the budget of an hour that is over reverts', async () => {
    await bench.run(await operate({ validAfter: noon, validUntil: noon + 60 }))
    for (const hours of [1, 2])
      await expectDenied(
        bench,
        await operate({
          validAfter: noon - hours * hour,
          validUntil: noon - hours * hour + 60,
        }),
        'PeriodElapsed',
        [0, noon / hour - hours, noon / hour],
      )
  })

  it('with a window of nothing, zero or never reverts', async () => {
    for (const [validAfter, validUntil] of [
      [0, 0],
      [noon, 0],
      [noon + 1, noon],
      [noon, 2 ** 48 - 1],
      [0, 2 ** 47],
    ] as const)
      await expectDenied(
        bench,
        await operate({ validAfter, validUntil }),
        'WindowInvalid',
        [validAfter, validUntil],
      )
  })

  it('with block numbers of EntryPoint 0.9 reverts', async () => {
    const [validAfter, validUntil] = [2 ** 47 + 67_072, 2 ** 47 + 68_000]
    await expectDenied(
      bench,
      await operate({ validAfter, validUntil }),
      'WindowInvalid',
      [validAfter, validUntil],
    )
  })

  it('with a window that spans two periods reverts', async () => {
    const next = noon + hour
    await expectDenied(
      bench,
      await operate({ validAfter: next - 1, validUntil: next }),
      'WindowSpansPeriods',
      [0, next],
    )
    const midnight = noon + day / 2
    await expectDenied(
      bench,
      await operate({ validAfter: midnight - 1, validUntil: midnight }),
      'WindowSpansPeriods',
      [gasBudget, midnight],
    )
  })

  it('with a window that spans a weekly boundary or a blackout reverts', async () => {
    const monday = toSeconds('2030-01-14')
    await grant({
      weekly: [buildInterval(2 * day, 2 * day + 13 * hour, 3)],
      blackouts: [buildInterval(noon + 100, noon + 101, 6)],
    })
    const closes = monday + 2 * day + 13 * hour
    await expectDenied(
      bench,
      await operate({ validAfter: closes - 1, validUntil: closes }),
      'OutsideSchedule',
      [closes - 1, closes, monday + week + 2 * day],
    )
    await expectDenied(
      bench,
      await operate({ validAfter: noon, validUntil: noon + 3_000 }),
      'InBlackout',
      [0, noon + 100, noon + 101],
    )
  })

  it('with a window wider than allowed reverts', async () => {
    await grant({}, 60n)
    await expectDenied(
      bench,
      await operate({ validAfter: noon, validUntil: noon + 61 }),
      'WindowTooWide',
      [61, 60],
    )
  })

  it('by a bundler who keeps an operation for the next period is refused', async () => {
    const operation = await operate({ validAfter: noon, validUntil: noon + 60 })
    await expectRefused(bench, operation, 'AA22 expired or not due', {
      at: noon + hour + 1,
    })
  })

  it('by a bundler who writes another window into the signature is refused', async () => {
    const operation = await operate({ validAfter: noon, validUntil: noon + 60 })
    const window = { validAfter: noon + hour, validUntil: noon + hour + 60 }
    const redated = {
      ...operation,
      signature: concatHex([
        encodeWindow(bench.agent.address, window),
        slice(operation.signature, 32),
      ]),
    }
    await expectRefused(bench, redated, 'AA24 signature error', {
      at: noon + hour + 1,
    })
  })

  it('by a bundler who writes another agent into the signature is refused', async () => {
    await bench.grant(
      toPolicy({
        assets: [assets.native],
        limits: [limits.fixed(0, hour, 10n)],
        permissions: [allowPayment(bench.alice.address, 10n)],
      }),
      { to: bench.otherAgent },
    )
    const operation = await operate({ validAfter: noon, validUntil: noon + 60 })
    const signature = concatHex([
      encodeWindow(bench.otherAgent.address, {
        validAfter: noon,
        validUntil: noon + 60,
      }),
      slice(operation.signature, 32),
    ])
    await expectRefused(
      bench,
      { ...operation, signature },
      'AA24 signature error',
    )
  })

  // INV-14: cap + cap * (D + W) / length, with windows of a minute and D = 0.
  it('by idle time that is banked into a burst reverts', async () => {
    await bench.grant(
      toPolicy({
        header: { maxWindow: 60n },
        assets: [assets.native],
        limits: [
          limits.lifetime(0, 10_000n),
          buildLimit(0, { kind: 5, length: BigInt(hour), amount: 3_600n }),
        ],
        permissions: [allowPayment(bench.alice.address, 10_000n)],
      }),
    )
    const later = noon + day
    const pay = (value: bigint, validAfter: number) =>
      bench.operate({
        calls: [{ to: bench.alice.address, value }],
        window: { validAfter, validUntil: validAfter + 60 },
      })
    const at = later + 60
    await bench.run(await pay(3_600n, at - 60), { at })
    // A window that begins later is all that refills: one a second.
    await expectDenied(
      bench,
      await pay(60n, at - 1),
      'BudgetExceeded',
      [1, `0x${'00'.repeat(20)}`, 60, 59, at],
      { at: at + 1 },
    )
    await bench.run(await pay(59n, at - 1), { at: at + 2 })
    await expectDenied(
      bench,
      await pay(1n, at - 1),
      'BudgetExceeded',
      [1, `0x${'00'.repeat(20)}`, 1, 0, at],
      { at: at + 3 },
    )
  })

  for (const version of ['0.7', '0.8'] as const)
    describe(`at the boundary of a period on EntryPoint ${version}`, () => {
      beforeEach(async () => {
        bench = await loadBench(version)
        await grant()
      })

      it('spends one budget before it and one after it, and no third', async () => {
        const next = noon + hour
        await bench.run(
          await operate({ validAfter: next - 60, validUntil: next - 1 }),
          { at: next - 1 },
        )
        await expectDenied(
          bench,
          await operate({ validAfter: next - 60, validUntil: next - 1 }),
          'BudgetExceeded',
          [0, `0x${'00'.repeat(20)}`, 10, 0, next],
        )
        await bench.run(
          await operate({ validAfter: next, validUntil: next + 60 }),
          { at: version === '0.7' ? next : next + 1 },
        )
        await expectDenied(
          bench,
          await operate({ validAfter: next, validUntil: next + 60 }),
          'BudgetExceeded',
          [0, `0x${'00'.repeat(20)}`, 10, 0, next + hour],
        )
      })
    })
})
