import { expect } from 'chai'
import type { Wallet } from 'ethers'
import fc from 'fast-check'
import { type Hex, toHex } from 'viem'

import {
  type Bench,
  loadBench,
  type OperationParameters,
} from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { getMappedSlot, getMeterId } from '../helpers/meters.ts'
import { networkHelpers } from '../helpers/network.ts'
import {
  allowPayment,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { day, hour, minute, noon } from '../helpers/time.ts'
import { traceOperation } from '../helpers/traceOperation.ts'
import { buildLimit, type PolicyParts } from '../policyStore/buildPolicy.ts'

const native = `0x${'00'.repeat(20)}`
const huge = 2n ** 128n - 1n

/** A bucket of so much, which refills in so many seconds. */
const toBucket = (amount: bigint, length = hour, scope = 0) =>
  buildLimit(0, { kind: 5, length: BigInt(length), amount, scope })
/** So many operations in any so many seconds. */
const toCount = (amount: number, length = hour, scope = 0) =>
  buildLimit(1, {
    kind: 6,
    length: BigInt(length),
    amount: BigInt(amount),
    scope,
  })

describe('rolling limits', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const toParts = (limitsOf: readonly Hex[]): Partial<PolicyParts> => ({
    header: { gasExponent: 15n, maxWindow: 86_400n },
    assets: [assets.native, assets.operations],
    limits: limitsOf,
    permissions: [allowPayment(bench.alice.address, huge)],
  })
  const ofAnyOperations = limits.lifetime(1, huge)
  const ofAnyAmount = limits.lifetime(0, huge)
  /** Grants payments to Alice out of the bucket. */
  const grantBucket = (bucket: Hex, to?: Wallet) =>
    bench.grant(toPolicy(toParts([bucket, ofAnyOperations])), to ? { to } : {})
  const grantCount = (count: Hex, to?: Wallet) =>
    bench.grant(toPolicy(toParts([ofAnyAmount, count])), to ? { to } : {})

  type Options = OperationParameters & {
    at: number
    /** Seconds by which the window begins before. @default 0 */
    lag?: number
    /** Seconds by which it ends after. @default 0 */
    lead?: number
  }
  const operate = (
    amount: bigint,
    { at, lag = 0, lead = 0, ...parameters }: Options,
  ) =>
    bench.operate({
      calls: [{ to: bench.alice.address, value: amount }],
      window: { validAfter: at - lag, validUntil: at + lead },
      ...parameters,
    })
  /** Pays in the block of that second; EntryPoint 0.8 begins one later. */
  const pay = async (amount: bigint, options: Options) =>
    bench.run(await operate(amount, { lag: 1, ...options }), {
      at: options.at,
    })
  const deny = async (
    amount: bigint,
    error: string,
    args: readonly unknown[],
    options: Options,
  ) =>
    expectDenied(
      bench,
      await operate(amount, { lag: 1, ...options }),
      error,
      args,
      {
        at: options.at,
      },
    )
  const exceeds = (requested: bigint, remaining: bigint, resetsAt: number) =>
    [0, native, requested, remaining, resetsAt] as const
  const getUsage = async (timestamp: number, by = bench.agent) =>
    bench.getUsage(timestamp, { by })
  const readUsage = async (timestamp: number, index: number, by?: Wallet) => {
    const usage = (await getUsage(timestamp, by))[index]
    return [usage?.spent, usage?.resetsAt]
  }
  /** What the validator says of a window, at no time in particular. */
  const isAccepted = async (
    amount: bigint,
    options: Options,
  ): Promise<true | readonly unknown[]> =>
    bench.validate(await operate(amount, options)).then(
      (): true => true,
      (error: { data?: string }) => {
        const [name, ...args] = bench.parseError(error.data ?? '0x')
        return [name, ...args]
      },
    )
  /** Slot of the first agent's ring, or of a word behind it. */
  const getRingSlot = (distance = 0n) => {
    const meterId = getMeterId({
      kind: 6,
      length: hour,
      agentNumber: 1,
      assetKind: 5,
      asset: native,
    })
    // The meters are the second mapping, behind two words of EIP712.
    const slot = getMappedSlot(3n, [
      meterId,
      String(bench.account.target) as Hex,
    ])
    return toHex(BigInt(slot) + distance, { size: 32 })
  }

  // INV-14.
  describe('of an amount', () => {
    it('permit all of it at once, and then what refills', async () => {
      await grantBucket(toBucket(3_600n))
      await pay(3_600n, { at: noon + 10 })
      await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, noon + 10), {
        at: noon + 10,
      })
      await deny(90n, 'BudgetExceeded', exceeds(90n, 50n, noon + 99), {
        at: noon + 60,
      })
      await pay(50n, { at: noon + 60 })
      await pay(3_600n, { at: noon + 60 + hour })
    })

    it('never hold more than the cap, however long they rest', async () => {
      await grantBucket(toBucket(100n))
      await pay(100n, { at: noon + 10 })
      const later = noon + 3 * day
      await deny(101n, 'BudgetExceeded', exceeds(101n, 100n, 0), { at: later })
      await pay(100n, { at: later })
      await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, later - 1 + 36), {
        at: later,
      })
    })

    it('revert for ever when more is asked for than they hold', async () => {
      await grantBucket(toBucket(100n))
      for (const amount of [101n, 2n ** 64n, huge])
        expect(await isAccepted(amount, { at: noon })).to.deep.equal([
          'BudgetExceeded',
          ...exceeds(amount, 100n, 0).map(toArgument),
        ])
    })

    it('lose no refill that is smaller than a unit', async () => {
      // One in seven seconds: every second asks for what has refilled.
      await grantBucket(toBucket(12n, 84))
      await pay(12n, { at: noon + 10 })
      let spent = 0n
      for (let second = 1; second <= 84; ++second) {
        const [[used]] = [await readUsage(noon + 9 + second, 0)]
        const left = 12n - BigInt(used ?? 0n)
        if (left === 0n) continue
        await pay(left, { at: noon + 10 + second })
        spent += left
      }
      expect(spent).to.equal(12n)
    })

    it('share one bucket among the agents of an account', async () => {
      const { agent, otherAgent } = bench
      const bucket = toBucket(100n, hour, 1)
      await grantBucket(bucket, agent)
      await grantBucket(bucket, otherAgent)
      await pay(70n, { at: noon + 10 })
      await deny(31n, 'BudgetExceeded', exceeds(31n, 30n, noon + 61), {
        at: noon + 10,
        agent: otherAgent,
      })
      await pay(30n, { at: noon + 10, agent: otherAgent })
      expect(await readUsage(noon + 9, 0, agent)).to.deep.equal(
        await readUsage(noon + 9, 0, otherAgent),
      )
    })

    it('keep apart the buckets of agents, accounts and lengths', async () => {
      const { agent, otherAgent } = bench
      await grantBucket(toBucket(100n), agent)
      await grantBucket(toBucket(100n), otherAgent)
      await pay(100n, { at: noon + 10 })
      await pay(100n, { at: noon + 10, agent: otherAgent })
      await grantBucket(toBucket(100n, 2 * hour), agent)
      await pay(100n, { at: noon + 60 })
    })

    it('count each operation of a bundle', async () => {
      await grantBucket(toBucket(100n))
      const first = await operate(60n, { at: noon + 10, lag: 1 })
      const second = await operate(41n, { at: noon + 10, lag: 1, lane: 1 })
      await expectDenied(
        bench,
        second,
        'BudgetExceeded',
        exceeds(41n, 40n, noon + 69),
        { after: [first], at: noon + 10 },
      )
      await bench.run(
        [first, await operate(40n, { at: noon + 10, lag: 1, lane: 1 })],
        { at: noon + 10 },
      )
    })

    it('say when there is enough though their clock is ahead of the window', async () => {
      await grantBucket(toBucket(100n))
      await pay(100n, { at: noon + 600, lag: 1 })
      // This window began ten minutes earlier; the bucket's clock did not.
      const opensAt = noon + 599 + 36
      await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, opensAt), {
        at: noon + 601,
        lag: 600,
      })
      expect(await isAccepted(1n, { at: opensAt })).to.equal(true)
      expect(await isAccepted(1n, { at: opensAt - 1 })).to.not.equal(true)
      expect(await readUsage(noon + 1, 0)).to.deep.equal([
        100n,
        BigInt(noon + 599 + hour),
      ])
    })

    it('bank no more idle time than one window holds', async () => {
      // As wide as a UTC day allows at noon: twelve hours.
      await grantBucket(toBucket(100n))
      const at = noon + 100
      await pay(100n, { at: noon + 50 })
      await networkHelpers.time.increaseTo(noon + day)
      const tomorrow = at + day
      let spent = 0n
      for (let lag = 43_200; lag > 0; lag -= 1_800) {
        const left = 100n - BigInt((await readUsage(tomorrow - lag, 0))[0] ?? 0)
        if (left === 0n) continue
        await pay(left, { at: tomorrow, lag, lead: 0 })
        spent += left
      }
      await pay(49n, { at: tomorrow })
      spent += 49n

      const width = 43_200n
      expect(spent * 3_600n).to.be.at.most(100n * 3_600n + 100n * width)
      // And the agent gets about that much: it is what the owner has to know.
      expect(spent).to.be.at.least(1_290n)
      await deny(2n, 'BudgetExceeded', exceeds(2n, 0n, tomorrow - 1 + 38), {
        at: tomorrow,
      })
    })

    describe('that the owner changes', () => {
      /** Grants have come in between; the window begins as the one before. */
      const later = { at: noon + 60, lag: 51 }

      it('leave what is missing when they are raised', async () => {
        await grantBucket(toBucket(100n))
        await pay(100n, { at: noon + 10 })
        await grantBucket(toBucket(150n))
        await deny(51n, 'BudgetExceeded', exceeds(51n, 50n, noon + 45), later)
        await pay(50n, later)
      })

      it('leave nothing until enough has refilled when they are lowered', async () => {
        await grantBucket(toBucket(100n))
        await pay(100n, { at: noon + 10 })
        await grantBucket(toBucket(10n))
        // An hour refills what is missing, 100; 91 of it have to.
        const opensAt = noon + 9 + (hour * 91) / 100
        await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, opensAt), later)
        expect(await readUsage(noon + 9, 0)).to.deep.equal([
          100n,
          BigInt(noon + 9 + hour),
        ])
        await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, opensAt), {
          at: opensAt,
        })
        await pay(1n, { at: opensAt + 1 })
      })

      it('are not refilled by lowering and raising them', async () => {
        await grantBucket(toBucket(100n))
        await pay(100n, { at: noon + 10 })
        await grantBucket(toBucket(1n))
        await grantBucket(toBucket(100n))
        await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, noon + 9 + 36), later)
      })

      it('are whole again after their length, however far they are lowered', async () => {
        await grantBucket(toBucket(10n ** 19n))
        await pay(10n ** 19n, { at: noon + 10 })
        await grantBucket(toBucket(1n))
        const opensAt = noon + 9 + hour
        await deny(1n, 'BudgetExceeded', exceeds(1n, 0n, opensAt), later)
        await pay(1n, { at: opensAt + 1 })
      })
    })

    it('of two caps on one bucket let each agent spend no more than its own', async () => {
      const { agent, otherAgent } = bench
      await grantBucket(toBucket(10n, hour, 1), agent)
      await grantBucket(toBucket(1_000n, hour, 1), otherAgent)
      let spent = 0n
      for (let time = 10; time <= 610; time += 60) {
        const at = noon + time
        const [used = 0n] = await readUsage(at - 1, 0, agent)
        if (used < 10n) {
          await pay(10n - used, { at, agent })
          spent += 10n - used
        }
        await pay(1n, { at, agent: otherAgent })
      }
      expect(spent).to.be.greaterThan(0n)
      expect(spent * 3_600n).to.be.at.most(10n * (3_600n + 600n + 1n))
    })

    it('agree with what getUsage says, whatever happens', async () => {
      const step = fc.record({
        wait: fc.integer({ min: 0, max: 2_000 }),
        lag: fc.integer({ min: 1, max: 3_000 }),
        amount: fc.bigInt({ min: 1n, max: 1_300n }),
        cap: fc.option(fc.bigInt({ min: 1n, max: 1_200n }), { freq: 6 }),
        agent: fc.boolean(),
      })
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 12 }),
          async (steps) => {
            bench = await loadBench()
            const { agent, otherAgent } = bench
            let cap = 1_000n
            const grantAll = async () => {
              await grantBucket(toBucket(cap, hour, 1), agent)
              await grantBucket(toBucket(cap, hour, 1), otherAgent)
            }
            await grantAll()
            let at = noon + 100
            for (const step of steps) {
              at += step.wait + 30
              if (step.cap !== null) {
                cap = step.cap
                await grantAll()
              }
              const as = step.agent ? agent : otherAgent
              const options = { at, lag: step.lag, agent: as }
              const [used = 0n, resetsAt = 0n] = await readUsage(
                at - step.lag,
                0,
                as,
              )
              const left = used < cap ? cap - used : 0n
              if (step.amount <= left) {
                await pay(step.amount, options)
                continue
              }
              const denial = await isAccepted(step.amount, options)
              if (denial === true) throw new Error('It should be denied.')
              const opensAt = Number(denial.at(-1))
              expect(denial).to.deep.equal([
                'BudgetExceeded',
                0n,
                native,
                step.amount,
                left,
                BigInt(opensAt),
              ])
              expect(opensAt === 0).to.equal(step.amount > cap)
              if (opensAt === 0) continue
              // Neither a second too early nor too late.
              const accepts = (time: number) =>
                isAccepted(step.amount, { at: time, agent: as })
              if (new Date(opensAt * 1_000).getUTCHours() < 23) {
                expect(await accepts(opensAt)).to.equal(true)
                expect(await accepts(opensAt - 1)).to.not.equal(true)
              }
              // Full again exactly then, unless it is so already.
              const full = Number(resetsAt)
              expect((await readUsage(full, 0, as))[0]).to.equal(0n)
              expect((await readUsage(full - 1, 0, as))[0]).to.not.equal(0n)
            }
          },
        ),
        { numRuns: 25 },
      )
    }).timeout(300_000)
  })

  // INV-15.
  describe('of a count', () => {
    it('permit so many in any such time, and revert at one more', async () => {
      await grantCount(toCount(3))
      for (const at of [noon + 10, noon + 20, noon + 30])
        await pay(1n, { at, lead: 5 })
      const first = noon + 15 + hour
      await deny(1n, 'RateLimitExceeded', [1, 3, first], { at: noon + 40 })
      await deny(1n, 'RateLimitExceeded', [1, 3, first], { at: first })
      await pay(1n, { at: first + 1 })
      await deny(1n, 'RateLimitExceeded', [1, 3, first + 10], { at: first + 2 })
    })

    it('count operations that move nothing too, one for each', async () => {
      await grantCount(toCount(2))
      await pay(0n, { at: noon + 10 })
      await bench.act(
        [1n, 2n, 3n].map((value) => ({ to: bench.alice.address, value })),
      )
      await deny(0n, 'RateLimitExceeded', [1, 2, noon + 10 + hour], {
        at: noon + 20,
      })
    })

    it('count operations that fail', async () => {
      await grantCount(toCount(1))
      await bench.handle(
        [
          await operate(10n ** 21n, {
            at: noon + 10,
            lag: 1,
          }),
        ],
        { at: noon + 10 },
      )
      expect(await readUsage(noon + 10, 1)).to.deep.equal([
        1n,
        BigInt(noon + 10 + hour),
      ])
    })

    it('count each operation of a bundle', async () => {
      await grantCount(toCount(2))
      const operations = await Promise.all(
        [0, 1, 2].map((lane) => operate(1n, { at: noon + 10, lag: 1, lane })),
      )
      const last = operations.pop()
      if (!last) return
      await expectDenied(
        bench,
        last,
        'RateLimitExceeded',
        [1, 2, noon + 10 + hour],
        { after: operations, at: noon + 10 },
      )
      await bench.run(operations, { at: noon + 10 })
    })

    it('count from the end of the widest window to the beginning of the next', async () => {
      await grantCount(toCount(1))
      await pay(1n, { at: noon + 10, lead: 600 })
      const opensAt = noon + 610 + hour
      // A window that begins too early is refused, whenever it would run.
      await deny(1n, 'RateLimitExceeded', [1, 1, opensAt], {
        at: opensAt + 500,
        lag: 501,
      })
      await pay(1n, { at: opensAt + 500, lag: 500 })
    })

    it('are shared by the agents of an account, each with its own most', async () => {
      const { agent, otherAgent } = bench
      await grantCount(toCount(2, hour, 1), agent)
      await grantCount(toCount(4, hour, 1), otherAgent)
      await pay(1n, { at: noon + 10 })
      await pay(1n, { at: noon + 20, agent: otherAgent })
      await deny(1n, 'RateLimitExceeded', [1, 2, noon + 10 + hour], {
        at: noon + 30,
      })
      await pay(1n, { at: noon + 30, agent: otherAgent })
      await pay(1n, { at: noon + 40, agent: otherAgent })
      await deny(1n, 'RateLimitExceeded', [1, 4, noon + 10 + hour], {
        at: noon + 50,
        agent: otherAgent,
      })
      // Two within an hour for the one means all but the oldest two.
      await deny(1n, 'RateLimitExceeded', [1, 2, noon + 30 + hour], {
        at: noon + 30 + hour,
      })
      expect(await readUsage(noon + 41, 1, agent)).to.deep.equal([
        2n,
        BigInt(noon + 30 + hour),
      ])
      expect(await readUsage(noon + 41, 1, otherAgent)).to.deep.equal([
        4n,
        BigInt(noon + 10 + hour),
      ])
    })

    it('stay exact when the owner changes the most', async () => {
      await grantCount(toCount(4))
      for (const second of [10, 20, 30, 40])
        await pay(1n, { at: noon + second })
      await grantCount(toCount(2))
      await deny(1n, 'RateLimitExceeded', [1, 2, noon + 30 + hour], {
        at: noon + 250,
      })
      // A denial is rolled back, and the time that it took is not.
      await grantCount(toCount(6))
      await pay(1n, { at: noon + 300 })
      await pay(1n, { at: noon + 350 })
      await deny(1n, 'RateLimitExceeded', [1, 6, noon + 10 + hour], {
        at: noon + 400,
      })
      await grantCount(toCount(1_000))
      await pay(1n, { at: noon + 450 })
    })

    it('count in a group what uses it', async () => {
      const groups = [`0x${'f0'.repeat(16)}` as Hex]
      await bench.grant(
        toPolicy({
          groups,
          assets: [assets.native, assets.operations],
          limits: [
            ofAnyAmount,
            buildLimit(1, {
              scope: 2,
              group: 1,
              kind: 6,
              length: 3_600n,
              amount: 1n,
            }),
          ],
          permissions: [
            allowPayment(bench.alice.address, huge, { group: 1 }),
            allowPayment(bench.bob.address, huge),
          ],
        }),
      )
      const payBob = { calls: [{ to: bench.bob.address, value: 1n }] }
      await pay(1n, { at: noon + 10 })
      await pay(1n, { at: noon + 20, ...payBob })
      await deny(1n, 'RateLimitExceeded', [1, 1, noon + 10 + hour], {
        at: noon + 30,
      })
    })

    it('show in getUsage what holds, though windows end in another order', async () => {
      await grantCount(toCount(2))
      await pay(1n, { at: noon + 10, lead: 3_000 })
      await pay(1n, { at: noon + 20 })
      const opensAt = noon + 3_010 + hour
      // The newer one is over first, and still the older one stands in the way.
      expect(await readUsage(noon + 20 + hour, 1)).to.deep.equal([
        2n,
        BigInt(opensAt),
      ])
      await deny(1n, 'RateLimitExceeded', [1, 2, opensAt], {
        at: noon + 21 + hour,
      })
      expect(await readUsage(opensAt, 1)).to.deep.equal([0n, 0n])
      await pay(1n, { at: opensAt + 1 })
    })

    it('come round in their ring', async () => {
      await grantCount(toCount(3))
      await networkHelpers.setStorageAt(
        String(bench.validator.target),
        getRingSlot(),
        toWord(998n),
      )
      for (const second of [10, 20, 30]) await pay(1n, { at: noon + second })
      const readRing = async (word: bigint) =>
        BigInt(
          await networkHelpers.getStorageAt(
            String(bench.validator.target),
            getRingSlot(word),
          ),
        )
      expect(await readRing(0n)).to.equal(1_001n)
      expect(await readRing(1n)).to.equal(BigInt(noon + 30))
      expect(await readRing(125n)).to.equal(
        (BigInt(noon + 20) << 224n) | (BigInt(noon + 10) << 192n),
      )
      expect(await readRing(126n)).to.equal(0n)
      await deny(1n, 'RateLimitExceeded', [1, 3, noon + 10 + hour], {
        at: noon + 40,
      })
      await pay(1n, { at: noon + 11 + hour })
    })

    it('agree with what getUsage says, whatever happens', async () => {
      const step = fc.record({
        wait: fc.integer({ min: 0, max: 900 }),
        lag: fc.integer({ min: 1, max: 1_500 }),
        lead: fc.integer({ min: 0, max: 1_500 }),
        most: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 6 }),
        agent: fc.boolean(),
      })
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 14 }),
          async (steps) => {
            bench = await loadBench()
            const { agent, otherAgent } = bench
            let most = 3
            const grantAll = async () => {
              await grantCount(toCount(most, hour, 1), agent)
              await grantCount(toCount(most, hour, 1), otherAgent)
            }
            await grantAll()
            let at = noon + 100
            const times: number[] = []
            for (const step of steps) {
              at += step.wait + 30
              if (step.most !== null) {
                most = step.most
                await grantAll()
              }
              const as = step.agent ? agent : otherAgent
              const options = { at, lag: step.lag, lead: step.lead, agent: as }
              const [used, resetsAt] = await readUsage(at - step.lag, 1, as)
              if (Number(used) < most) {
                await pay(0n, options)
                times.push(at)
                const recent = times.filter((time) => time > at - hour)
                expect(recent.length).to.be.at.most(most)
                continue
              }
              expect(await isAccepted(0n, options)).to.deep.equal([
                'RateLimitExceeded',
                1n,
                BigInt(most),
                resetsAt,
              ])
              const opensAt = Number(resetsAt)
              const accepts = (time: number) =>
                isAccepted(0n, { at: time, agent: as })
              expect(await accepts(opensAt)).to.equal(true)
              expect(await accepts(opensAt - 1)).to.not.equal(true)
            }
          },
        ),
        { numRuns: 25 },
      )
    }).timeout(300_000)
  })

  describe('among the meters of an operation', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        limits.fixed(0, hour + minute * index, 100n, noon),
      )
    const window = { validAfter: noon, validUntil: noon + 60 }
    const operateOne = () =>
      bench.operate({
        calls: [{ to: bench.alice.address, value: 1n }],
        window,
      })

    it('a count is three and an amount is one', async () => {
      await bench.grant(
        toPolicy(toParts([...many(12), toBucket(100n), toCount(5)])),
      )
      await bench.run(await operateOne())
      await bench.grant(
        toPolicy(toParts([...many(13), toBucket(100n), toCount(5)])),
      )
      await expectDenied(bench, await operateOne(), 'TooManyMeters', [16])
    })
  })

  describe('and the storage of the module', () => {
    it('are touched as ERC-7562 permits, wherever the ring stands', async () => {
      await bench.grant(toPolicy(toParts([toBucket(100n), toCount(1_000)])))
      for (const total of [0n, 7n, 8n, 999n, 1_000n, 1_999n, 2n ** 64n]) {
        await networkHelpers.setStorageAt(
          String(bench.validator.target),
          getRingSlot(),
          toWord(total),
        )
        const operation = await operate(1n, { at: noon, lead: 60 })
        const { violations } = await traceOperation(bench, operation)
        expect(violations).to.deep.equal([])
      }
    })
  })

  it('show their use at any time without reverting', async () => {
    await bench.grant(toPolicy(toParts([toBucket(huge), toCount(5)])))
    for (const timestamp of [0, noon, 2 ** 32, 2 ** 48 - 1])
      expect(await getUsage(timestamp)).to.have.length(2)
    await pay(1n, { at: noon + 10 })
    for (const timestamp of [0, noon, 2 ** 32, 2 ** 48 - 1])
      expect(await getUsage(timestamp)).to.have.length(2)
  })
})

const toArgument = (value: unknown) =>
  typeof value === 'number' ? BigInt(value) : value
