import { expect } from 'chai'
import { concatHex, type Hex, toHex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied, expectRefused } from '../helpers/expectDenied.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import { ethers, networkHelpers } from '../helpers/network.ts'
import { getPrefund, packPaymaster } from '../helpers/operations.ts'
import {
  allowApprove,
  allowCall,
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { hour, noon } from '../helpers/time.ts'

const zero = `0x${'00'.repeat(20)}`

describe('parties that are not what they seem', () => {
  let bench: Bench
  let account: string

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
  })

  const pay = (value = 1n) => ({ to: bench.alice.address, value })
  const toPayments = () =>
    toPolicy({
      assets: [assets.native],
      limits: [limits.lifetime(0, 100n)],
      permissions: [allowPayment(bench.alice.address, 100n)],
    })

  describe('an agent', () => {
    it('that is a contract cannot sign by its ERC-1271', async () => {
      const signer = await bench.deployContract('SigningAccount', [
        bench.stranger.address,
      ])
      const address = String(signer.target)
      await bench.by().grant(address, await bench.publish(toPayments()), 0)
      const agent = { address, signingKey: bench.stranger.signingKey }
      await expectRefused(
        bench,
        await bench.operate({ agent: agent as never, calls: [pay()] }),
        'AA24 signature error',
      )
    })

    it('that is delegated by EIP-7702 still signs with its key alone', async () => {
      const { agent, stranger } = bench
      const signer = await bench.deployContract('SigningAccount', [
        stranger.address,
      ])
      await networkHelpers.setCode(
        agent.address,
        concatHex(['0xef0100', signer.target as Hex]),
      )
      const asked = await ethers.getContractAt('SigningAccount', agent.address)
      const hash = toHex(7, { size: 32 })
      expect(
        await asked.isValidSignature(
          hash,
          stranger.signingKey.sign(hash).serialized,
        ),
        'what the delegate accepts',
      ).to.equal('0x1626ba7e')

      await bench.grant(toPayments())
      await expectRefused(
        bench,
        await bench.operate({ calls: [pay()], signer: stranger.signingKey }),
        'AA24 signature error',
      )
      await bench.act([pay(100n)])
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()] }),
        'BudgetExceeded',
        [0, zero, 1, 0, 0],
      )
    })

    it('of two accounts spends on each what that one has granted', async () => {
      const other = await bench.createAccount('other account')
      await bench.grant(toPayments())
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 5n)],
          permissions: [allowPayment(bench.bob.address, 5n)],
        }),
        { of: other },
      )
      await bench.act([pay(100n)])
      await expectDenied(
        bench,
        await bench.operate({ account: other, calls: [pay()] }),
        'RecipientNotAllowed',
        [0, 0, zero, bench.alice.address],
      )
      const payBob = (value: bigint) =>
        bench.operate({
          account: other,
          calls: [{ to: bench.bob.address, value }],
        })
      await expectDenied(bench, await payBob(6n), 'ValueExceedsCap', [
        0,
        bench.getRule(bench.bob.address),
        6,
        5,
      ])
      await bench.run(await payBob(5n))
      await expectDenied(bench, await payBob(1n), 'BudgetExceeded', [
        0,
        zero,
        1,
        0,
        0,
      ])
    })

    it('cannot freeze, unfreeze or rotate another one', async () => {
      const { agent, otherAgent, validator } = bench
      await bench.grant(toPayments())
      await bench.grant(toPayments(), { to: otherAgent })
      const by = validator.connect(await bench.impersonate(otherAgent.address))
      const before = await validator.getGrant(account, agent.address)
      await expect(by.freezeFor(account, agent.address, 1, '0x'))
        .to.be.revertedWithCustomError(validator, 'FreezeNotAuthorized')
        .withArgs(account, agent.address)
      for (const attempt of [
        () => by.unfreeze(agent.address, 1),
        () => by.revoke(agent.address, 1),
        () => by.rotate(agent.address, otherAgent.address, 1),
      ])
        await expect(attempt())
          .to.be.revertedWithCustomError(validator, 'AgentNotGranted')
          .withArgs(otherAgent.address, agent.address)
      expect(await validator.getGrant(account, agent.address)).to.deep.equal(
        before,
      )
    })
  })

  describe('a target', () => {
    const selector = '0x12345678'

    /** Where a contract will be that its deployer has not deployed yet. */
    const getNextAddress = async () =>
      ethers.getCreateAddress({
        from: bench.stranger.address,
        nonce: await bench.stranger.getNonce(),
      })

    it('that gets its code later can do no more than the rule lets it', async () => {
      const target = await getNextAddress()
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 10n)],
          permissions: [allowCall(target, selector, { valueCap: 5n })],
        }),
      )
      await bench.act([{ to: target, data: selector, value: 4n }])
      const recorder = await ethers.deployContract('Recorder', bench.stranger)
      expect(recorder.target).to.equal(target)
      bench.watch(target)

      const deny = async (
        call: { data?: string; value?: bigint },
        error: string,
        args: readonly unknown[],
      ) =>
        expectDenied(
          bench,
          await bench.operate({ calls: [{ to: target, ...call }] }),
          error,
          args,
        )
      await deny({ data: selector, value: 6n }, 'ValueExceedsCap', [
        0,
        bench.getRule(target, selector),
        6,
        5,
      ])
      await deny({ data: '0xa9059cbb' }, 'SelectorNotAllowed', [
        0,
        target,
        '0xa9059cbb',
      ])
      await deny({ value: 1n }, 'RecipientNotAllowed', [0, 0, zero, target])
      await bench.act([{ to: target, data: selector, value: 5n }])
      await deny({ data: selector, value: 2n }, 'BudgetExceeded', [
        0,
        zero,
        2,
        1,
        0,
      ])
    })

    it('that becomes a token has a budget only where the policy gives it one', async () => {
      const target = await getNextAddress()
      const policy = toPolicy({
        permissions: [allowCall(target, '0xa9059cbb')],
      })
      await expect(bench.store.publish(policy)).to.be.revertedWithCustomError(
        bench.store,
        'TokenWithoutBudget',
      )
    })

    it('that is a policy’s own place, before it is published and after, does nothing', async () => {
      const { store } = bench
      const next = toPolicy({
        assets: [assets.native],
        limits: [limits.lifetime(0, 7n)],
        permissions: [allowPayment(bench.bob.address, 7n)],
      })
      const hash = await store.publish.staticCall(next)
      const place = await store.getFunction('getAddress')(hash)
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 10n)],
          permissions: [
            allowPayment(place, 10n),
            allowCall(place, selector, { valueCap: 10n }),
          ],
        }),
      )
      await bench.act([{ to: place, value: 1n }])
      await store.publish(next)
      const code = await bench.provider.getCode(place)
      expect(code).to.equal(next.toLowerCase())
      await bench.act([
        { to: place, value: 1n },
        { to: place, data: selector, value: 1n },
      ])

      expect(await bench.provider.getCode(place)).to.equal(code)
      expect(await bench.getSpent()).to.deep.equal([3n])
      // It can be granted all the same, and says what it says.
      await bench.grant(next)
      await expectDenied(
        bench,
        await bench.operate({ calls: [{ to: place, value: 1n }] }),
        'RecipientNotAllowed',
        [0, 0, zero, place],
      )
    })

    it('with the selectors of account and module is neither of them', async () => {
      const recorder = await bench.deployContract('Recorder')
      const target = String(recorder.target)
      const { interface: ofAccount } = bench.account
      const { interface: ofModule } = bench.validator
      const datas = [
        ofAccount.encodeFunctionData('execute', [toHex(0, { size: 32 }), '0x']),
        ofAccount.encodeFunctionData('installModule', [1, target, '0x']),
        ofModule.encodeFunctionData('settle', [[]]),
        ofModule.encodeFunctionData('grant', [
          target,
          toHex(0, { size: 32 }),
          0,
        ]),
      ]
      const parts = {
        assets: [assets.native],
        limits: [limits.lifetime(0, 10n)],
        permissions: [
          allowPayment(bench.alice.address, 10n),
          ...datas.map((data) => allowCall(target, data.slice(0, 10))),
        ],
      }
      await bench.grant(toPolicy(parts))
      for (const data of datas) {
        for (const [to, name] of [
          [account, account],
          [String(bench.validator.target), String(bench.validator.target)],
        ] as const)
          await expectDenied(
            bench,
            await bench.operate({ calls: [{ to, data }] }),
            'PrivilegedTarget',
            [0, name],
          )
        await expectDenied(
          bench,
          await bench.operate({ callData: data as Hex }),
          data.startsWith('0xe9ae5c53')
            ? 'CallDataMalformed'
            : 'SelectorNotSupported',
          data.startsWith('0xe9ae5c53') ? [100] : [data.slice(0, 10)],
        )
        await bench.act([{ to: target, data }])
      }
      // Nor is a `settle` of somebody else one that the policy demands.
      await bench.grant(toPolicy({ ...parts, header: { flags: 2n } }))
      await expectDenied(
        bench,
        await bench.operate({
          calls: [pay(), { to: target, data: String(datas[2]) }],
        }),
        'SettlementRequired',
        [],
      )
    })
  })

  describe('the account', () => {
    it('takes the module as a validator alone, so that nobody reaches it through a fallback', async () => {
      const { validator } = bench
      const settle = validator.interface.getFunction('settle').selector
      const before = await bench.readState()
      for (const [type, data, error, args] of [
        [2, '0x', 'ERC7579MismatchedModuleTypeId', [2, validator.target]],
        [3, settle, 'ERC7579MismatchedModuleTypeId', [3, validator.target]],
        [4, '0x', 'ERC7579UnsupportedModuleType', [4]],
      ] as const)
        await expect(
          bench.account.installModule.staticCall(type, validator.target, data),
        )
          .to.be.revertedWithCustomError(bench.account, error)
          .withArgs(...args)
      await expect(
        bench.stranger.call({ to: account, data: settle }),
      ).to.be.revertedWithCustomError(
        bench.account,
        'ERC7579MissingFallbackHandler',
      )
      expect(await bench.readState()).to.deep.equal(before)
    })

    for (const version of ['0.7', '0.8'] as const)
      it(`has a deposit that pays for gas within its budget on EntryPoint ${version}`, async () => {
        bench = await loadBench(version)
        account = String(bench.account.target)
        const { entryPoint } = bench
        await entryPoint.getFunction('depositTo').send(account, {
          value: 10n ** 18n,
        })
        await bench.grant(
          toPolicy({
            // 0.02 ether a day.
            header: { gasExponent: 15n, gasBudget: 20n },
            assets: [assets.native],
            limits: [limits.lifetime(0, 100n)],
            permissions: [allowPayment(bench.alice.address, 100n)],
          }),
        )
        const getOwned = async () =>
          (await bench.provider.getBalance(account)) +
          ((await entryPoint.getFunction('balanceOf')(account)) as bigint)
        const owned = await getOwned()
        await bench.act([pay()])
        const operation = await bench.operate({ calls: [pay()] })
        await expectDenied(bench, operation, 'GasBudgetExceeded', [
          getPrefund(operation),
          9n * 10n ** 15n,
          noon + 12 * hour,
        ])
        const gone = owned - (await getOwned())
        expect(gone > 1n && gone <= getPrefund(operation) + 1n).to.equal(true)
        const withdraw = entryPoint.interface.encodeFunctionData('withdrawTo', [
          bench.agent.address,
          1n,
        ])
        await expectDenied(
          bench,
          await bench.operate({
            calls: [{ to: String(entryPoint.target), data: withdraw }],
            gas: { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n },
          }),
          'TargetNotAllowed',
          [0, entryPoint.target],
        )
      })
  })

  for (const version of ['0.7', '0.8'] as const)
    describe(`a paymaster on EntryPoint ${version}`, () => {
      let paymaster: Awaited<ReturnType<typeof deployPaymaster>>
      let address: string
      let token: string

      const deployPaymaster = async () => {
        const { target } = await bench.deployContract('TakingPaymaster', [
          bench.entryPoint.target,
          bench.token.target,
        ])
        return ethers.getContractAt(
          'TakingPaymaster',
          String(target),
          bench.bundler,
        )
      }

      beforeEach(async () => {
        bench = await loadBench(version)
        account = String(bench.account.target)
        token = String(bench.token.target)
        paymaster = await deployPaymaster()
        address = String(paymaster.target)
        await paymaster.fund({ value: 10n ** 18n })
        await bench.grant(
          toPolicy({
            header: { paymasters: 1n },
            sets: [{ elements: [address as Hex] }],
            assets: [assets.toErc20(token)],
            limits: [limits.lifetime(0, 100n)],
            permissions: [allowTransfer(token), allowApprove(token, address)],
          }),
        )
      })

      const paymasterAndData = () => packPaymaster(address, 200_000n, 200_000n)
      const operate = async (amount: bigint, settles = false) => {
        const call = bench.encodeApprove(address, amount)
        const meterId = getMeterId({
          kind: 4,
          agentNumber: 1,
          assetKind: 2,
          asset: token,
        })
        const settle = {
          to: String(bench.validator.target),
          data: bench.validator.interface.encodeFunctionData('settle', [
            [{ meterId, charge: toCharge(0, amount) }],
          ]),
        }
        return bench.operate({
          calls: settles ? [call, settle] : [call],
          paymasterAndData: paymasterAndData(),
        })
      }
      const getTaken = () => bench.token.balanceOf(address)

      it('that takes tokens in its callback takes what was charged', async () => {
        await bench.run(await operate(40n))
        expect(await getTaken()).to.equal(40n)
        expect(await bench.getSpent()).to.deep.equal([40n])
        await expectDenied(bench, await operate(61n), 'BudgetExceeded', [
          0,
          token,
          61,
          60,
          0,
        ])
        await bench.run(await operate(60n, true))
        expect(await getTaken()).to.equal(100n)
        expect(await bench.getSpent()).to.deep.equal([100n])
      })

      it('that reverts in its callback takes back what was settled, and nothing else', async () => {
        await paymaster.refuse(true)
        await bench.handle([await operate(40n, true)])
        expect(await bench.getSpent()).to.deep.equal([0n])
        await bench.handle([await operate(40n)])
        expect(await bench.getSpent()).to.deep.equal([40n])

        expect(await getTaken()).to.equal(0n)
        expect(await bench.token.allowance(account, address)).to.equal(0n)
      })

      it('that the policy does not list pays for nothing', async () => {
        const other = toKey('another paymaster').address
        await expectDenied(
          bench,
          {
            ...(await operate(1n)),
            paymasterAndData: packPaymaster(other, 200_000n, 200_000n),
          },
          'PaymasterNotAllowed',
          [other],
        )
        // An account is no paymaster of its own.
        await expectDenied(
          bench,
          {
            ...(await operate(1n)),
            paymasterAndData: packPaymaster(account, 200_000n, 200_000n),
          },
          'PaymasterNotAllowed',
          [account],
        )
      })
    })
})
