import { expect } from 'chai'
import { concatHex, type Hex, slice, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied, expectRefused } from '../helpers/expectDenied.ts'
import {
  deployHostileBundler,
  expectFailure,
  parseFailure,
  toBundle,
} from '../helpers/hostileBundler.ts'
import { toLever } from '../helpers/levers.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import {
  encodeCalls,
  type Operation,
  packPair,
  packPaymaster,
} from '../helpers/operations.ts'
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
const gwei = 10n ** 9n

// No rule that bundlers keep is relied on: this one keeps none.
for (const version of ['0.7', '0.8'] as const)
  describe(`a hostile bundler on EntryPoint ${version}`, () => {
    let bench: Bench
    let account: string
    let hostile: Awaited<ReturnType<typeof deployHostileBundler>>
    let paymaster: string

    const toParts = () => ({
      header: { paymasters: 1n },
      sets: [{ elements: [paymaster as Hex] }],
      assets: [assets.native, assets.toErc20(String(bench.token.target))],
      limits: [
        limits.fixed(0, hour, 100n),
        buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: 150n }),
        limits.lifetime(1, 100n),
      ],
      permissions: [
        allowPayment(bench.alice.address, 10n ** 30n),
        allowTransfer(String(bench.token.target), 1),
      ],
    })

    beforeEach(async () => {
      bench = await loadBench(version)
      account = String(bench.account.target)
      hostile = await deployHostileBundler(bench)
      const { target } = await bench.deployContract('TakingPaymaster', [
        bench.entryPoint.target,
        bench.token.target,
      ])
      paymaster = String(target)
      await bench.grant(toPolicy(toParts()))
    })

    const pay = (value: bigint) => ({ to: bench.alice.address, value })
    const toNonce = (lane: number, sequence: bigint) =>
      (bench.toNonceKey(lane) << 64n) | sequence
    const getPaid = () => bench.provider.getBalance(bench.alice.address)
    const operateInOrder = (...values: bigint[]) =>
      Promise.all(
        values.map((value, sequence) =>
          bench.operate({
            calls: [pay(value)],
            nonce: toNonce(0, BigInt(sequence)),
          }),
        ),
      )

    describe('that changes what the agent has signed', () => {
      const tamper = async (change: Partial<Operation>) =>
        expectRefused(
          bench,
          { ...(await bench.operate({ calls: [pay(1n)] })), ...change },
          'AA24 signature error',
        )

      it('has no other fee, to be first or to earn more', async () => {
        for (const [priority, most] of [
          [1n, 9n * gwei],
          [10n * gwei, 10n * gwei],
          [gwei, 11n * gwei],
          // Above the cap of the policy.
          [gwei, 101n * gwei],
          [0n, 0n],
        ] as const)
          await tamper({ gasFees: packPair(priority, most) })
      })

      it('has no other gas limits', async () => {
        for (const [verification, call] of [
          [500_000n, 499_999n],
          [500_000n, 3_000_000n],
          [499_999n, 500_000n],
        ] as const)
          await tamper({ accountGasLimits: packPair(verification, call) })
        await tamper({ preVerificationGas: 99_999n })
      })

      it('has no other calls, and no other lane', async () => {
        await tamper({ callData: encodeCalls([pay(2n)]) })
        await tamper({ nonce: toNonce(1, 0n) })
      })

      it('has no other account of the same agent', async () => {
        const other = await bench.createAccount('other account')
        await bench.grant(toPolicy(toParts()), { of: other })
        await tamper({ sender: String(other.target) })
      })

      it('has no paymaster, neither one that the policy lists nor any other', async () => {
        const contract = await bench.provider.getCode(paymaster)
        expect(contract).to.not.equal('0x')
        await bench.bundler.sendTransaction({
          to: paymaster,
          data: '0xb60d4288',
          value: 10n ** 18n,
        })
        await tamper({
          paymasterAndData: packPaymaster(paymaster, 100_000n, 100_000n),
        })
        await expectDenied(
          bench,
          {
            ...(await bench.operate({ calls: [pay(1n)] })),
            paymasterAndData: packPaymaster(hostile.target, 100_000n, 100_000n),
          },
          'PaymasterNotAllowed',
          [hostile.target],
        )
      })

      it('has none of the agent’s paymaster taken away', async () => {
        await bench.bundler.sendTransaction({
          to: paymaster,
          data: '0xb60d4288',
          value: 10n ** 18n,
        })
        const operation = await bench.operate({
          calls: [pay(1n)],
          paymasterAndData: packPaymaster(paymaster, 100_000n, 100_000n),
        })
        await expectRefused(
          bench,
          { ...operation, paymasterAndData: '0x' },
          'AA24 signature error',
        )
        await bench.run(operation)
      })

      it('has no other tail of the signature', async () => {
        const { signature } = await bench.operate({ calls: [pay(1n)] })
        const other = await bench.operate({ calls: [pay(2n)] })
        await tamper({
          signature: concatHex([
            slice(signature, 0, 32),
            slice(other.signature, 32),
          ]),
        })
        for (const changed of [
          concatHex([signature, '0x00']),
          slice(signature, 0, 95),
          concatHex([signature, slice(signature, 32)]),
        ])
          await expectDenied(
            bench,
            {
              ...(await bench.operate({ calls: [pay(1n)] })),
              signature: changed,
            },
            'SignatureLengthInvalid',
            [(changed.length - 2) / 2],
          )
      })
    })

    describe('that sends what bundlers would not', () => {
      it('cannot change the order of a lane, nor leave one out', async () => {
        const [first, second, third] = await operateInOrder(1n, 2n, 3n)
        if (!first || !second || !third) throw new Error('There are three.')
        await expectRefused(bench, second, 'AA25 invalid account nonce')
        await expectRefused(bench, third, 'AA25 invalid account nonce', {
          after: [first],
        })
        await bench.run([first, second, third])

        expect(await getPaid()).to.equal(6n)
      })

      it('mixes accounts, agents and lanes, and each is charged its own', async () => {
        const other = await bench.createAccount('other account')
        await bench.grant(toPolicy(toParts()), { of: other })
        await bench.grant(toPolicy(toParts()), { to: bench.otherAgent })
        const operations = [
          await bench.operate({ calls: [pay(100n)], lane: 2 }),
          await bench.operate({ calls: [pay(90n)], account: other }),
          await bench.operate({
            calls: [pay(50n)],
            agent: bench.otherAgent,
            lane: 1,
          }),
          await bench.operate({ calls: [pay(10n)], account: other, lane: 1 }),
        ]
        await expectDenied(
          bench,
          await bench.operate({ calls: [pay(1n)], account: other, lane: 2 }),
          'BudgetExceeded',
          [0, zero, 1, 0, noon + hour],
          { after: operations },
        )
        await bench.run(operations.toReversed())

        expect(await bench.getSpent()).to.deep.equal([100n, 150n, 0n])
        expect(
          await bench.getSpent(noon, { by: bench.otherAgent }),
        ).to.deep.equal([50n, 150n, 0n])
        expect(await bench.getSpent(noon, { of: other })).to.deep.equal([
          100n,
          100n,
          0n,
        ])
      })

      it('has several bundles in one transaction see each other', async () => {
        const operations = await Promise.all(
          [10n, 91n, 90n].map((value, lane) =>
            bench.operate({ calls: [pay(value)], lane }),
          ),
        )
        const [first, second, again, third] = await hostile.act(
          [0, 1, 0, 2].map((index) =>
            toBundle(bench, operations.slice(index, index + 1)),
          ),
        )
        expect([first, third].map((outcome) => outcome?.success)).to.deep.equal(
          [true, true],
        )
        expect(parseFailure(bench, second?.result ?? '')).to.deep.equal([
          0n,
          'AA23 reverted',
          'BudgetExceeded',
          0n,
          zero,
          91n,
          90n,
          BigInt(noon + hour),
        ])
        expect(parseFailure(bench, again?.result ?? '')).to.deep.equal([
          'FailedOp',
          0n,
          'AA25 invalid account nonce',
        ])
        expect(await getPaid()).to.equal(100n)
      })

      it('cannot send a bundle from within another', async () => {
        const [first, second] = await Promise.all(
          [60n, 40n].map((value, lane) =>
            bench.operate({ calls: [pay(value)], lane }),
          ),
        )
        if (!first || !second) throw new Error('There are two.')
        const [outcome] = await hostile.handleAndAct(
          [first],
          [toBundle(bench, [second])],
        )

        expect(outcome?.success).to.equal(false)
        expect(parseFailure(bench, outcome?.result ?? '')).to.deep.equal([
          'ReentrancyGuardReentrantCall',
        ])
        expect(await getPaid()).to.equal(60n)
        expect(await bench.getSpent()).to.deep.equal([60n, 60n, 0n])
      })

      it('cannot have an aggregator answer for the agent', async () => {
        const good = await bench.operate({ calls: [pay(1n)] })
        const bad = await bench.operate({
          calls: [pay(1n)],
          signer: bench.stranger.signingKey,
        })
        const one = toHex(1, { size: 20 })
        const send = (operation: Operation, aggregator: string) => () =>
          bench.entryPoint.getFunction('handleAggregatedOps')(
            [[[operation], aggregator, '0x']],
            bench.bundler.address,
          )
        const mismatch = ['FailedOp', 0n, 'AA24 signature error'] as const
        await expectFailure(bench, send(bad, zero), mismatch)
        await expectFailure(bench, send(bad, hostile.target), mismatch)
        await expectFailure(bench, send(good, hostile.target), mismatch)
        const reserved =
          version === '0.7'
            ? ['AA96 invalid aggregator']
            : ['SignatureValidationFailed', one]
        await expectFailure(bench, send(bad, one), reserved)

        await send(good, zero)()
        expect(await bench.getSpent()).to.deep.equal([1n, 1n, 0n])
      })

      it('cannot use another EntryPoint, even if the agent signs for it', async () => {
        const other = await loadBench(version === '0.7' ? '0.8' : '0.7')
        bench = await loadBench(version)
        await bench.grant(
          toPolicy({
            assets: [assets.native],
            limits: [limits.lifetime(0, 100n)],
            permissions: [allowPayment(bench.alice.address, 100n)],
          }),
        )
        const operation = await bench.operate({ calls: [pay(1n)] })
        const hash = await other.getUserOpHash(operation)
        expect(hash).to.not.equal(await bench.getUserOpHash(operation))
        const signed = await other.sign(operation, bench.defaultWindow)
        for (const sent of [operation, signed])
          await expectFailure(bench, () => other.handle([sent]), [
            0n,
            'AA23 reverted',
            'AccountUnauthorized',
            other.entryPoint.target,
          ])
      })

      it('may encode the bundle in another way, and it is the same operation', async () => {
        const operation = await bench.operate({ calls: [pay(40n)] })
        const bundle = toBundle(bench, [operation]).data as Hex
        // The array of one stands behind the two arguments; a gap before it, and
        // another one before the operation.
        const head = concatHex([
          slice(bundle, 0, 4),
          toHex(96, { size: 32 }),
          slice(bundle, 36, 68),
          toHex(2n ** 256n - 1n, { size: 32 }),
          toHex(2, { size: 32 }),
        ])
        const twice = concatHex([
          head,
          toHex(96, { size: 32 }),
          toHex(96, { size: 32 }),
          toHex(2n ** 256n - 1n, { size: 32 }),
          slice(bundle, 132),
        ])
        const once = concatHex([
          slice(head, 0, 100),
          toHex(1, { size: 32 }),
          toHex(64, { size: 32 }),
          toHex(2n ** 256n - 1n, { size: 32 }),
          slice(bundle, 132),
        ])
        const send = (data: Hex) => async () =>
          (
            await bench.bundler.sendTransaction({
              to: String(bench.entryPoint.target),
              data,
              gasLimit: 15_000_000n,
            })
          ).wait()
        await expectFailure(bench, send(twice), [
          'FailedOp',
          1n,
          'AA25 invalid account nonce',
        ])
        await send(once)()

        expect(await getPaid()).to.equal(40n)
        expect(await bench.getSpent()).to.deep.equal([40n, 40n, 0n])
      })
    })

    describe('that leaves little gas', () => {
      it('moves nothing, or what it charges', async () => {
        const { account, agent, entryPoint, validator } = bench
        const meterId = (scope: number, kind: number, length = 0) =>
          getMeterId({
            scope,
            kind,
            length,
            agentNumber: scope === 1 ? 0 : 1,
            assetKind: 1,
            asset: zero,
          })
        const settle = {
          to: String(validator.target),
          data: validator.interface.encodeFunctionData('settle', [
            [
              {
                meterId: meterId(0, 2, hour),
                charge: toCharge(noon / hour, 10n),
              },
              { meterId: meterId(1, 4), charge: toCharge(0, 10n) },
            ],
          ]),
        }
        let [refused, ran] = [0, 0]
        let lane = 0
        for (
          let gasLimit = 150_000n;
          gasLimit < 1_200_000n;
          gasLimit += 70_000n
        ) {
          const operation = await bench.operate({
            calls: [pay(10n), settle],
            lane: lane++,
          })
          const spent = await bench.getSpent()
          const paid = await getPaid()
          const before = await bench.readState()
          const receipt = await entryPoint
            .getFunction('handleOps')
            .send([operation], bench.bundler.address, { gasLimit })
            .then((response: { wait(): Promise<unknown> }) => response.wait())
            .catch(() => undefined)
          if (receipt === undefined) {
            expect(await bench.readState(), 'state').to.deep.equal(before)
            ++refused
            continue
          }
          const moved = (await getPaid()) - paid
          expect(await bench.getSpent()).to.deep.equal([
            (spent[0] ?? 0n) + moved,
            (spent[1] ?? 0n) + moved,
            0n,
          ])
          ++ran
          // One that fails for lack of gas would cost the account its fee.
          expect(moved).to.equal(10n)
        }
        expect(refused).to.be.greaterThan(0)
        expect(ran).to.be.greaterThan(0)
        expect(
          (await validator.getGrant(account.target, agent.address)).gasSpent,
        ).to.be.greaterThan(0n)
      })
    })

    describe('that calls the contracts itself', () => {
      /** Every call, with how it must end; nothing where it does nothing. */
      async function getAttempts() {
        const { agent, bob, entryPoint, validator } = bench
        const operation = await bench.operate({ calls: [pay(50n)], lane: 7 })
        const hash = await bench.getUserOpHash(operation)
        const own = { ...operation, sender: hostile.target }
        const { version } = await validator.getGrant(account, agent.address)
        const meterId = getMeterId({
          kind: 4,
          scope: 1,
          agentNumber: 0,
          assetKind: 1,
          asset: zero,
        })
        const module = (name: string, args: readonly unknown[]) => ({
          target: String(validator.target),
          data: validator.interface.encodeFunctionData(
            name as never,
            args as never,
          ),
        })
        const ofAccount = (name: string, args: readonly unknown[]) => ({
          target: account,
          data: bench.account.interface.encodeFunctionData(
            name as never,
            args as never,
          ),
        })
        const ofEntryPoint = (name: string, args: readonly unknown[]) => ({
          target: String(entryPoint.target),
          data: entryPoint.interface.encodeFunctionData(name, args),
        })
        const notGranted = ['AgentNotGranted', hostile.target, agent.address]
        const unauthorized = ['AccountUnauthorized', hostile.target]
        const execution = concatHex([
          bob.address as Hex,
          toHex(1, { size: 32 }),
        ])
        const mode = toHex(0, { size: 32 })
        return [
          [
            module('validateUserOp', [operation, hash]),
            ['SenderMismatch', account, hostile.target],
          ],
          [module('validateUserOp', [own, hash]), notGranted],
          [
            module('settle', [[{ meterId, charge: toCharge(0, 50n) }]]),
            undefined,
          ],
          [
            module('freezeFor', [account, agent.address, version, '0x']),
            ['FreezeNotAuthorized', account, agent.address],
          ],
          [
            module('freezeFor', [
              account,
              agent.address,
              version,
              slice(operation.signature, 32),
            ]),
            ['FreezeNotAuthorized', account, agent.address],
          ],
          [
            module('pull', [
              toLever(bench, 'Freeze', { version }),
              operation.signature,
            ]),
            ['RelayingDisabled', account],
          ],
          [module('freeze', [agent.address, version]), notGranted],
          [module('unfreeze', [agent.address, version]), notGranted],
          [module('revoke', [agent.address, version]), notGranted],
          [module('rotate', [agent.address, bob.address, version]), notGranted],
          [
            module('grant', [agent.address, mode, version]),
            ['NotInstalled', hostile.target],
          ],
          [module('setRelaying', [true]), ['NotInstalled', hostile.target]],
          [module('freezeAll', []), undefined],
          [module('onUninstall', ['0x']), undefined],
          [ofAccount('validateUserOp', [operation, hash, 0]), unauthorized],
          [ofAccount('execute', [mode, execution]), unauthorized],
          [ofAccount('installModule', [1, bob.address, '0x']), unauthorized],
          [
            ofAccount('executeFromExecutor', [mode, execution]),
            ['ERC7579UninstalledModule', 2n, hostile.target],
          ],
          [
            ofEntryPoint('delegateAndRevert', [
              validator.target,
              validator.interface.encodeFunctionData('freezeAll'),
            ]),
            ['DelegateAndRevert', true, '0x'],
          ],
          [ofEntryPoint('incrementNonce', [bench.toNonceKey(7)]), undefined],
        ] as const
      }

      it('gets nothing done, before a bundle, behind it or while it is paid', async () => {
        const attempts = await getAttempts()
        const acts = attempts.map(([act]) => act)
        const operation = await bench.operate({ calls: [pay(60n)] })
        const expectNothing = (
          outcomes: readonly { success: boolean; result: string }[],
        ) =>
          attempts.forEach(([, failure], index) => {
            const { result, success } = outcomes[index] ?? {}
            expect(success, `attempt ${index}`).to.equal(failure === undefined)
            if (failure !== undefined)
              expect(
                parseFailure(bench, result ?? ''),
                `attempt ${index}`,
              ).to.deep.equal(failure)
          })
        const [start, grant] = [
          await bench.readState(),
          await bench.validator.getGrant(account, bench.agent.address),
        ]

        expectNothing(await hostile.act(acts))
        // The bundler's own nonce, and its entry among those who have installed.
        const untouched = start.filter(({ address }) =>
          [bench.token, bench.account, bench.store].some(
            ({ target }) => target === address,
          ),
        )
        expect(untouched).to.have.length(3)
        expect(await bench.readState()).to.include.deep.members(untouched)
        expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n])

        expectNothing(await hostile.handleAndAct([operation], acts))
        expect(await getPaid()).to.equal(60n)
        expect(await bench.getSpent()).to.deep.equal([60n, 60n, 0n])
        const { gasSpent, version, policy, frozen } =
          await bench.validator.getGrant(account, bench.agent.address)
        expect([version, policy, frozen]).to.deep.equal([
          grant.version,
          grant.policy,
          false,
        ])
        expect(gasSpent).to.be.greaterThan(0n)
      })

      it('cannot execute by the inner function of the EntryPoint', async () => {
        const { entryPoint } = bench
        const operation = await bench.operate({ calls: [pay(50n)] })
        const info = [
          [account, operation.nonce, 0, 500_000, 0, 0, 0, zero, 0, 0],
          await bench.getUserOpHash(operation),
          0,
          0,
          0,
        ]
        await expectFailure(
          bench,
          () =>
            entryPoint.getFunction('innerHandleOp')(
              operation.callData,
              info,
              '0x',
            ),
          ['AA92 internal call only'],
        )
      })
    })

    describe('that puts the owner’s acts around those of the agent', () => {
      const toAct = (name: string, args: readonly unknown[]) => ({
        to: String(bench.validator.target),
        data: bench.validator.interface.encodeFunctionData(
          name as never,
          args as never,
        ),
      })
      const getVersion = async (agent = bench.agent) =>
        (await bench.validator.getGrant(account, agent.address)).version

      it('cannot have an agent act before the grant of its bundle is there', async () => {
        const policyHash = await bench.publish(toPolicy(toParts()))
        const ofOwner = await bench.operateAsOwner([
          toAct('grant', [bench.otherAgent.address, policyHash, 0]),
        ])
        const operation = await bench.operate({
          calls: [pay(1n)],
          agent: bench.otherAgent,
        })
        await expectDenied(
          bench,
          operation,
          'AgentNotGranted',
          [account, bench.otherAgent.address],
          { after: [ofOwner] },
        )
        await bench.run(ofOwner)
        await bench.run(operation)
      })

      it('cannot have the owner’s batch carry the agent’s bundle', async () => {
        const operation = await bench.operate({ calls: [pay(60n)], lane: 1 })
        const bundle = toBundle(bench, [operation])
        const ofOwner = await bench.operateAsOwner([
          toAct('freezeAll', []),
          { to: bundle.target, data: bundle.data },
        ])
        await bench.handle([ofOwner])

        expect(await getPaid()).to.equal(0n)
        expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n])
      })

      for (const order of ['before', 'behind'] as const)
        it(`charges one validated with a freeze, a revocation or a new policy ${order} it`, async () => {
          const lowered = await bench.publish(
            toPolicy({
              ...toParts(),
              limits: [limits.fixed(0, hour, 1n), limits.lifetime(1, 1n)],
            }),
          )
          const acts = [
            async () =>
              toAct('freeze', [bench.agent.address, await getVersion()]),
            async () =>
              toAct('unfreeze', [bench.agent.address, await getVersion()]),
            async () =>
              toAct('grant', [
                bench.agent.address,
                lowered,
                await getVersion(),
              ]),
            async () =>
              toAct('revoke', [bench.agent.address, await getVersion()]),
          ]
          let paid = 0n
          for (const [index, toCall] of acts.entries()) {
            const frozen = index === 1
            // The new policy leaves nothing to be spent.
            const value = index === 3 ? 0n : 10n
            const ofOwner = await bench.operateAsOwner([await toCall()])
            const operation = await bench.operate({ calls: [pay(value)] })
            if (frozen) {
              await expectDenied(
                bench,
                operation,
                'AgentFrozen',
                [account, bench.agent.address],
                order === 'before' ? { after: [ofOwner] } : {},
              )
              await bench.run(ofOwner)
              continue
            }
            await bench.run(
              order === 'before' ? [ofOwner, operation] : [operation, ofOwner],
            )
            paid += value
            expect(await getPaid()).to.equal(paid)
          }
          // Whatever has become of the grant, the meters have counted.
          const policyHash = await bench.publish(toPolicy(toParts()))
          await bench
            .by()
            .grant(bench.agent.address, policyHash, await getVersion())
          expect(await bench.getSpent()).to.deep.equal([paid, paid, 0n])
        })
    })
  })
