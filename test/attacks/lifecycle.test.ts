import { expect } from 'chai'
import type { Hex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import {
  expectDenied,
  expectInvalid,
  expectRefused,
} from '../helpers/expectDenied.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`

describe('winning a budget back', () => {
  let bench: Bench
  let account: string
  let policy: Hex

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    policy = toPolicy({
      assets: [assets.native],
      limits: [
        limits.lifetime(0, 100n),
        buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: 150n }),
      ],
      permissions: [allowPayment(bench.alice.address, 100n)],
    })
    await bench.grant(policy)
    await bench.act([pay(90n)])
  })

  const pay = (value = 11n) => ({ to: bench.alice.address, value })
  const isSpent = async (agent = bench.agent) =>
    expectDenied(
      bench,
      await bench.operate({ calls: [pay()], agent }),
      'BudgetExceeded',
      [0, zero, 11, 10, 0],
    )
  const getVersion = async (agent = bench.agent) =>
    (await bench.validator.getGrant(account, agent.address)).version

  it('by uninstalling and installing again', async () => {
    const { account, validator } = bench
    await account.uninstallModule(1, validator.target, '0x')
    await account.installModule(1, validator.target, '0x')
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(1n)] }),
      'AgentNotGranted',
      [account.target, bench.agent.address],
    )
    await bench.grant(policy)
    await isSpent()
  })

  it('by an uninstallation whose failure the account has swallowed', async () => {
    // The module was told nothing, and is then installed once more.
    await bench.by().onInstall('0x')
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(1n)] }),
      'AgentNotGranted',
      [account, bench.agent.address],
    )
    await bench.grant(policy)
    await isSpent()
  })

  it('by revoking and granting again', async () => {
    await bench.by().revoke(bench.agent.address, await getVersion())
    await bench.grant(policy)
    await isSpent()
  })

  it('by a policy whose tables have another order', async () => {
    await bench.grant(
      toPolicy({
        assets: [assets.native, assets.toErc20(String(bench.token.target))],
        limits: [
          limits.perOperation(0, 100n),
          limits.lifetime(0, 100n),
          limits.lifetime(1, 100n),
        ],
        permissions: [
          allowPayment(bench.alice.address, 100n),
          allowPayment(bench.bob.address, 100n),
          allowTransfer(String(bench.token.target), 1),
        ],
      }),
    )
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay()] }),
      'BudgetExceeded',
      [1, zero, 11, 10, 0],
    )
  })

  it('by another key, to which the grant is rotated', async () => {
    await bench
      .by()
      .rotate(bench.agent.address, bench.otherAgent.address, await getVersion())
    await isSpent(bench.otherAgent)
  })

  it('by a second agent, beyond the budget of the account', async () => {
    await bench.grant(policy, { to: bench.otherAgent })
    await bench.act([pay(60n)], { agent: bench.otherAgent })
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(1n)], agent: bench.otherAgent }),
      'BudgetExceeded',
      [1, zero, 1, 0, 0],
    )
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(1n)] }),
      'BudgetExceeded',
      [1, zero, 1, 0, 0],
    )
  })

  it('on a second account leaves the first as it is', async () => {
    const other = await bench.createAccount('other account')
    await bench.grant(policy, { of: other })
    await bench.act([pay(100n)], { account: other })
    await isSpent()
  })

  it('by an operation signed for another account is refused', async () => {
    const other = await bench.createAccount('other account')
    await bench.grant(policy, { of: other })
    const operation = await bench.operate({ calls: [pay(1n)], lane: 1 })
    await expectRefused(
      bench,
      { ...operation, sender: String(other.target) },
      'AA24 signature error',
    )
  })

  it('by an operation signed before the grant was replaced runs under the new one', async () => {
    const operation = await bench.operate({ calls: [pay(5n)] })
    await bench.grant(
      toPolicy({
        assets: [assets.native],
        limits: [limits.lifetime(0, 94n)],
        permissions: [allowPayment(bench.alice.address, 100n)],
      }),
    )
    await expectDenied(bench, operation, 'BudgetExceeded', [0, zero, 5, 4, 0])
  })

  it('by an operation signed before a freeze, and sent after it', async () => {
    const operation = await bench.operate({ calls: [pay(1n)] })
    await bench.by().freeze(bench.agent.address, await getVersion())
    await expectDenied(bench, operation, 'AgentFrozen', [
      account,
      bench.agent.address,
    ])
  })

  it('by an act of the owner for a version that is past', async () => {
    const version = await getVersion()
    await bench.by().freeze(bench.agent.address, version)
    const hash = await bench.publish(policy)
    await expect(bench.by().grant(bench.agent.address, hash, version))
      .to.be.revertedWithCustomError(bench.validator, 'VersionMismatch')
      .withArgs(version, version + 1n)
    await expect(bench.by().unfreeze(bench.agent.address, version))
      .to.be.revertedWithCustomError(bench.validator, 'VersionMismatch')
      .withArgs(version, version + 1n)
  })

  it('by a freeze of somebody who is not the account concerns nobody', async () => {
    for (const by of [bench.stranger, bench.owner])
      await expect(
        bench.validator
          .connect(by)
          .freeze(bench.agent.address, await getVersion()),
      )
        .to.be.revertedWithCustomError(bench.validator, 'AgentNotGranted')
        .withArgs(by.address, bench.agent.address)
    await bench.act([pay(1n)])
  })

  it('by an update in the same block as a spend', async () => {
    const ofOwner = await bench.operateAsOwner([
      {
        to: String(bench.validator.target),
        data: bench.validator.interface.encodeFunctionData('grant', [
          bench.agent.address,
          await bench.publish(
            toPolicy({
              assets: [assets.native],
              limits: [limits.lifetime(0, 200n)],
              permissions: [allowPayment(bench.alice.address, 200n)],
            }),
          ),
          await getVersion(),
        ]),
      },
    ])
    const ofAgent = await bench.operate({ calls: [pay(10n)] })
    await bench.run([ofAgent, ofOwner])

    expect(await bench.getSpent()).to.deep.equal([100n])
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(101n)] }),
      'BudgetExceeded',
      [0, zero, 101, 100, 0],
    )
  })

  it('by the old key of a rotated grant, which has none', async () => {
    const operation = await bench.operate({ calls: [pay(1n)] })
    await bench
      .by()
      .rotate(
        bench.agent.address,
        toKey('new agent').address,
        await getVersion(),
      )
    await expectInvalid(bench, operation, 'AgentNotGranted', [
      account,
      bench.agent.address,
    ])
  })
})
