import { expect } from 'chai'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied, expectInvalid } from '../helpers/expectDenied.ts'
import { type Gas, getPrefund, packPaymaster } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { day, noon } from '../helpers/time.ts'
import {
  buildLimit,
  type HeaderFields,
  type PolicyParts,
} from '../policyStore/buildPolicy.ts'

const max = 2n ** 256n - 1n
const zero = `0x${'00'.repeat(20)}`
const midnight = noon + day / 2
/** Number of the day on which the tests begin. */
const today = BigInt(Math.floor(noon / day))

describe('gas', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const toPayments = (
    header: Partial<HeaderFields>,
    parts: Partial<PolicyParts> = {},
  ) =>
    toPolicy({
      header,
      assets: [assets.native],
      limits: [limits.lifetime(0, 1_000n)],
      permissions: [allowPayment(bench.alice.address, 1n)],
      ...parts,
    })
  const grant = (
    header: Partial<HeaderFields>,
    parts: Partial<PolicyParts> = {},
  ) => bench.grant(toPayments(header, parts))
  const operate = (
    gas: Partial<Gas> = {},
    parameters: Parameters<Bench['operate']>[0] = {},
  ) =>
    bench.operate({
      calls: [{ to: bench.alice.address, value: 1n }],
      gas,
      ...parameters,
    })
  const getGas = async () => {
    const { gasPeriod, gasSpent } = await bench.validator.getGrant(
      bench.account.target,
      bench.agent.address,
    )
    return { gasPeriod, gasSpent }
  }
  /** One million gas in all: a fee of n wei costs n million wei. */
  const million: Partial<Gas> = {
    verificationGasLimit: 400_000n,
    callGasLimit: 500_000n,
    preVerificationGas: 100_000n,
    maxPriorityFeePerGas: 0n,
  }
  const gwei = 10n ** 9n

  describe('caps', () => {
    it('revert when maxFeePerGas is above the cap', async () => {
      await grant({ maxFeePerGas: 20n * gwei })

      await bench.run(await operate({ maxFeePerGas: 20n * gwei }))
      await expectDenied(
        bench,
        await operate({ maxFeePerGas: 20n * gwei + 1n }),
        'FeePerGasExceedsCap',
        [20n * gwei + 1n, 20n * gwei],
      )
      await expectInvalid(
        bench,
        await operate({ maxFeePerGas: 2n ** 128n - 1n }),
        'FeePerGasExceedsCap',
        [2n ** 128n - 1n, 20n * gwei],
      )
    })

    it('revert when preVerificationGas is above the cap', async () => {
      await grant({ maxPreVerificationGas: 60_000n })

      await bench.run(await operate({ preVerificationGas: 60_000n }))
      await expectDenied(
        bench,
        await operate({ preVerificationGas: 60_001n }),
        'PreVerificationGasExceedsCap',
        [60_001n, 60_000n],
      )
      await expectDenied(
        bench,
        await operate({ preVerificationGas: 2n ** 100n }),
        'PreVerificationGasExceedsCap',
        [2n ** 100n, 60_000n],
      )
    })

    it('revert when the gas limits together are above the cap', async () => {
      await grant({ maxGas: 1_000_000n })

      await bench.run(await operate(million))
      for (const limit of [
        'verificationGasLimit',
        'callGasLimit',
        'preVerificationGas',
      ] as const)
        await expectDenied(
          bench,
          await operate({
            ...million,
            preVerificationGas: 50_000n,
            callGasLimit: 550_000n,
            [limit]:
              limit === 'verificationGasLimit'
                ? 400_001n
                : limit === 'callGasLimit'
                  ? 550_001n
                  : 50_001n,
          }),
          'GasExceedsCap',
          [1_000_001n, 1_000_000n],
        )
    })

    it('count the gas of a paymaster', async () => {
      const paymaster = toKey('paymaster').address
      await grant(
        { maxGas: 1_000_000n, paymasters: 1n },
        { sets: [{ elements: [paymaster as `0x${string}`] }] },
      )
      const attach = (verification: bigint, postOp: bigint) =>
        operate(
          { ...million, callGasLimit: 400_000n },
          { paymasterAndData: packPaymaster(paymaster, verification, postOp) },
        )

      const answer = await bench.validate(await attach(60_000n, 40_000n))
      expect(answer & 1n).to.equal(0n)
      for (const [verification, postOp] of [
        [60_001n, 40_000n],
        [60_000n, 40_001n],
      ] as const)
        await expectInvalid(
          bench,
          await attach(verification, postOp),
          'GasExceedsCap',
          [1_000_001n, 1_000_000n],
        )
    })

    it('revert with an arithmetic panic when the sum does not fit', async () => {
      await grant({})
      const operation = await operate()
      await expect(
        bench
          .by()
          .validateUserOp(
            { ...operation, preVerificationGas: max },
            `0x${'00'.repeat(32)}`,
          ),
      ).to.be.revertedWithPanic(0x11)
    })
  })

  describe('the daily budget', () => {
    it('is charged with the maximal prefund', async () => {
      await grant({})
      const operation = await operate()
      await bench.run(operation)

      expect(await getGas()).to.deep.equal({
        gasPeriod: today,
        gasSpent: getPrefund(operation),
      })
    })

    it('is charged with the unit above where the prefund is none', async () => {
      await grant({ gasExponent: 15n, gasBudget: 100n })
      await bench.run(await operate({ ...million, maxFeePerGas: gwei }))
      expect((await getGas()).gasSpent).to.equal(10n ** 15n)

      await bench.run(await operate({ ...million, maxFeePerGas: gwei + 1n }))
      expect((await getGas()).gasSpent).to.equal(3n * 10n ** 15n)
    })

    it('permits what is left and reverts when it would be exceeded', async () => {
      await grant({ gasExponent: 15n, gasBudget: 3n })
      await bench.run(await operate({ ...million, maxFeePerGas: 2n * gwei }))
      await expectDenied(
        bench,
        await operate({ ...million, maxFeePerGas: gwei + 1n }),
        'GasBudgetExceeded',
        [10n ** 15n + 10n ** 6n, 10n ** 15n, midnight],
      )
      await bench.run(await operate({ ...million, maxFeePerGas: gwei }))
      await expectDenied(
        bench,
        await operate({ ...million, maxFeePerGas: 1n }),
        'GasBudgetExceeded',
        [10n ** 6n, 0, midnight],
      )
    })

    it('counts from 0 after midnight', async () => {
      await grant({ gasExponent: 15n, gasBudget: 3n })
      await bench.run(await operate({ ...million, maxFeePerGas: 3n * gwei }))
      const window = { validAfter: midnight, validUntil: midnight + 60 }
      await bench.run(
        await operate({ ...million, maxFeePerGas: 3n * gwei }, { window }),
        { at: midnight + 1 },
      )

      expect(await getGas()).to.deep.equal({
        gasPeriod: today + 1n,
        gasSpent: 3n * 10n ** 15n,
      })
    })

    it('reverts when it has counted on a later day', async () => {
      await grant({})
      const window = { validAfter: midnight, validUntil: midnight + 60 }
      await bench.run(await operate({}, { window }), { at: midnight + 1 })

      await expectDenied(bench, await operate(), 'PeriodElapsed', [
        max,
        today,
        today + 1n,
      ])
    })

    it('is charged when the execution fails', async () => {
      await grant({ gasExponent: 15n, gasBudget: 3n })
      const empty = toKey('empty')
      await bench.grant(
        toPolicy({
          header: { gasExponent: 15n, gasBudget: 3n },
          assets: [assets.native],
          limits: [limits.lifetime(0, 10n ** 30n)],
          permissions: [allowPayment(empty.address, 10n ** 30n)],
        }),
      )
      const calls = [{ to: empty.address, value: 10n ** 29n }]
      for (let count = 0; count < 3; ++count)
        await bench.handle([
          await bench.operate({
            calls,
            gas: { ...million, maxFeePerGas: gwei },
          }),
        ])

      await expectDenied(
        bench,
        await bench.operate({ calls, gas: { ...million, maxFeePerGas: gwei } }),
        'GasBudgetExceeded',
        [10n ** 15n, 0, midnight],
      )
    })

    it('is charged when a paymaster pays', async () => {
      const paymaster = toKey('paymaster').address
      await grant(
        { paymasters: 1n, gasExponent: 15n, gasBudget: 1n },
        { sets: [{ elements: [paymaster as `0x${string}`] }] },
      )
      await expectInvalid(
        bench,
        await operate(
          { ...million, maxFeePerGas: gwei },
          { paymasterAndData: packPaymaster(paymaster, 1n, 0n) },
        ),
        'GasBudgetExceeded',
        [10n ** 15n + gwei, 10n ** 15n, midnight],
      )
    })

    it('is kept when the policy is replaced, revoked and granted again', async () => {
      await grant({})
      const operation = await operate()
      await bench.run(operation)
      await grant({ gasBudget: 2_000_000n })
      const spent = { gasPeriod: today, gasSpent: getPrefund(operation) }
      expect(await getGas()).to.deep.equal(spent)

      const { agent, account, validator } = bench
      const { version } = await validator.getGrant(
        account.target,
        agent.address,
      )
      await bench.by().revoke(agent.address, version)
      expect(await getGas()).to.deep.equal(spent)
      await grant({ gasBudget: 3_000_000n })
      expect(await getGas()).to.deep.equal(spent)
      await account.uninstallModule(1, validator.target, '0x')
      await account.installModule(1, validator.target, '0x')
      await grant({ gasBudget: 4_000_000n })
      expect(await getGas()).to.deep.equal(spent)
    })
  })

  describe('a change of the unit', () => {
    const cheap = { ...million, maxFeePerGas: 1n }

    it('to a coarser one rounds what is spent up', async () => {
      await grant({ gasExponent: 6n, gasBudget: 1_000n })
      await bench.run(await operate({ ...million, maxFeePerGas: 3n }))
      expect((await getGas()).gasSpent).to.equal(3n * 10n ** 6n)
      await grant({ gasExponent: 7n, gasBudget: 1_000n })
      await bench.run(await operate(cheap))

      // 3 units are 0.3 coarse ones, so 1; and 0.1 are 1.
      expect((await getGas()).gasSpent).to.equal(2n * 10n ** 7n)
    })

    it('to a finer one keeps what is spent', async () => {
      await grant({ gasExponent: 7n, gasBudget: 1_000n })
      await bench.run(await operate(cheap))
      await grant({ gasExponent: 6n, gasBudget: 1_000n })
      await bench.run(await operate(cheap))

      expect((await getGas()).gasSpent).to.equal(11n * 10n ** 6n)
    })

    it('leaves nothing where what is spent no longer fits', async () => {
      await grant({ gasExponent: 15n, gasBudget: 100n })
      await bench.run(await operate({ ...million, maxFeePerGas: 3n * gwei }))
      await grant({ gasExponent: 0n, gasBudget: 2n ** 40n - 1n })

      await expectDenied(bench, await operate(cheap), 'GasBudgetExceeded', [
        10n ** 6n,
        0,
        midnight,
      ])
    })

    it('never loses what is spent, with an operation that is free in between', async () => {
      await grant({ gasExponent: 15n, gasBudget: 10n })
      await bench.run(await operate({ ...million, maxFeePerGas: 9n * gwei }))
      await grant({ gasExponent: 0n, gasBudget: 2n ** 40n - 1n })
      await bench.run(await operate({ ...million, maxFeePerGas: 0n }))
      await grant({ gasExponent: 15n, gasBudget: 10n })

      await expectDenied(
        bench,
        await operate({ ...million, maxFeePerGas: 2n * gwei }),
        'GasBudgetExceeded',
        [2n * 10n ** 15n, 10n ** 15n, midnight],
      )
    })
  })

  describe('as an asset', () => {
    const shared = (amount: bigint) =>
      buildLimit(1, { scope: 1, kind: 4, length: 0n, amount })
    const ofAccount = (amount: bigint): Partial<PolicyParts> => ({
      assets: [assets.native, assets.gas],
      limits: [limits.lifetime(0, 1_000n), shared(amount)],
    })

    it('is counted for all agents of the account in wei', async () => {
      const policy = toPayments({}, ofAccount(5n * 10n ** 15n))
      await bench.grant(policy)
      await bench.grant(policy, { to: bench.otherAgent })
      await bench.run(await operate({ ...million, maxFeePerGas: 3n * gwei }))
      await bench.run(
        await operate(
          { ...million, maxFeePerGas: 2n * gwei },
          { agent: bench.otherAgent },
        ),
      )

      expect(await bench.getSpent()).to.deep.equal([1n, 5n * 10n ** 15n])
      await expectDenied(
        bench,
        await operate({ ...million, maxFeePerGas: 1n }),
        'BudgetExceeded',
        [1, zero, 10n ** 6n, 0, 0],
      )
    })

    it('denies nothing to a stub', async () => {
      await grant({}, ofAccount(1n))
      const answer = await bench.validate(
        await operate({}, { signer: bench.bob.signingKey }),
      )

      expect(answer & 1n).to.equal(1n)
    })
  })
})
