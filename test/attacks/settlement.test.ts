import { expect } from 'chai'
import fc from 'fast-check'
import { concatHex, type Hex, slice, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied, expectRefused } from '../helpers/expectDenied.ts'
import { getMappedSlot, getMeterId, toCharge } from '../helpers/meters.ts'
import { networkHelpers } from '../helpers/network.ts'
import type { Call, Operation } from '../helpers/operations.ts'
import {
  allowCall,
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { hour, noon } from '../helpers/time.ts'
import { buildLimit, type PolicyParts } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`
/** Selector of nothing that the contract has which is called. */
const unknown = '0x12345678'
const huge = 2n ** 128n - 1n
const hourOfNoon = noon / hour
const monthOfNoon = 2030 * 12

const ofHour = limits.fixed(0, hour, 100n)
const ofLifetime = limits.lifetime(0, 300n)
const ofMonth = limits.monthly(1, 1_000n)
const ofOperations = limits.lifetime(2, 50n)

type Charge = { meterId: Hex; charge: bigint }

type Spending = {
  native?: bigint
  token?: bigint
  /** Whether the execution reverts. */
  fails?: boolean
  settles?: boolean
}

// INV-13.
describe('an agent that settles', () => {
  let bench: Bench
  let token: string

  const load = async (version: '0.7' | '0.8' = '0.8') => {
    bench = await loadBench(version)
    token = String(bench.token.target)
  }
  const toParts = (): Partial<PolicyParts> => ({
    assets: [assets.native, assets.toErc20(token), assets.operations],
    limits: [ofHour, ofLifetime, ofMonth, ofOperations],
    permissions: [
      allowPayment(bench.alice.address, huge),
      allowTransfer(token, 1),
      allowCall(String(bench.factory.target), unknown),
    ],
  })
  const grant = (parts: Partial<PolicyParts> = {}) =>
    bench.grant(toPolicy({ ...toParts(), ...parts }))

  beforeEach(async () => {
    await load()
    await grant()
  })

  const pay = (value: bigint): Call => ({ to: bench.alice.address, value })
  const fail = (): Call => ({ to: String(bench.factory.target), data: unknown })
  const settle = (charges: readonly Charge[]): Call => ({
    to: String(bench.validator.target),
    data: bench.validator.interface.encodeFunctionData('settle', [
      [...charges],
    ]),
  })
  const native = { agentNumber: 1, assetKind: 1, asset: zero }
  const hourly = getMeterId({ kind: 2, length: hour, ...native })
  const lifetime = getMeterId({ kind: 4, ...native })
  const getMonthly = () =>
    getMeterId({ kind: 3, agentNumber: 1, assetKind: 2, asset: token })
  /** What spending reserves under the policy of these tests. */
  const toCharges = (
    { native = 0n, token = 0n }: Spending,
    period = hourOfNoon,
  ): Charge[] =>
    [
      { meterId: hourly, charge: toCharge(period, native) },
      { meterId: lifetime, charge: toCharge(0, native) },
      { meterId: getMonthly(), charge: toCharge(monthOfNoon, token) },
    ].filter(({ charge }) => BigInt.asUintN(128, charge) !== 0n)
  const toCalls = (spending: Spending, period = hourOfNoon): Call[] => {
    const { fails = false, native = 0n, settles = true, token = 0n } = spending
    return [
      ...(native === 0n ? [] : [pay(native)]),
      ...(token === 0n
        ? []
        : [bench.encodeTransfer(bench.alice.address, token)]),
      fails ? fail() : pay(0n),
      ...(settles ? [settle(toCharges(spending, period))] : []),
    ]
  }
  const operate = (
    spending: Spending,
    parameters: Parameters<Bench['operate']>[0] = {},
  ) => bench.operate({ calls: toCalls(spending), ...parameters })
  /** Operations of one lane, one after the other. */
  const operateAll = async (spendings: readonly Spending[]) => {
    const first = await bench.entryPoint.getFunction('getNonce')(
      bench.account.target,
      bench.toNonceKey(),
    )
    return Promise.all(
      spendings.map((spending, index) =>
        operate(spending, { nonce: first + BigInt(index) }),
      ),
    )
  }
  /** Sends the operations, whose executions must come out like this. */
  const handle = async (
    operations: readonly Operation[],
    outcomes: readonly boolean[],
  ) => {
    const { logs } = await bench.handle(operations)
    expect(
      logs
        .map((log) => bench.entryPoint.interface.parseLog(log))
        .filter((log) => log?.name === 'UserOperationEvent')
        .map((log) => log?.args.success),
      'executions',
    ).to.deep.equal(outcomes)
  }
  const act = async (spending: Spending) =>
    handle([await operate(spending)], [!spending.fails])
  const exceeds = (requested: bigint, remaining: bigint) =>
    [0, zero, requested, remaining, noon + hour] as const

  describe('and whose execution fails', () => {
    it('has its budget back on both EntryPoints', async () => {
      for (const version of ['0.7', '0.8'] as const) {
        await load(version)
        await grant()
        await act({ native: 90n, token: 800n, fails: true })
        expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 1n])
        await act({ native: 100n, token: 1_000n })
        expect(await bench.getSpent()).to.deep.equal([100n, 100n, 1_000n, 2n])
      }
    })

    it('has neither rolling amounts nor rolling counts back', async () => {
      await grant({
        limits: [
          ofHour,
          buildLimit(0, { kind: 5, length: 3_600n, amount: 100n }),
          ofMonth,
          buildLimit(2, { kind: 6, length: 3_600n, amount: 3n }),
        ],
      })
      const charges = toCharges({ native: 60n }).slice(0, 1)
      const calls = [pay(60n), fail(), settle(charges)]
      await handle([await bench.operate({ calls })], [false])

      expect(await bench.getSpent()).to.deep.equal([0n, 60n, 0n, 1n])
      await expectDenied(
        bench,
        await bench.operate({ calls }),
        'BudgetExceeded',
        [1, zero, 60, 40, noon + 1_200],
      )
    })

    it('has spent what has arrived, wherever it runs out of gas', async () => {
      const { alice, provider } = bench
      const outcomes = new Set<bigint>()
      for (let limit = 20_000n; limit <= 150_000n; limit += 3_000n) {
        const gas = { callGasLimit: limit }
        await bench.handle([await operate({ native: 1n, token: 1n }, { gas })])
        const paid = await provider.getBalance(alice.address)
        expect((await bench.getSpent()).slice(0, 3)).to.deep.equal([
          paid,
          paid,
          await bench.token.balanceOf(alice.address),
        ])
        outcomes.add(paid)
      }
      expect(outcomes).to.include(0n)
      expect(outcomes.size).to.be.greaterThan(2)
    })
  })

  describe('in one bundle', () => {
    it('one that fails and one that does not charges the other', async () => {
      await handle(
        await operateAll([{ native: 60n, fails: true }, { native: 40n }]),
        [false, true],
      )
      expect(await bench.getSpent()).to.deep.equal([40n, 40n, 0n, 2n])
      await act({ native: 60n })
    })

    it('one that fails between two charges the two', async () => {
      await handle(
        await operateAll([
          { native: 20n },
          { native: 30n, token: 5n, fails: true },
          { native: 50n, token: 6n },
        ]),
        [true, false, true],
      )
      expect(await bench.getSpent()).to.deep.equal([70n, 70n, 6n, 3n])
      await act({ native: 30n })
    })

    it('on several lanes charges those that succeed', async () => {
      const operations = await Promise.all(
        [true, false, true, false].map((fails, lane) =>
          operate({ native: 20n + BigInt(lane), fails }, { lane }),
        ),
      )
      await handle(operations, [false, true, false, true])
      expect(await bench.getSpent()).to.deep.equal([44n, 44n, 0n, 4n])
    })

    it('cannot spend what another has reserved, though that will fail', async () => {
      for (const [one, other] of [
        [{ settles: true }, { settles: true }],
        [{ settles: true }, { settles: false }],
        [{ settles: false }, { settles: true }],
      ]) {
        const [first, second] = (await operateAll([
          { native: 60n, fails: true, ...one },
          { native: 41n, ...other },
        ])) as [Operation, Operation]
        await expectDenied(bench, second, 'BudgetExceeded', exceeds(41n, 40n), {
          after: [first],
        })
      }
    })

    it('still owes it when the owner uninstalls the module before it runs', async () => {
      const uninstall: Call = {
        to: String(bench.account.target),
        data: bench.account.interface.encodeFunctionData('uninstallModule', [
          1,
          bench.validator.target,
          '0x',
        ]),
      }
      await handle(
        [
          await bench.operateAsOwner([uninstall, pay(0n)]),
          await operate({ native: 60n }),
        ],
        [true, true],
      )
      await bench.account.installModule(1, bench.validator.target, '0x')
      await grant()
      expect(await bench.getSpent()).to.deep.equal([60n, 60n, 0n, 1n])
    })

    // Against a model of what is written and what is reserved.
    it('spends what its outcomes ask for, whatever they are', async () => {
      const operation = fc.record({
        native: fc.bigInt({ min: 1n, max: 60n }),
        fails: fc.boolean(),
        settles: fc.boolean(),
      })
      const bundle = fc.array(operation, { minLength: 1, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(
          fc.array(bundle, { minLength: 1, maxLength: 4 }),
          async (bundles) => {
            await load()
            await grant()
            let spent = 0n
            for (const bundle of bundles) {
              let [written, reserved] = [spent, 0n]
              const operations = await operateAll(bundle)
              const denied = bundle.findIndex(({ native, settles }) => {
                if (written + reserved + native > 100n) return true
                if (settles) reserved += native
                else written += native
                return false
              })
              const { [denied]: culprit } = operations
              if (culprit)
                await expectDenied(
                  bench,
                  culprit,
                  'BudgetExceeded',
                  exceeds(
                    bundle[denied]?.native ?? 0n,
                    100n - written - reserved,
                  ),
                  { after: operations.slice(0, denied) },
                )
              else {
                await handle(
                  operations,
                  bundle.map(({ fails }) => !fails),
                )
                spent = bundle
                  .filter(({ fails, settles }) => settles && !fails)
                  .reduce((sum, { native }) => sum + native, written)
              }
              expect((await bench.getSpent()).slice(0, 2)).to.deep.equal([
                spent,
                spent,
              ])
            }
          },
        ),
        { numRuns: 25 },
      )
    })
  })

  describe('in two bundles of one transaction, through a contract', () => {
    const handleEach = async (operations: readonly Operation[]) => {
      const bundler = await bench.deployContractBundler()
      const receipt = await (
        await bundler.handleEach(
          bench.entryPoint.target,
          [...operations],
          bench.bundler.address,
          { gasLimit: 15_000_000n },
        )
      ).wait()
      const refusals = await bundler.queryFilter(
        bundler.filters.Refused(),
        receipt?.blockNumber,
      )
      return refusals.map(({ args }) => {
        const refusal = bench.entryPoint.interface.parseError(args.reason)
        return [
          args.bundle,
          ...(refusal?.name === 'FailedOp'
            ? [refusal.args.reason]
            : bench.parseError(refusal?.args.inner)),
        ]
      })
    }

    beforeEach(async () => {
      await load('0.7')
      await grant()
    })

    it('has what the first has reserved back when both are over', async () => {
      const operations = await operateAll([
        { native: 60n, fails: true },
        { native: 40n },
      ])
      expect(await handleEach(operations)).to.deep.equal([])
      expect(await bench.getSpent()).to.deep.equal([40n, 40n, 0n, 2n])
      await act({ native: 60n })
      expect(await bench.getSpent()).to.deep.equal([100n, 100n, 0n, 3n])
    })

    it('reverts in the second beyond what the first has left', async () => {
      const operations = await operateAll([
        { native: 60n, fails: true },
        { native: 41n },
      ])
      expect(await handleEach(operations)).to.deep.equal([
        [1n, 'BudgetExceeded', 0n, zero, 41n, 40n, BigInt(noon + hour)],
      ])
      expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 1n])
    })

    it('has what a refused bundle has reserved back at once', async () => {
      const [good] = (await operateAll([{ native: 100n }])) as [Operation]
      const early = await operate(
        { native: 100n },
        { lane: 1, window: { validAfter: noon + 60, validUntil: noon + 90 } },
      )
      expect(await handleEach([early, good])).to.deep.equal([
        [0n, 'AA22 expired or not due'],
      ])
      expect(await bench.getSpent()).to.deep.equal([100n, 100n, 0n, 1n])
    })
  })

  describe('with a call that is nearly right', () => {
    const spending = { native: 30n, token: 7n }
    const denyCharges = async (
      charges: readonly Charge[],
      index: number,
      { charge, meterId }: Charge = { meterId: toWord(0n), charge: 0n },
    ) =>
      expectDenied(
        bench,
        await bench.operate({
          calls: [...toCalls({ ...spending, settles: false }), settle(charges)],
        }),
        'SettlementMismatch',
        [index, meterId, charge],
      )
    const denyCall = async (call: Partial<Call>) =>
      expectDenied(
        bench,
        await bench.operate({ calls: [pay(0n), { ...settle([]), ...call }] }),
        'PrivilegedTarget',
        [1, bench.validator.target],
      )

    it('of another meter, amount or period reverts', async () => {
      const right = toCharges(spending)
      for (const [index, { charge, meterId }] of right.entries()) {
        const period = charge & ~huge
        const wrong: Charge[] = [
          { charge, meterId: toWord(0n) },
          { charge, meterId: toWord(BigInt(meterId) ^ 1n) },
          { charge, meterId: toWord(BigInt(meterId) ^ (2n ** 255n)) },
          { meterId, charge: 0n },
          { meterId, charge: period },
          { meterId, charge: period | huge },
          { meterId, charge: charge + 2n ** 128n },
          { meterId, charge: charge ^ (2n ** 255n) },
          { meterId, charge: charge ^ (2n ** 127n) },
        ]
        for (const one of wrong)
          await denyCharges(right.with(index, one), index, {
            charge,
            meterId,
          })
      }
    })

    it('of one too few or too many, wherever it stands, reverts', async () => {
      const right = toCharges(spending)
      for (const [index, missing] of right.entries())
        await denyCharges(right.toSpliced(index, 1), index, missing)
      for (const index of right.keys()) {
        const [extra] = right as [Charge]
        const more = right.toSpliced(index, 0, extra)
        await denyCharges(more, Math.max(index, 1), right[Math.max(index, 1)])
      }
      await denyCharges([...right, { meterId: toWord(0n), charge: 0n }], 3)
    })

    it('of dirty words or with bytes to spare reverts', async () => {
      const data = settle(toCharges(spending)).data as Hex
      const body = slice(data, 68)
      const selector = slice(data, 0, 4)
      const encode = (offset: bigint, count: bigint, rest: Hex = body) => ({
        data: concatHex([selector, toWord(offset), toWord(count), rest]),
      })
      for (const offset of [0n, 31n, 33n, 64n, 2n ** 255n + 32n])
        await denyCall(encode(offset, 3n))
      // 64 times these comes round to the right size.
      for (const high of [2n ** 250n, 2n ** 251n, 2n ** 255n])
        await denyCall(encode(32n, high + 3n))
      await denyCall(encode(64n, 0n, concatHex([toWord(3n), body])))
      for (const rest of ['0x00', toWord(0n), concatHex([body, body])] as const)
        await denyCall(encode(32n, 3n, concatHex([body, rest])))
      for (let length = 0; length < 68; length += 3)
        await denyCall({ data: length === 0 ? '0x' : slice(data, 0, length) })
    })

    it('with value reverts', async () => {
      for (const value of [1n, 2n ** 255n]) await denyCall({ value })
    })

    it('of another function of the module reverts', async () => {
      const { agent, validator } = bench
      const { interface: functions } = validator
      for (const data of [
        functions.encodeFunctionData('freezeAll'),
        functions.encodeFunctionData('setRelaying', [true]),
        functions.encodeFunctionData('unfreeze', [agent.address, 1]),
        functions.encodeFunctionData('onUninstall', ['0x']),
        functions.encodeFunctionData('onInstall', ['0x']),
      ])
        await denyCall({ data })
    })
  })

  describe('where the policy demands it', () => {
    beforeEach(() => grant({ header: { flags: 2n } }))

    it('cannot leave it out', async () => {
      for (const calls of [[pay(5n)], [pay(0n)], [pay(5n), pay(5n)]])
        await expectDenied(
          bench,
          await bench.operate({ calls }),
          'SettlementRequired',
          [],
        )
    })

    it('pays, pays nothing, or fails with it', async () => {
      await act({ native: 5n })
      await act({})
      await act({ native: 5n, fails: true })
      expect(await bench.getSpent()).to.deep.equal([5n, 5n, 0n, 3n])
    })
  })

  describe('beside others who settle', () => {
    const getRoots = async () =>
      (await bench.readState()).map(({ storageHash }) => storageHash)

    it('outside an operation changes nothing, whatever they carry', async () => {
      await act({ native: 30n, token: 7n })
      const { stranger, validator } = bench
      const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
      const charge = fc.record({
        meterId: fc.oneof(
          fc.constantFrom(hourly, lifetime, getMonthly()),
          word.map(toWord),
        ),
        charge: fc.oneof(
          word,
          fc
            .tuple(
              fc.constantFrom(0, hourOfNoon, monthOfNoon),
              fc.constantFrom(0n, 1n, 30n, 31n, huge),
            )
            .map(([period, amount]) => toCharge(period, amount)),
        ),
      })
      const before = await getRoots()
      await fc.assert(
        fc.asyncProperty(
          fc.array(charge, { maxLength: 6 }),
          async (charges) => {
            await bench.by().settle(charges)
            await validator.connect(stranger).settle(charges)
            expect(await getRoots()).to.deep.equal(before)
          },
        ),
        { numRuns: 60 },
      )
      const many = Array.from({ length: 300 }, (_, index) => ({
        meterId: toWord(BigInt(index)),
        charge: toCharge(index, huge),
      }))
      await bench.by().settle(many, { gasLimit: 10_000_000n })
      expect(await getRoots()).to.deep.equal(before)
    })

    it('by a token that calls back changes nothing', async () => {
      const hostile = await bench.deployHostileToken()
      const asset = String(hostile.target)
      await hostile.mint(bench.account.target, 100n)
      await grant({
        assets: [assets.toErc20(asset)],
        limits: [limits.lifetime(0, 100n)],
        permissions: [allowTransfer(asset)],
      })
      const meterId = getMeterId({
        kind: 4,
        agentNumber: 1,
        assetKind: 2,
        asset,
      })
      const own = settle([{ meterId, charge: toCharge(0, 60n) }])
      await hostile.behave(3, own.to, own.data ?? '0x')
      await bench.act([
        {
          to: asset,
          data: hostile.interface.encodeFunctionData('transfer', [
            bench.alice.address,
            60n,
          ]),
        },
        own,
      ])
      expect(await hostile.succeeded()).to.equal(true)
      expect(await bench.getSpent()).to.deep.equal([60n])
    })

    it('as the owner, behind it, writes no more than it has reserved', async () => {
      const overcharge = settle(toCharges({ native: huge, token: huge }))
      await handle(
        [
          await operate({ native: 60n, token: 7n, fails: true }),
          await bench.operateAsOwner([overcharge, overcharge]),
        ],
        [false, true],
      )
      expect(await bench.getSpent()).to.deep.equal([60n, 60n, 7n, 1n])
    })

    it('as the owner, behind it, writes nothing twice', async () => {
      await handle(
        [
          await operate({ native: 60n, token: 7n }),
          await bench.operateAsOwner([
            settle(toCharges({ native: 60n, token: 7n })),
            settle(toCharges({ native: huge, token: huge })),
          ]),
        ],
        [true, true],
      )
      expect(await bench.getSpent()).to.deep.equal([60n, 60n, 7n, 1n])
    })

    it('as the owner, before it, with a part of it takes nothing away', async () => {
      await handle(
        [
          await bench.operateAsOwner([settle(toCharges({ native: 25n }))]),
          await operate({ native: 60n }),
        ],
        [true, true],
      )
      expect(await bench.getSpent()).to.deep.equal([60n, 60n, 0n, 1n])
    })

    it('as the owner of another period or meter writes nothing', async () => {
      const [{ charge, meterId }] = toCharges({ native: huge }) as [Charge]
      await handle(
        [
          await operate({ native: 60n, fails: true }),
          await bench.operateAsOwner([
            settle([
              { meterId, charge: charge + 2n ** 128n },
              { meterId, charge: charge - 2n ** 128n },
              { meterId, charge: huge },
              { meterId: toWord(BigInt(meterId) ^ 1n), charge },
            ]),
            pay(0n),
          ]),
        ],
        [false, true],
      )
      expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 1n])
      // Nor has it moved the meters to another period.
      await act({ native: 100n })
    })
  })

  describe('at the boundary of a period', () => {
    const next = noon + hour
    const late = { validAfter: next - 60, validUntil: next - 1 }
    const early = { validAfter: next, validUntil: next + 59 }

    it('is refused when it lands after it', async () => {
      const stale = await operate({ native: 100n }, { window: late })
      // It would pass now, and lands when its hour is over.
      await bench.validate(stale)
      await networkHelpers.time.setNextBlockTimestamp(next)
      await expectRefused(bench, stale, 'AA22 expired or not due')
      expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 0n])
    })

    it('has the new period whole, though the old one is used up', async () => {
      const due = await bench.operate({
        calls: toCalls({ native: 100n }, hourOfNoon + 1),
        lane: 1,
        window: early,
      })
      await bench.validate(due)
      await bench.run(await operate({ native: 100n }, { window: late }), {
        at: next - 30,
      })
      await bench.validate(due)
      await bench.run(due, { at: next + 1 })
      expect(await bench.getSpent(next)).to.deep.equal([100n, 200n, 0n, 2n])
    })

    it('reverts when the charge is of the period before', async () => {
      await expectDenied(
        bench,
        await operate({ native: 5n }, { window: early }),
        'SettlementMismatch',
        [0, hourly, toCharge(hourOfNoon + 1, 5n)],
        { at: next + 1 },
      )
    })
  })

  describe('leaves in the storage of the module', () => {
    /** The word at a distance from the meter of this key. */
    const readWord = async (meterId: Hex, distance: bigint) => {
      // The meters are the second mapping, behind two words of EIP712.
      const slot = getMappedSlot(3n, [
        meterId,
        String(bench.account.target) as Hex,
      ])
      const word = await networkHelpers.getStorageAt(
        String(bench.validator.target),
        toHex(BigInt(slot) + distance, { size: 32 }),
      )
      return BigInt(word)
    }

    it('its charges and no mark', async () => {
      await handle(
        await operateAll([
          { native: 20n, token: 5n },
          { native: 30n, token: 6n, fails: true },
        ]),
        [true, false],
      )
      for (const { charge, meterId } of toCharges({ native: 20n, token: 5n })) {
        expect(await readWord(meterId, 0n)).to.equal(charge)
        for (const distance of [-1n, 1n, 2n])
          expect(await readWord(meterId, distance)).to.equal(0n)
      }
    })

    it('a rolling count that nothing has settled', async () => {
      await grant({
        limits: [
          ofHour,
          ofLifetime,
          ofMonth,
          buildLimit(2, { kind: 6, length: 3_600n, amount: 9n }),
        ],
      })
      const ring = getMeterId({
        kind: 6,
        length: hour,
        agentNumber: 1,
        assetKind: 5,
        asset: zero,
      })
      await act({ native: 20n })
      const times = await readWord(ring, 1n)
      expect(times).to.equal(BigInt(noon + 600))
      await handle(
        [
          await operate({ native: 20n, fails: true }),
          await bench.operateAsOwner([
            settle([
              { meterId: ring, charge: huge },
              { meterId: ring, charge: 2n ** 256n - 1n },
              { meterId: ring, charge: times },
            ]),
            pay(0n),
          ]),
        ],
        [false, true],
      )
      expect(await readWord(ring, 0n)).to.equal(2n)
      expect(await readWord(ring, 1n)).to.equal(times | (times << 32n))
    })
  })
})
