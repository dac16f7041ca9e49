import { expect } from 'chai'
import type { Hex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied, expectInvalid } from '../helpers/expectDenied.ts'
import { getPrefund, packPaymaster } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { day, noon } from '../helpers/time.ts'

const gwei = 10n ** 9n
const midnight = noon + day / 2

describe('burning gas', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
    await bench.grant(
      toPolicy({
        header: {
          maxFeePerGas: 50n * gwei,
          maxPreVerificationGas: 60_000n,
          maxGas: 1_200_000n,
          // 0.03 ether a day.
          gasExponent: 15n,
          gasBudget: 30n,
        },
        assets: [assets.native],
        limits: [limits.lifetime(0, 10n ** 30n)],
        permissions: [allowPayment(bench.alice.address, 10n ** 30n)],
      }),
    )
  })

  const operate = (
    parameters: Parameters<Bench['operate']>[0] = {},
    value = 0n,
  ) =>
    bench.operate({
      calls: [{ to: bench.alice.address, value }],
      ...parameters,
    })

  it('by a fee far too high, with the attacker as bundler, reverts', async () => {
    for (const fee of [50n * gwei + 1n, 10n ** 15n])
      await expectDenied(
        bench,
        await operate({
          gas: { maxFeePerGas: fee, maxPriorityFeePerGas: fee },
        }),
        'FeePerGasExceedsCap',
        [fee, 50n * gwei],
      )
  })

  it('by a huge preVerificationGas reverts', async () => {
    for (const preVerificationGas of [60_001n, 10n ** 9n, 2n ** 119n])
      await expectDenied(
        bench,
        await operate({ gas: { preVerificationGas } }),
        'PreVerificationGasExceedsCap',
        [preVerificationGas, 60_000n],
      )
  })

  it('by huge gas limits reverts', async () => {
    for (const callGasLimit of [700_000n, 10n ** 9n, 2n ** 119n])
      await expectDenied(
        bench,
        await operate({ gas: { callGasLimit } }),
        'GasExceedsCap',
        [callGasLimit + 550_000n, 1_200_000n],
      )
  })

  it('with a paymaster attached to escape the budget reverts', async () => {
    const paymaster = toKey('paymaster').address
    await expectInvalid(
      bench,
      await operate({ paymasterAndData: packPaymaster(paymaster, 1n, 1n) }),
      'PaymasterNotAllowed',
      [paymaster],
    )
  })

  it('with a paymaster that the policy lists is charged all the same', async () => {
    const paymaster = toKey('paymaster').address
    await bench.grant(
      toPolicy({
        header: {
          paymasters: 1n,
          maxGas: 2_000_000n,
          gasExponent: 15n,
          gasBudget: 10n,
        },
        sets: [{ elements: [paymaster as Hex] }],
        assets: [assets.native],
        limits: [limits.lifetime(0, 1n)],
        permissions: [allowPayment(bench.alice.address, 1n)],
      }),
    )
    const operation = await operate({
      paymasterAndData: packPaymaster(paymaster, 1n, 1n),
    })
    await expectInvalid(bench, operation, 'GasBudgetExceeded', [
      getPrefund(operation),
      10n * 10n ** 15n,
      midnight,
    ])
  })

  it('by executions that fail without end reverts when the day’s budget is used up', async () => {
    // Each costs 0.0105 ether at most, and so 11 units.
    for (let count = 0; count < 2; ++count)
      await bench.handle([await operate({}, 10n ** 29n)])
    const operation = await operate({}, 10n ** 29n)

    await expectDenied(bench, operation, 'GasBudgetExceeded', [
      getPrefund(operation),
      8n * 10n ** 15n,
      midnight,
    ])
  })

  it('by executions that run out of gas reverts when the budget is used up', async () => {
    for (let count = 0; count < 2; ++count)
      await bench.handle([await operate({ gas: { callGasLimit: 500_000n } })])
    const operation = await operate({})

    await expectDenied(bench, operation, 'GasBudgetExceeded', [
      getPrefund(operation),
      8n * 10n ** 15n,
      midnight,
    ])
  })

  it('never takes more than the budget from the account in a day', async () => {
    const before = await bench.provider.getBalance(bench.account.target)
    for (let count = 0; count < 5; ++count)
      await bench.handle([await operate()]).catch(() => undefined)
    const after = await bench.provider.getBalance(bench.account.target)

    expect(before - after <= 30n * 10n ** 15n).to.equal(true)
  })

  it('cannot be estimated away: a stub passes, and never lands', async () => {
    const operation = await operate({
      signer: bench.bob.signingKey,
      gas: {
        maxFeePerGas: 2n ** 100n,
        preVerificationGas: 2n ** 100n,
        callGasLimit: 2n ** 100n,
      },
    })

    expect((await bench.validate(operation)) & 1n).to.equal(1n)
  })
})
