import { expect } from 'chai'

import { type Bench, loadBench } from '../helpers/bench.ts'
import {
  expectDenied,
  expectError,
  expectRefused,
} from '../helpers/expectDenied.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { hour, noon } from '../helpers/time.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`

describe('many operations at once', () => {
  let bench: Bench

  const grant = (to = bench.agent) =>
    bench.grant(
      toPolicy({
        assets: [assets.native, assets.operations],
        limits: [
          limits.fixed(0, hour, 100n),
          buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: 150n }),
          limits.fixed(1, hour, 5n),
        ],
        permissions: [allowPayment(bench.alice.address, 10n ** 30n)],
      }),
      { to },
    )

  beforeEach(async () => {
    bench = await loadBench()
    await grant()
  })

  const pay = (value: bigint) => ({ to: bench.alice.address, value })

  it('of one agent in one bundle see each other’s charges', async () => {
    const [first, second] = [
      await bench.operate({ calls: [pay(60n)], nonce: toNonce(0, 0n) }),
      await bench.operate({ calls: [pay(41n)], nonce: toNonce(0, 1n) }),
    ]
    await expectDenied(
      bench,
      second,
      'BudgetExceeded',
      [0, zero, 41, 40, noon + hour],
      { after: [first] },
    )
  })

  it('of one agent in one bundle run as far as the budget reaches', async () => {
    const operations = await Promise.all(
      [20n, 30n, 50n].map((value, index) =>
        bench.operate({
          calls: [pay(value)],
          nonce: toNonce(0, BigInt(index)),
        }),
      ),
    )
    await bench.run(operations)

    expect(await bench.getSpent()).to.deep.equal([100n, 100n, 3n])
    expect(await bench.provider.getBalance(bench.alice.address)).to.equal(100n)
  })

  it('on several nonce lanes share the budget', async () => {
    const operations = await Promise.all(
      [0, 1, 2, 3].map((lane) => bench.operate({ calls: [pay(30n)], lane })),
    )
    const [last] = operations.slice(-1)
    if (!last) throw new Error('There is an operation.')
    await expectDenied(
      bench,
      last,
      'BudgetExceeded',
      [0, zero, 30, 10, noon + hour],
      { after: operations.slice(0, -1) },
    )
    await bench.run(operations.slice(0, -1))
    await expectDenied(bench, last, 'BudgetExceeded', [
      0,
      zero,
      30,
      10,
      noon + hour,
    ])
  })

  it('on several nonce lanes share the number of operations', async () => {
    const operations = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((lane) =>
        bench.operate({ calls: [pay(0n)], lane }),
      ),
    )
    const [last] = operations.slice(-1)
    if (!last) throw new Error('There is an operation.')
    await expectDenied(bench, last, 'RateLimitExceeded', [2, 5, noon + hour], {
      after: operations.slice(0, -1),
    })
  })

  it('of two agents in one bundle share the budget of the account', async () => {
    await grant(bench.otherAgent)
    const first = await bench.operate({ calls: [pay(100n)] })
    const second = await bench.operate({
      calls: [pay(51n)],
      agent: bench.otherAgent,
      lane: 1,
    })
    await expectDenied(bench, second, 'BudgetExceeded', [1, zero, 51, 50, 0], {
      after: [first],
    })
  })

  it('of which one fails leave the charge of that one', async () => {
    const failing = await bench.operate({
      calls: [pay(60n), { to: bench.alice.address, value: 0n }],
      gas: { callGasLimit: 3_000n },
    })
    await bench.handle([failing])

    expect(await bench.getSpent()).to.deep.equal([60n, 60n, 1n])
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(41n)] }),
      'BudgetExceeded',
      [0, zero, 41, 40, noon + hour],
    )
    await bench.act([pay(40n)])
  })

  it('that are the same one run once', async () => {
    const operation = await bench.operate({ calls: [pay(10n)] })
    await expectRefused(bench, operation, 'AA25 invalid account nonce', {
      after: [operation],
    })
    await bench.run(operation)
    await expectRefused(bench, operation, 'AA25 invalid account nonce')
  })

  describe('through a contract that calls the EntryPoint twice', () => {
    it('in one transaction see each other’s charges on EntryPoint 0.7', async () => {
      bench = await loadBench('0.7')
      await grant()
      const bundler = await bench.deployContractBundler()
      const operations = await Promise.all(
        [60n, 41n, 40n].map((value, lane) =>
          bench.operate({ calls: [pay(value)], lane }),
        ),
      )
      const receipt = await (
        await bundler.handleEach(
          bench.entryPoint.target,
          operations,
          bench.bundler.address,
          { gasLimit: 15_000_000n },
        )
      ).wait()

      const refusals = await bundler.queryFilter(
        bundler.filters.Refused(),
        receipt?.blockNumber,
      )
      expect(refusals.map(({ args }) => args.bundle)).to.deep.equal([1n])
      const refusal = bench.entryPoint.interface.parseError(
        refusals[0]?.args.reason ?? '0x',
      )
      expectError(refusal?.args.inner, 'BudgetExceeded', [
        0,
        zero,
        41,
        40,
        noon + hour,
      ])
      expect(await bench.getSpent()).to.deep.equal([100n, 100n, 2n])
    })
  })

  describe('and a stranger who calls the module', () => {
    it('in the name of the account reverts', async () => {
      const operation = await bench.operate({ calls: [pay(10n)] })
      const hash = await bench.getUserOpHash(operation)
      const before = await bench.readState()
      await expect(
        bench.validator.connect(bench.stranger).validateUserOp(operation, hash),
      )
        .to.be.revertedWithCustomError(bench.validator, 'SenderMismatch')
        .withArgs(bench.account.target, bench.stranger.address)

      expect(await bench.readState()).to.deep.equal(before)
    })

    it('in his own name reaches only what is his', async () => {
      const operation = await bench.operate({ calls: [pay(10n)] })
      const hash = await bench.getUserOpHash(operation)
      await expect(
        bench.validator
          .connect(bench.stranger)
          .validateUserOp(
            { ...operation, sender: bench.stranger.address },
            hash,
          ),
      )
        .to.be.revertedWithCustomError(bench.validator, 'AgentNotGranted')
        .withArgs(bench.stranger.address, bench.agent.address)
    })

    it('with a grant of his own charges only his own meters', async () => {
      const { agent, stranger, validator } = bench
      await validator.connect(stranger).onInstall('0x')
      const { policy } = await validator.getGrant(
        bench.account.target,
        agent.address,
      )
      expect(policy).to.not.equal(zero)
      const policyHash = await bench.publish(
        toPolicy({
          assets: [assets.native],
          limits: [limits.fixed(0, hour, 100n)],
          permissions: [allowPayment(bench.alice.address, 100n)],
        }),
      )
      await validator.connect(stranger).grant(agent.address, policyHash, 0)
      const operation = {
        ...(await bench.operate({ calls: [pay(100n)] })),
        sender: stranger.address,
      }
      const signed = await bench.sign(operation, bench.defaultWindow)
      await validator
        .connect(stranger)
        .validateUserOp(signed, await bench.getUserOpHash(signed))

      expect(
        await bench.getSpent(noon, { of: { target: stranger.address } }),
      ).to.deep.equal([100n])
      expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n])
    })
  })

  it('of a token and of value in one bundle charge each its own', async () => {
    const token = String(bench.token.target)
    await bench.grant(
      toPolicy({
        assets: [assets.native, assets.toErc20(token)],
        limits: [limits.fixed(0, hour, 100n), limits.fixed(1, hour, 100n)],
        permissions: [
          allowPayment(bench.alice.address, 100n),
          allowTransfer(token, 1),
        ],
      }),
    )
    await bench.run([
      await bench.operate({ calls: [pay(100n)], lane: 0 }),
      await bench.operate({
        calls: [bench.encodeTransfer(bench.alice.address, 100n)],
        lane: 1,
      }),
    ])

    expect(await bench.getSpent()).to.deep.equal([100n, 100n])
  })

  function toNonce(lane: number, sequence: bigint): bigint {
    return (bench.toNonceKey(lane) << 64n) | sequence
  }
})
