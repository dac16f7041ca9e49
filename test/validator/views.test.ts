import { expect } from 'chai'
import { ZeroAddress } from 'ethers'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { getMeterId, type MeterParts, toCharge } from '../helpers/meters.ts'
import { getPrefund } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { day, hour, noon, toSeconds } from '../helpers/time.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

describe('the views', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const toPayments = () =>
    toPolicy({
      assets: [assets.native],
      limits: [
        limits.perOperation(0, 50n),
        limits.fixed(0, hour, 60n),
        limits.daily(0, 70n),
        limits.fixed(0, 90_000, 80n, noon + hour),
        limits.monthly(0, 90n),
        limits.lifetime(0, 100n),
      ],
      permissions: [allowPayment(bench.alice.address, 50n)],
    })
  const getUsage = async (timestamp: number) => {
    const usage = await bench.getUsage(timestamp)
    return usage.map(({ amount, resetsAt, spent }) => [amount, spent, resetsAt])
  }

  describe('getUsage', () => {
    it('tells what is spent of every limit, and when it counts from 0', async () => {
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [
            limits.perOperation(0, 50n),
            limits.fixed(0, hour, 60n),
            limits.daily(0, 70n),
            limits.monthly(0, 90n),
            limits.lifetime(0, 100n),
          ],
          permissions: [allowPayment(bench.alice.address, 50n)],
        }),
      )
      await bench.act([{ to: bench.alice.address, value: 20n }])
      const [midnight, month] = [noon + day / 2, toSeconds('2030-02-01')]

      expect(await getUsage(noon)).to.deep.equal([
        [50n, 0n, 0n],
        [60n, 20n, BigInt(noon + hour)],
        [70n, 20n, BigInt(midnight)],
        [90n, 20n, BigInt(month)],
        [100n, 20n, 0n],
      ])
      expect(await getUsage(noon + hour)).to.deep.equal([
        [50n, 0n, 0n],
        [60n, 0n, BigInt(noon + 2 * hour)],
        [70n, 20n, BigInt(midnight)],
        [90n, 20n, BigInt(month)],
        [100n, 20n, 0n],
      ])
      expect(await getUsage(month)).to.deep.equal([
        [50n, 0n, 0n],
        [60n, 0n, BigInt(month + hour)],
        [70n, 0n, BigInt(month + day)],
        [90n, 0n, BigInt(toSeconds('2030-03-01'))],
        [100n, 20n, 0n],
      ])
    })

    it('shows nothing spent before the anchor, which comes next', async () => {
      await bench.grant(toPayments())

      const { 3: before } = await getUsage(noon)
      expect(before).to.deep.equal([80n, 0n, BigInt(noon + hour)])
      const { 3: after } = await getUsage(noon + hour)
      expect(after).to.deep.equal([80n, 0n, BigInt(noon + hour + 90_000)])
    })

    it('does not revert at any time', async () => {
      await bench.grant(toPayments())

      for (const timestamp of [0, 1, 2 ** 32, 2 ** 47, 2 ** 48 - 1])
        expect(await getUsage(timestamp)).to.have.length(6)
    })

    it('reverts when the agent has no grant', async () => {
      await expect(bench.getUsage(noon))
        .to.be.revertedWithCustomError(bench.validator, 'AgentNotGranted')
        .withArgs(bench.account.target, bench.agent.address)
    })
  })

  describe('getMeter', () => {
    const getMeter = (meter: Partial<MeterParts>, index = 0) =>
      bench.validator.getMeter(
        bench.account.target,
        getMeterId({
          kind: 2,
          agentNumber: 1,
          assetKind: 1,
          asset: ZeroAddress,
          ...meter,
        }),
        index,
      )
    const toRate = (max: bigint) =>
      toPolicy({
        assets: [assets.native, assets.operations],
        limits: [
          limits.fixed(0, hour, 100n),
          buildLimit(1, { kind: 6, length: BigInt(hour), amount: max }),
        ],
        permissions: [allowPayment(bench.alice.address, 50n)],
      })
    const ring = { kind: 6, length: hour, assetKind: 5 }

    it('is 0 where nothing was ever charged', async () => {
      await bench.grant(toRate(3n))

      expect(await getMeter({ length: hour })).to.equal(0n)
      for (const index of [0, 1, 125])
        expect(await getMeter(ring, index)).to.equal(0n)
    })

    it('has period and amount in its word, and nothing behind it', async () => {
      await bench.grant(toRate(3n))
      await bench.act([{ to: bench.alice.address, value: 20n }])
      await bench.act([{ to: bench.alice.address, value: 5n }])

      expect(await getMeter({ length: hour })).to.equal(
        toCharge(Math.floor(noon / hour), 25n),
      )
      expect(await getMeter({ length: hour }, 1)).to.equal(0n)
    })

    it('has the number of operations in its word, and their times in a ring behind it', async () => {
      await bench.grant(toRate(20n))
      const ends: number[] = []
      for (let i = 0; i < 9; i++) {
        const validUntil = noon + 600 + i
        ends.push(validUntil)
        await bench.act([{ to: bench.alice.address }], {
          window: { validAfter: noon, validUntil },
        })
      }
      const toWord = (times: readonly number[]) =>
        times.reduce(
          (word, time, i) => word | (BigInt(time) << BigInt(32 * i)),
          0n,
        )

      expect(await getMeter(ring)).to.equal(9n)
      expect(await getMeter(ring, 1)).to.equal(toWord(ends.slice(0, 8)))
      expect(await getMeter(ring, 2)).to.equal(toWord(ends.slice(8)))
      expect(await getMeter(ring, 3)).to.equal(0n)
    })

    it("is each account's own, and each agent's", async () => {
      await bench.grant(toRate(3n))
      await bench.act([{ to: bench.alice.address, value: 20n }])

      expect(await getMeter({ agentNumber: 2, length: hour })).to.equal(0n)
      expect(
        await bench.validator.getMeter(
          bench.stranger.address,
          getMeterId({
            kind: 2,
            length: hour,
            agentNumber: 1,
            assetKind: 1,
            asset: ZeroAddress,
          }),
          0,
        ),
      ).to.equal(0n)
    })
  })

  describe('getGrant', () => {
    it('is zero when there never was a grant', async () => {
      const grant = await bench.validator.getGrant(
        bench.account.target,
        bench.agent.address,
      )

      expect([...grant]).to.deep.equal([
        `0x${'00'.repeat(20)}`,
        0n,
        0n,
        false,
        0n,
        0n,
      ])
    })

    it('tells everything about the grant', async () => {
      const policyHash = await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 100n)],
          permissions: [allowPayment(bench.alice.address, 50n)],
        }),
      )
      const operation = await bench.operate({
        calls: [{ to: bench.alice.address, value: 1n }],
      })
      await bench.run(operation)
      const { account, agent, store, validator } = bench
      await bench.by().freeze(agent.address, 1)
      const grant = await validator.getGrant(account.target, agent.address)

      expect([...grant]).to.deep.equal([
        await store.getFunction('getAddress')(policyHash),
        2n,
        1n,
        true,
        getPrefund(operation),
        BigInt(Math.floor(noon / day)),
      ])
    })
  })

  it('getAgents is empty for an account that has none', async () => {
    expect(await bench.validator.getAgents(bench.account.target)).to.deep.equal(
      [],
    )
  })

  it('policyStore is the store that the module was deployed with', async () => {
    expect(await bench.validator.policyStore()).to.equal(bench.store.target)
  })

  it('isModuleType is true for validators, and never for hooks', async () => {
    expect(await bench.validator.isModuleType(1)).to.equal(true)
    for (const type of [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2n ** 256n - 1n])
      expect(await bench.validator.isModuleType(type)).to.equal(false)
  })
})
