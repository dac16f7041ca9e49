import { expect } from 'chai'
import type { Hex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { day, hour, minute, noon, toSeconds, week } from '../helpers/time.ts'
import { buildLimit, type PolicyParts } from '../policyStore/buildPolicy.ts'

const native = `0x${'00'.repeat(20)}`

describe('limits', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  /** Grants payments to Alice under these limits on the native asset. */
  const grant = (
    ofNative: readonly Hex[],
    parts: Partial<PolicyParts> = {},
  ): Promise<Hex> =>
    bench.grant(
      toPolicy({
        header: { maxWindow: 86_400n },
        assets: [assets.native],
        limits: ofNative,
        permissions: [allowPayment(bench.alice.address, 2n ** 128n - 1n)],
        ...parts,
      }),
    )

  const pay = (amount: bigint) => ({ to: bench.alice.address, value: amount })
  /** Pays in the block of that second. */
  const payAt = (at: number, amount: bigint, validAfter = at - 1) =>
    bench.act([pay(amount)], {
      at,
      window: { validAfter, validUntil: at },
    })
  const denyAt = async (
    at: number,
    amount: bigint,
    error: string,
    args: readonly unknown[],
    validAfter = at - 1,
  ) =>
    expectDenied(
      bench,
      await bench.operate({
        calls: [pay(amount)],
        window: { validAfter, validUntil: at },
      }),
      error,
      args,
      { at },
    )
  const exceeds = (requested: bigint, remaining: bigint, resetsAt: number) =>
    [0, native, requested, remaining, resetsAt] as const

  describe('of one operation', () => {
    it('revert when the sum over the calls is above the amount', async () => {
      await grant([limits.perOperation(0, 10n), limits.lifetime(0, 100n)])
      const operations = [[11n], [6n, 5n], [10n, 1n], [2n, 2n, 2n, 2n, 3n]]

      for (const amounts of operations)
        await expectDenied(
          bench,
          await bench.operate({ calls: amounts.map(pay) }),
          'CapExceeded',
          [0, native, 11, 10],
        )
    })

    it('permit the amount in every operation', async () => {
      await grant([limits.perOperation(0, 10n), limits.lifetime(0, 100n)])

      await bench.act([pay(10n)])
      await bench.act([pay(3n), pay(7n)])
      expect(await bench.getSpent()).to.deep.equal([0n, 20n])
    })
  })

  describe('of an hour', () => {
    const next = noon + hour

    beforeEach(() => grant([limits.fixed(0, hour, 100n)]))

    it('permit the amount and revert when it would be exceeded', async () => {
      await payAt(noon + 10, 60n)
      await denyAt(noon + 20, 41n, 'BudgetExceeded', exceeds(41n, 40n, next))
      await payAt(noon + 30, 40n)
      await denyAt(noon + 40, 1n, 'BudgetExceeded', exceeds(1n, 0n, next))
      await payAt(noon + 50, 0n)
    })

    it('count from 0 in the next hour, and not a second earlier', async () => {
      await payAt(noon + 10, 100n)
      await denyAt(next - 1, 1n, 'BudgetExceeded', exceeds(1n, 0n, next))
      await payAt(next + 1, 100n, next)
      await denyAt(
        next + 2,
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, next + hour),
        next,
      )
    })

    it('skip hours without spending', async () => {
      await payAt(noon + 10, 100n)
      await payAt(noon + 7 * hour + 10, 100n)
      expect(await bench.getSpent(noon + 7 * hour + 20)).to.deep.equal([100n])
      expect(await bench.getSpent(noon + 8 * hour)).to.deep.equal([0n])
    })

    it('revert when the window spans two hours', async () => {
      await denyAt(next, 1n, 'WindowSpansPeriods', [0, next], next - 1)
      await denyAt(
        next + 2 * hour,
        1n,
        'WindowSpansPeriods',
        [0, next],
        noon + 10,
      )
    })

    it('let a window span two hours when nothing is spent', async () => {
      await payAt(next, 0n, next - 1)
    })

    it('revert when the meter has counted in a later hour', async () => {
      await payAt(next + 10, 1n)
      const [before, after] = [noon / hour, noon / hour + 1]
      await denyAt(next + 20, 1n, 'WindowSpansPeriods', [0, next], noon + 20)
      await expectDenied(
        bench,
        await bench.operate({
          calls: [pay(1n)],
          window: { validAfter: noon, validUntil: noon + 10 },
        }),
        'PeriodElapsed',
        [0, before, after],
      )
    })
  })

  describe('of a UTC day', () => {
    const midnight = noon + day / 2

    beforeEach(() => grant([limits.daily(0, 100n)]))

    it('count from 0 after midnight', async () => {
      await payAt(noon + 10, 100n)
      await denyAt(
        midnight - 1,
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, midnight),
      )
      await payAt(midnight + 1, 100n, midnight)
      await denyAt(
        midnight + 2,
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, midnight + day),
        midnight,
      )
    })
  })

  describe('of a week from Monday', () => {
    const monday = toSeconds('2030-01-21')

    beforeEach(() =>
      grant([limits.fixed(0, week, 100n, toSeconds('1970-01-05'))]),
    )

    it('count from 0 after Sunday', async () => {
      await payAt(noon + 10, 60n)
      await denyAt(
        toSeconds('2030-01-20T23:59:59'),
        41n,
        'BudgetExceeded',
        exceeds(41n, 40n, monday),
      )
      await payAt(toSeconds('2030-01-20T23:59:59'), 40n)
      await payAt(monday + 1, 100n, monday)
      await denyAt(
        monday + 2,
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, monday + week),
        monday,
      )
    })
  })

  describe('of a calendar month', () => {
    beforeEach(() => grant([limits.monthly(0, 100n)]))

    async function fill(at: number, resetsAt: number) {
      await payAt(at, 100n)
      await denyAt(at + 1, 1n, 'BudgetExceeded', exceeds(1n, 0n, resetsAt), at)
    }

    it('count from 0 after the last day of January', async () => {
      await fill(noon + 10, toSeconds('2030-02-01'))
      await denyAt(
        toSeconds('2030-01-31T23:59:59'),
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, toSeconds('2030-02-01')),
      )
      await fill(toSeconds('2030-02-01T00:00:01'), toSeconds('2030-03-01'))
    })

    it('end on February 28 in a common year', async () => {
      await fill(toSeconds('2031-02-28T23:00'), toSeconds('2031-03-01'))
      await fill(toSeconds('2031-03-01T00:00:01'), toSeconds('2031-04-01'))
    })

    it('end on February 29 in a leap year', async () => {
      await fill(toSeconds('2032-02-28T23:00'), toSeconds('2032-03-01'))
      await denyAt(
        toSeconds('2032-02-29T23:59:59'),
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, toSeconds('2032-03-01')),
      )
      await fill(toSeconds('2032-03-01T00:00:01'), toSeconds('2032-04-01'))
    })

    it('end on February 28 in 2100, which is no leap year', async () => {
      await fill(toSeconds('2100-02-28T23:00'), toSeconds('2100-03-01'))
      await fill(toSeconds('2100-03-01T00:00:01'), toSeconds('2100-04-01'))
    })

    it('count from 0 after December', async () => {
      await fill(toSeconds('2030-12-31T23:00'), toSeconds('2031-01-01'))
      await fill(toSeconds('2031-01-01T00:00:01'), toSeconds('2031-02-01'))
    })

    it('tell the same month of two years apart', async () => {
      await fill(noon + 10, toSeconds('2030-02-01'))
      await fill(noon + 365 * day, toSeconds('2031-02-01'))
    })
  })

  describe('of a length and an anchor', () => {
    const anchor = noon + 100
    const length = 90 * minute

    beforeEach(() => grant([limits.fixed(0, length, 100n, anchor)]))

    it('revert when the window begins before the anchor', async () => {
      await denyAt(anchor, 1n, 'PeriodNotBegun', [0, anchor], anchor - 1)
      await denyAt(anchor + 10, 1n, 'PeriodNotBegun', [0, anchor], anchor - 10)
    })

    it('permit a window that begins with the anchor', async () => {
      await payAt(anchor + 1, 100n, anchor)
    })

    it('count from 0 a length after the anchor', async () => {
      await payAt(anchor + 1, 100n, anchor)
      const next = anchor + length
      await denyAt(next - 1, 1n, 'BudgetExceeded', exceeds(1n, 0n, next))
      await denyAt(next, 1n, 'WindowSpansPeriods', [0, next])
      await payAt(next + 1, 100n, next)
    })

    it('let an operation that spends nothing run before the anchor', async () => {
      await payAt(noon + 10, 0n)
    })
  })

  describe('of a lifetime', () => {
    beforeEach(() => grant([limits.lifetime(0, 100n)]))

    it('never count from 0', async () => {
      await payAt(noon + 10, 99n)
      for (const at of [
        noon + day,
        noon + 365 * day,
        toSeconds('2105-06-01T12:00'),
      ])
        await denyAt(at, 2n, 'BudgetExceeded', exceeds(2n, 1n, 0))
      await payAt(toSeconds('2105-06-02T12:00'), 1n)
      await denyAt(
        toSeconds('2105-06-03T12:00'),
        1n,
        'BudgetExceeded',
        exceeds(1n, 0n, 0),
      )
    })
  })

  describe('of several periods at once', () => {
    beforeEach(() =>
      grant([
        limits.perOperation(0, 30n),
        limits.fixed(0, hour, 50n),
        limits.daily(0, 80n),
        limits.lifetime(0, 100n),
      ]),
    )

    it('revert with the first that would be exceeded', async () => {
      await payAt(noon + 21, 30n)
      await denyAt(noon + 22, 21n, 'BudgetExceeded', [
        1,
        native,
        21,
        20,
        noon + hour,
      ])
      await payAt(noon + 23, 20n)
      await payAt(noon + hour + 1, 30n)
      await denyAt(noon + hour + 2, 1n, 'BudgetExceeded', [
        2,
        native,
        1,
        0,
        noon + day / 2,
      ])
      await payAt(noon + day + 1, 20n)
      await denyAt(noon + day + 2, 1n, 'BudgetExceeded', [3, native, 1, 0, 0])
      await denyAt(noon + day + 2, 31n, 'CapExceeded', [0, native, 31, 30])
    })

    it('charge none of the meters when one denies', async () => {
      await payAt(noon + 21, 30n)
      await denyAt(noon + 22, 21n, 'BudgetExceeded', [
        1,
        native,
        21,
        20,
        noon + hour,
      ])

      expect(await bench.getSpent()).to.deep.equal([0n, 30n, 30n, 30n])
    })
  })

  describe('of amounts', () => {
    const huge = 2n ** 128n - 1n

    beforeEach(async () => {
      const token = String(bench.token.target)
      await bench.grant(
        toPolicy({
          assets: [assets.toErc20(token)],
          limits: [limits.lifetime(0, huge)],
          permissions: [allowTransfer(token)],
        }),
      )
    })

    it('may be as great as 128 bits', async () => {
      await bench.token.mint(bench.account.target, huge)
      await bench.act([bench.encodeTransfer(bench.alice.address, huge)])

      expect(await bench.getSpent()).to.deep.equal([huge])
      await expectDenied(
        bench,
        await bench.operate({
          calls: [bench.encodeTransfer(bench.alice.address, 1n)],
        }),
        'BudgetExceeded',
        [0, bench.token.target, 1, 0, 0],
      )
    })

    it('revert when the sum does not fit in a word', async () => {
      const max = 2n ** 256n - 1n
      const operations = [
        [max],
        [max, 1n],
        [max, max],
        [2n ** 255n, 2n ** 255n],
        [max, 1n, 5n],
        [2n ** 255n, 2n ** 255n, 1n],
      ]
      for (const amounts of operations)
        await expectDenied(
          bench,
          await bench.operate({
            calls: amounts.map((amount) =>
              bench.encodeTransfer(bench.alice.address, amount),
            ),
          }),
          'BudgetExceeded',
          [0, bench.token.target, max, huge, 0],
        )
    })
  })

  describe('that the owner lowers', () => {
    it('leave nothing below what is spent', async () => {
      await grant([limits.lifetime(0, 100n)])
      await bench.act([pay(60n)])
      await grant([limits.lifetime(0, 50n)])

      expect(await bench.getSpent()).to.deep.equal([60n])
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(1n)] }),
        'BudgetExceeded',
        exceeds(1n, 0n, 0),
      )
    })

    it('leave the difference when they are raised', async () => {
      await grant([limits.lifetime(0, 100n)])
      await bench.act([pay(60n)])
      await grant([limits.lifetime(0, 150n)])

      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(91n)] }),
        'BudgetExceeded',
        exceeds(91n, 90n, 0),
      )
      await bench.act([pay(90n)])
    })
  })

  describe('of all agents of the account', () => {
    const shared = buildLimit(0, {
      scope: 1,
      kind: 4,
      length: 0n,
      amount: 100n,
    })

    it('count what every agent spends', async () => {
      const { agent, otherAgent } = bench
      const policy = toPolicy({
        assets: [assets.native],
        limits: [limits.lifetime(0, 80n), shared],
        permissions: [allowPayment(bench.alice.address, 100n)],
      })
      await bench.grant(policy, { to: agent })
      await bench.grant(policy, { to: otherAgent })
      await bench.act([pay(70n)], { agent })
      await bench.act([pay(20n)], { agent: otherAgent })

      expect(await bench.getSpent(noon, { by: agent })).to.deep.equal([
        70n,
        90n,
      ])
      expect(await bench.getSpent(noon, { by: otherAgent })).to.deep.equal([
        20n,
        90n,
      ])
      for (const by of [agent, otherAgent])
        await expectDenied(
          bench,
          await bench.operate({ calls: [pay(11n)], agent: by }),
          'BudgetExceeded',
          by === agent ? [0, native, 11, 10, 0] : [1, native, 11, 10, 0],
        )
    })

    it('do not count what agents of another account spend', async () => {
      const other = await bench.createAccount('other account')
      const policy = toPolicy({
        assets: [assets.native],
        limits: [shared],
        permissions: [allowPayment(bench.alice.address, 100n)],
      })
      await bench.grant(policy)
      await bench.grant(policy, { of: other })
      await bench.act([pay(100n)])
      await bench.act([pay(100n)], { account: other })

      expect(await bench.getSpent()).to.deep.equal([100n])
      expect(await bench.getSpent(noon, { of: other })).to.deep.equal([100n])
    })
  })

  describe('of operations', () => {
    const counted = (limitOfOperations: Hex) =>
      grant([], {
        assets: [assets.native, assets.operations],
        limits: [limits.lifetime(0, 1_000n), limitOfOperations],
      })

    it('revert when the agent has used them up', async () => {
      await counted(limits.fixed(1, hour, 2n))
      await payAt(noon + 21, 1n)
      // One operation is one, however many calls it has.
      await bench.act([pay(1n), pay(1n), pay(1n)])
      await denyAt(noon + 30, 1n, 'RateLimitExceeded', [1, 2, noon + hour])
      await payAt(noon + hour + 1, 1n, noon + hour)
    })

    it('count operations that move nothing too', async () => {
      await counted(limits.lifetime(1, 1n))
      await payAt(noon + 20, 0n)
      await denyAt(noon + 30, 0n, 'RateLimitExceeded', [1, 1, 0])
    })
  })

  describe('of groups', () => {
    // As the policy orders them.
    const [food, toys, books] = ['b0', 'c0', 'f0'].map(
      (byte) => `0x${byte.repeat(16)}` as Hex,
    )
    const ofGroup = (group: number, amount: bigint) =>
      buildLimit(0, { scope: 2, group, kind: 4, length: 0n, amount })
    const policy = (groups: readonly Hex[], ofGroups: readonly Hex[]) =>
      toPolicy({
        groups,
        assets: [assets.native],
        limits: [limits.lifetime(0, 100n), ...ofGroups],
        permissions: [
          allowPayment(toKey('grocer').address, 100n, { group: 1 }),
          allowPayment(toKey('bookshop').address, 100n, {
            group: groups.length,
          }),
          ...groups.slice(1, -1).map((_, index) =>
            allowPayment(toKey(`shop ${index}`).address, 100n, {
              group: index + 2,
            }),
          ),
        ],
      })
    const payTo = (name: string, value: bigint) => ({
      to: toKey(name).address,
      value,
    })

    it('count what their own permissions spend', async () => {
      await bench.grant(
        policy(
          [food ?? '0x', books ?? '0x'],
          [ofGroup(1, 30n), ofGroup(2, 20n)],
        ),
      )
      await bench.act([payTo('grocer', 25n), payTo('bookshop', 20n)])

      expect(await bench.getSpent()).to.deep.equal([45n, 25n, 20n])
      await expectDenied(
        bench,
        await bench.operate({
          calls: [payTo('grocer', 3n), payTo('grocer', 3n)],
        }),
        'BudgetExceeded',
        [1, native, 6, 5, 0],
      )
      await expectDenied(
        bench,
        await bench.operate({ calls: [payTo('bookshop', 1n)] }),
        'BudgetExceeded',
        [2, native, 1, 0, 0],
      )
      await bench.act([payTo('grocer', 5n)])
    })

    it('keep their meters when another comes between them', async () => {
      await bench.grant(
        policy(
          [food ?? '0x', books ?? '0x'],
          [ofGroup(1, 30n), ofGroup(2, 20n)],
        ),
      )
      await bench.act([payTo('grocer', 25n), payTo('bookshop', 20n)])
      await bench.grant(
        policy(
          [food ?? '0x', toys ?? '0x', books ?? '0x'],
          [ofGroup(1, 30n), ofGroup(2, 10n), ofGroup(3, 20n)],
        ),
      )

      expect(await bench.getSpent()).to.deep.equal([45n, 25n, 0n, 20n])
      await expectDenied(
        bench,
        await bench.operate({ calls: [payTo('bookshop', 1n)] }),
        'BudgetExceeded',
        [3, native, 1, 0, 0],
      )
    })

    it('share one budget when they are one', async () => {
      await bench.grant(policy([food ?? '0x'], [ofGroup(1, 30n)]))
      await bench.act([payTo('grocer', 20n), payTo('bookshop', 10n)])

      await expectDenied(
        bench,
        await bench.operate({ calls: [payTo('bookshop', 1n)] }),
        'BudgetExceeded',
        [1, native, 1, 0, 0],
      )
    })

    it('count operations in which one of their permissions is used', async () => {
      await bench.grant(
        toPolicy({
          groups: [food ?? '0x'],
          assets: [assets.native, assets.operations],
          limits: [
            limits.lifetime(0, 100n),
            buildLimit(1, {
              scope: 2,
              group: 1,
              kind: 4,
              length: 0n,
              amount: 1n,
            }),
          ],
          permissions: [
            allowPayment(toKey('grocer').address, 100n, { group: 1 }),
            allowPayment(toKey('bookshop').address, 100n),
          ],
        }),
      )
      await bench.act([payTo('bookshop', 1n)])
      await bench.act([payTo('grocer', 1n), payTo('grocer', 1n)])
      await bench.act([payTo('bookshop', 1n)])

      await expectDenied(
        bench,
        await bench.operate({
          calls: [payTo('bookshop', 1n), payTo('grocer', 1n)],
        }),
        'RateLimitExceeded',
        [1, 1, 0],
      )
    })
  })

  describe('of more meters than one operation may touch', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        limits.fixed(0, hour + minute * index, 100n, noon),
      )

    it('permit sixteen', async () => {
      await grant(many(16))
      await bench.act([pay(1n)])

      expect(await bench.getSpent()).to.deep.equal(
        Array.from({ length: 16 }, () => 1n),
      )
    })

    it('revert when there are seventeen', async () => {
      await grant(many(17))

      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(1n)] }),
        'TooManyMeters',
        [16],
      )
    })

    it('do not count those that the operation spends nothing of', async () => {
      await grant(many(17))
      await bench.act([pay(0n)])
    })
  })
})
