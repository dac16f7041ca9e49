import { expect } from 'chai'
import { Interface } from 'ethers'
import { concatHex, type Hex, slice, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { toBundle } from '../helpers/hostileBundler.ts'
import { signNested, toLever } from '../helpers/levers.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import { ethers } from '../helpers/network.ts'
import { packCall } from '../helpers/operations.ts'
import {
  allowApprove,
  allowCall,
  allowPayment,
  allowTransfer,
  allowTransferFrom,
  assets,
  limits,
  selectors,
  toPolicy,
} from '../helpers/policies.ts'
import { buildCondition, buildSpend } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`

describe('tokens that do more than ERC-20', () => {
  let bench: Bench
  let account: string
  let hooked: Awaited<ReturnType<typeof deployHooked>>
  let token: string

  const deployHooked = async () => {
    const { target } = await bench.deployContract('HookedToken')
    return ethers.getContractAt('HookedToken', String(target), bench.bundler)
  }

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    hooked = await deployHooked()
    token = String(hooked.target)
    await hooked.mint(account, 1_000n)
    await bench.grant(
      toPolicy({
        assets: [assets.native, assets.toErc20(token)],
        limits: [limits.lifetime(0, 100n), limits.lifetime(1, 100n)],
        permissions: [
          allowPayment(bench.alice.address, 100n),
          allowTransfer(token, 1),
          allowApprove(token, bench.bob.address, 1),
          allowTransferFrom(token, 1),
        ],
      }),
    )
  })

  const toCall = (name: string, args: readonly unknown[]) => ({
    to: token,
    data: hooked.interface.encodeFunctionData(name as never, args as never),
  })

  describe('through another way in', () => {
    it('of ERC-677, ERC-777, ERC-1363 or a permit reverts', async () => {
      const { alice } = bench
      const calls = [
        toCall('send', [alice.address, 1n, '0x']),
        toCall('authorizeOperator', [alice.address]),
        toCall('burn', [1n, '0x']),
        toCall('transferAndCall', [alice.address, 1n, '0x']),
        toCall('approveAndCall', [alice.address, 1n, '0x']),
        toCall('permit', [account, alice.address, 1n, '0x']),
        toCall('transferWithAuthorization', [account, alice.address, 1n, '0x']),
      ]
      for (const call of calls) {
        await expectDenied(
          bench,
          await bench.operate({ calls: [call] }),
          'SelectorNotAllowed',
          [0, token, call.data.slice(0, 10)],
        )
      }
    })

    it('is in no policy that has a budget for the token', async () => {
      const deny = async (selector: string, error: string) => {
        const policy = toPolicy({
          assets: [assets.toErc20(token)],
          limits: [limits.lifetime(0, 100n)],
          permissions: [
            allowCall(token, selector, {
              headWords: 2,
              spends: [buildSpend(0, 1)],
              conditions: [buildCondition('address', 0)],
            }),
          ],
        })
        const rule = Number(slice(policy, 176, 178)) + 27
        await expect(bench.store.publish(policy))
          .to.be.revertedWithCustomError(bench.store, error)
          .withArgs(
            rule,
            ...(error === 'TokenCallUnknown' ? [token] : []),
            selector,
          )
      }
      const toSelector = (fragment: string) =>
        new Interface([fragment]).getFunction(fragment.slice(9))?.selector ?? ''
      // What hands out more than a meter sees is in no policy at all.
      for (const fragment of [
        'function send(address,uint256,bytes)',
        'function authorizeOperator(address)',
        'function transferAndCall(address,uint256)',
        'function transferAndCall(address,uint256,bytes)',
        'function transferFromAndCall(address,address,uint256)',
        'function approveAndCall(address,uint256)',
        'function approveAndCall(address,uint256,bytes)',
        'function permit(address,address,uint256,uint256,bytes)',
      ])
        await deny(toSelector(fragment), 'SelectorForbidden')
      // And what nobody knows is no call of a token with a budget.
      for (const name of [
        'burn',
        'permit',
        'transferWithAuthorization',
      ] as const)
        await deny(
          hooked.getFunction(name).fragment.selector,
          'TokenCallUnknown',
        )
    })

    it('with native value on the call of a token reverts', async () => {
      const transfer = toCall('transfer', [bench.alice.address, 1n])
      await expectDenied(
        bench,
        await bench.operate({ calls: [{ ...transfer, value: 1n }] }),
        'ValueExceedsCap',
        [0, bench.getRule(token, selectors.transfer), 1, 0],
      )
      const pay = { to: bench.alice.address, value: 60n }
      await expectDenied(
        bench,
        await bench.operate({
          calls: [pay, transfer, { ...pay, value: 41n }],
        }),
        'BudgetExceeded',
        [0, zero, 101, 100, 0],
      )
    })

    it('by two agents who work together takes no more than both have', async () => {
      const parts = {
        assets: [assets.toErc20(token)],
        limits: [limits.lifetime(0, 30n)],
      }
      await bench.grant(
        toPolicy({
          ...parts,
          permissions: [allowApprove(token, account), allowTransfer(token)],
        }),
      )
      await bench.grant(
        toPolicy({ ...parts, permissions: [allowTransferFrom(token)] }),
        { to: bench.otherAgent },
      )
      await bench.act([toCall('approve', [account, 30n])])
      const take = (amount: bigint) =>
        bench.operate({
          agent: bench.otherAgent,
          calls: [
            toCall('transferFrom', [account, bench.alice.address, amount]),
          ],
        })
      await expectDenied(bench, await take(31n), 'BudgetExceeded', [
        0,
        token,
        31,
        30,
        0,
      ])
      await bench.run(await take(30n))
      await expectDenied(
        bench,
        await bench.operate({
          calls: [toCall('transfer', [bench.alice.address, 1n])],
        }),
        'BudgetExceeded',
        [0, token, 1, 0, 0],
      )
      await expectDenied(bench, await take(1n), 'BudgetExceeded', [
        0,
        token,
        1,
        0,
        0,
      ])
      expect(await hooked.balanceOf(bench.alice.address)).to.equal(30n)
    })
  })

  for (const version of ['0.7', '0.8'] as const)
    it(`that call everything back gets nothing done on EntryPoint ${version}`, async () => {
      bench = await loadBench(version)
      account = String(bench.account.target)
      const hostile = await bench.deployHostileToken()
      const address = String(hostile.target)
      await hostile.mint(account, 1_000n)
      await bench.grant(
        toPolicy({
          assets: [assets.toErc20(address)],
          limits: [limits.lifetime(0, 100n)],
          permissions: [allowTransfer(address)],
        }),
      )
      const { agent, bob, entryPoint, validator } = bench
      const module = validator.interface
      const second = await bench.operate({
        calls: [
          {
            to: address,
            data: hostile.interface.encodeFunctionData('transfer', [
              bob.address,
              50n,
            ]),
          },
        ],
        lane: 9,
      })
      const hash = await bench.getUserOpHash(second)
      const meterId = getMeterId({
        kind: 4,
        agentNumber: 1,
        assetKind: 2,
        asset: address,
      })
      const { version: expected } = await validator.getGrant(
        account,
        agent.address,
      )
      const single = toHex(0, { size: 32 })
      const attempts: readonly (readonly [unknown, string, boolean])[] = [
        [entryPoint.target, toBundle(bench, [second]).data, false],
        [
          entryPoint.target,
          entryPoint.interface.encodeFunctionData('withdrawTo', [
            bob.address,
            1n,
          ]),
          false,
        ],
        [
          entryPoint.target,
          entryPoint.interface.encodeFunctionData('incrementNonce', [0]),
          true,
        ],
        [
          validator.target,
          module.encodeFunctionData('validateUserOp', [second, hash]),
          false,
        ],
        [
          validator.target,
          module.encodeFunctionData('settle', [
            [{ meterId, charge: toCharge(0, 10n) }],
          ]),
          true,
        ],
        [
          validator.target,
          module.encodeFunctionData('freezeFor', [
            account,
            agent.address,
            expected,
            '0x',
          ]),
          false,
        ],
        [
          validator.target,
          module.encodeFunctionData('pull', [
            toLever(bench, 'Unfreeze', { version: expected }) as never,
            '0x',
          ]),
          false,
        ],
        [
          account,
          bench.account.interface.encodeFunctionData('validateUserOp', [
            second,
            hash,
            0,
          ]),
          false,
        ],
        [
          account,
          bench.account.interface.encodeFunctionData('execute', [
            single,
            packCall({ to: bob.address, value: 1n }),
          ]),
          false,
        ],
        [
          account,
          bench.account.interface.encodeFunctionData('executeFromExecutor', [
            single,
            packCall({ to: bob.address, value: 1n }),
          ]),
          false,
        ],
        [
          account,
          bench.account.interface.encodeFunctionData('uninstallModule', [
            1,
            validator.target,
            '0x',
          ]),
          false,
        ],
        // A function that no fallback handler is installed for.
        [account, '0x12345678', false],
      ]
      const grant = await validator.getGrant(account, agent.address)
      for (const [index, [callee, data, succeeds]] of attempts.entries()) {
        await hostile.behave(3, String(callee), data)
        await bench.act([
          {
            to: address,
            data: hostile.interface.encodeFunctionData('transfer', [
              bench.alice.address,
              5n,
            ]),
          },
        ])
        expect(await hostile.succeeded(), `attempt ${index}`).to.equal(succeeds)
        expect(await bench.getSpent()).to.deep.equal([5n * BigInt(index + 1)])
      }
      expect(await hostile.balanceOf(bob.address)).to.equal(0n)
      expect(await bench.provider.getBalance(bob.address)).to.equal(0n)
      const after = await validator.getGrant(account, agent.address)
      expect([after.policy, after.version, after.frozen]).to.deep.equal([
        grant.policy,
        grant.version,
        false,
      ])
    })

  describe('and signatures of the agent', () => {
    const types = {
      permit: 'Permit',
      transferWithAuthorization: 'TransferWithAuthorization',
    } as const

    /** Hash of a permit or an authorization for 500 tokens. */
    const toTypedData = (name: keyof typeof types) =>
      ({
        domain: {
          name: 'Hooked',
          version: '1',
          chainId: bench.chainId,
          verifyingContract: token,
        },
        types: {
          [types[name]]: [
            { name: name === 'permit' ? 'owner' : 'from', type: 'address' },
            { name: name === 'permit' ? 'spender' : 'to', type: 'address' },
            { name: 'value', type: 'uint256' },
          ],
        },
        message: {
          [name === 'permit' ? 'owner' : 'from']: account,
          [name === 'permit' ? 'spender' : 'to']: bench.bob.address,
          value: 500n,
        },
      }) as const

    for (const name of ['permit', 'transferWithAuthorization'] as const)
      it(`move nothing by ${name}`, async () => {
        const { agent, bob, owner, validator } = bench
        const { domain, message, types } = toTypedData(name)
        const signature = (await agent.signTypedData(
          domain,
          types as never,
          message,
        )) as Hex
        const { signature: window } = await bench.operate({ calls: [] })
        const attempts = [
          signature,
          concatHex([validator.target as Hex, signature]),
          concatHex([validator.target as Hex, slice(window, 0, 32), signature]),
          concatHex([validator.target as Hex, window]),
          '0x',
        ] as const
        const before = await bench.readState()
        for (const attempt of attempts)
          await expect(
            hooked[name](account, bob.address, 500n, attempt),
          ).to.be.revertedWithCustomError(hooked, 'SignatureInvalid')
        expect(await bench.readState()).to.deep.equal(before)

        // The owner's does: the token asks the account, and believes it.
        const ofOwner = await signNested(owner, bench.account, bench, {
          domain,
          message,
          types: types as never,
        })
        await hooked[name](account, bob.address, 500n, ofOwner)
        expect(
          (await hooked.allowance(account, bob.address)) +
            (await hooked.balanceOf(bob.address)),
        ).to.equal(500n)
      })
  })
})
