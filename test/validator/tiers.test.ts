import { expect } from 'chai'
import type { Wallet } from 'ethers'
import { concatHex, type Hex, slice, toHex } from 'viem'
import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import {
  type Call,
  encodeBatch,
  encodeExecute,
  modes,
} from '../helpers/operations.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import {
  actions,
  buildTiers,
  dailyBeyond,
  encodeAnnounced,
  hashApproval,
  hashCalls,
  toAnnouncement,
  toAscending,
  withApprovals,
} from '../helpers/tiers.ts'
import { day, hour, minute, noon } from '../helpers/time.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

const none = `0x${'00'.repeat(32)}`

for (const version of ['0.7', '0.8'] as const)
  describe(`tiers, on EntryPoint ${version}`, () => {
    let bench: Bench
    let approvers: readonly Wallet[]
    let clock: number

    beforeEach(async () => {
      bench = await loadBench(version)
      approvers = toAscending(['ann', 'ben', 'cleo'].map(toKey))
      clock = noon
    })

    /** Each 20 seconds after the one before, however slow the machine is. */
    const later = () => {
      clock += 20
      return clock
    }

    const pay = (value: bigint): Call => ({ to: bench.alice.address, value })
    const delays = buildTiers({ delay: hour, lifetime: hour })
    const toApprovals = (threshold: number) => ({
      sets: [{ elements: approvers.map(({ address }) => address as Hex) }],
      tiers: [buildTiers({ approvers: 1, threshold })],
    })
    /** Native payments up to 1,000 a day, with these limits before it. */
    const toPayments = (
      extra: readonly Hex[],
      parts: Parameters<typeof toPolicy>[0] = {},
      rule: { tier?: number } = {},
    ) =>
      toPolicy({
        assets: [assets.native],
        limits: [
          ...extra.filter((limit) => slice(limit, 3, 4) === '0x01'),
          limits.daily(0, 1_000n),
          ...extra.filter((limit) => slice(limit, 3, 4) !== '0x01'),
        ],
        permissions: [allowPayment(bench.alice.address, 1_000n, rule)],
        ...parts,
      })
    const perOperation = (amount: bigint, action: number) =>
      buildLimit(0, { action, amount, kind: 1 })
    const denied = async (
      calls: readonly Call[],
      error: string,
      args: readonly unknown[],
      at = later(),
    ) =>
      expectDenied(
        bench,
        await bench.operate({
          calls,
          window: { validAfter: at - 30, validUntil: at + 300 },
        }),
        error,
        args,
        { at },
      )
    const act = (calls: readonly Call[], at = later()) =>
      bench.act(calls, {
        at,
        window: { validAfter: at - 30, validUntil: at + 300 },
      })
    const getTiers = async (receipt: Awaited<ReturnType<typeof act>>) =>
      receipt.logs
        .map((log) => bench.validator.interface.parseLog(log))
        .filter((log) => log?.name === 'TierReached')
        .map((log) => log?.args.tier)

    // INV-38.
    describe('thresholds', () => {
      it('notify of what goes beyond them, and of nothing else', async () => {
        await bench.grant(toPayments([dailyBeyond(0, 100n, actions.notify)]))
        expect(await getTiers(await act([pay(100n)]))).to.deep.equal([])

        const operation = await bench.operate({ calls: [pay(1n)] })
        const receipt = await bench.run(operation)
        await expect(Promise.resolve(receipt))
          .to.emit(bench.validator, 'TierReached')
          .withArgs(
            bench.account.target,
            bench.agent.address,
            await bench.getUserOpHash(operation),
            actions.notify,
          )
        expect(await bench.getSpent()).to.deep.equal([101n, 101n])
      })

      it('count from 0 again in the next period', async () => {
        await bench.grant(toPayments([dailyBeyond(0, 100n, actions.notify)]))
        expect(await getTiers(await act([pay(101n)]))).to.deep.equal([1n])
        const later = noon + day
        expect(await getTiers(await act([pay(100n)], later))).to.deep.equal([])
      })

      it('look at the sum over the batch', async () => {
        await bench.grant(toPayments([perOperation(10n, actions.notify)]))
        expect(await getTiers(await act([pay(10n)]))).to.deep.equal([])
        expect(await getTiers(await act([pay(5n), pay(6n)]))).to.deep.equal([
          1n,
        ])
      })

      it('take the greatest action', async () => {
        await bench.grant(
          toPayments(
            [
              perOperation(10n, actions.notify),
              perOperation(20n, actions.delay),
              dailyBeyond(0, 30n, actions.notify),
              dailyBeyond(0, 40n, actions.delay),
              dailyBeyond(0, 50n, actions.approval),
            ],
            {
              sets: [{ elements: [approvers[0]?.address as Hex] }],
              tiers: [
                buildTiers({
                  approvers: 1,
                  delay: hour,
                  lifetime: hour,
                  threshold: 1,
                }),
              ],
            },
          ),
        )
        expect(await getTiers(await act([pay(10n)]))).to.deep.equal([])
        expect(await getTiers(await act([pay(11n)]))).to.deep.equal([1n])
        await denied([pay(21n)], 'AnnouncementRequired', [
          hashCalls([pay(21n)]),
          hour,
        ])
        // 21 are spent: 31 is beyond the notice on the day, 41 beyond the delay.
        expect(await getTiers(await act([pay(10n)]))).to.deep.equal([1n])
        await denied([pay(10n)], 'AnnouncementRequired', [
          hashCalls([pay(10n)]),
          hour,
        ])
        await denied([pay(20n)], 'ApprovalRequired', [hashCalls([pay(20n)]), 1])
      })

      it('on one meter charge it once, and deny what the budget denies', async () => {
        await bench.grant(
          toPayments(
            [
              dailyBeyond(0, 0n, actions.notify),
              dailyBeyond(0, 2_000n, actions.delay),
            ],
            { tiers: [delays] },
          ),
        )
        expect(await getTiers(await act([pay(600n)]))).to.deep.equal([1n])
        expect(await bench.getSpent()).to.deep.equal([600n, 600n, 600n])
        await denied([pay(401n)], 'BudgetExceeded', [
          0,
          `0x${'00'.repeat(20)}`,
          401n,
          400n,
          noon + day / 2,
        ])
        await act([pay(400n)])
        expect(await bench.getSpent()).to.deep.equal([1_000n, 1_000n, 1_000n])
      })

      it('end with the limits, though what lies behind looks like one more', async () => {
        // A delay of 2 seconds is read as periods, a lifetime as their length,
        // and the first bytes of a target as the end of the anchor.
        const near = `0x0000${'01'.repeat(18)}` as const
        await bench.grant(
          toPayments([], {
            permissions: [
              allowPayment(near, 1_000n),
              allowPayment(bench.alice.address, 1_000n, {
                tier: actions.delay,
              }),
            ],
            tiers: [buildTiers({ delay: 2, lifetime: day })],
          }),
        )
        expect(
          await getTiers(await act([{ to: near, value: 1_000n }])),
        ).to.deep.equal([])
        expect(await bench.getSpent()).to.deep.equal([1_000n])
      })

      it('on a meter without a budget charge it too, and never overflow it', async () => {
        const greatest = 2n ** 128n - 1n
        const token = String(bench.token.target)
        await bench.token.mint(bench.account.target, greatest / 2n)
        const lifetime = buildLimit(0, {
          action: actions.notify,
          amount: 10n,
          kind: 4,
        })
        await bench.grant(
          toPolicy({
            assets: [assets.toErc20(token)],
            limits: [limits.daily(0, greatest), lifetime],
            permissions: [allowTransfer(token)],
          }),
        )
        const account = String(bench.account.target)
        // To itself, so that the tokens last.
        for (const [index, spent] of [
          greatest / 2n,
          2n * (greatest / 2n),
          greatest,
        ].entries()) {
          const at = noon + minute + index * day
          await act([bench.encodeTransfer(account, greatest / 2n)], at)
          expect((await bench.getSpent(at))[1]).to.equal(spent)
        }
      })

      it('never overflow a meter by what waits to be settled', async () => {
        const greatest = 2n ** 128n - 1n
        const half = greatest / 2n
        const asset = String(bench.token.target) as Hex
        const account = String(bench.account.target)
        await bench.token.mint(account, half)
        const lifetime = buildLimit(0, { action: actions.notify, kind: 4 })
        await bench.grant(
          toPolicy({
            assets: [assets.toErc20(asset)],
            limits: [limits.daily(0, greatest), lifetime],
            permissions: [allowTransfer(asset)],
          }),
        )
        await act([bench.encodeTransfer(account, half)])

        const at = noon + day
        const parts = { agentNumber: 1, asset, assetKind: 2 }
        const settled = (left: bigint, lane: number) =>
          bench.operate({
            calls: [
              bench.encodeTransfer(account, half),
              {
                data: bench.validator.interface.encodeFunctionData('settle', [
                  [
                    {
                      charge: toCharge(Math.floor(at / day), half),
                      meterId: getMeterId({ ...parts, kind: 2, length: day }),
                    },
                    {
                      charge: toCharge(0, left),
                      meterId: getMeterId({ ...parts, kind: 4 }),
                    },
                  ],
                ]),
                to: String(bench.validator.target),
              },
            ],
            lane,
            window: { validAfter: at - 30, validUntil: at + 300 },
          })
        // The first takes the rest of the day before, but for what is odd.
        await bench.run([await settled(half, 0), await settled(1n, 1)], { at })
        expect(await bench.getSpent(at)).to.deep.equal([2n * half, greatest])
      })

      it('count operations, groups and months like any limit', async () => {
        const group = toHex(7n, { size: 16 })
        await bench.grant(
          toPolicy({
            assets: [assets.native, assets.operations],
            groups: [group],
            limits: [
              limits.daily(0, 1_000n),
              buildLimit(0, {
                action: actions.notify,
                amount: 5n,
                group: 1,
                kind: 3,
                scope: 2,
              }),
              buildLimit(1, { action: actions.notify, amount: 2n, kind: 4 }),
            ],
            permissions: [
              allowPayment(bench.alice.address, 1_000n, { group: 1 }),
              allowPayment(bench.bob.address, 1_000n),
            ],
          }),
        )
        const toBob = { to: bench.bob.address, value: 100n }
        expect(await getTiers(await act([toBob]))).to.deep.equal([])
        expect(await getTiers(await act([pay(6n)]))).to.deep.equal([1n])
        expect(await getTiers(await act([toBob]))).to.deep.equal([1n])
        expect(await bench.getSpent()).to.deep.equal([206n, 6n, 3n])
      })

      it('hold with charges that are settled, one for the meter', async () => {
        await bench.grant(
          toPayments(
            [
              dailyBeyond(0, 100n, actions.notify),
              dailyBeyond(0, 200n, actions.delay),
            ],
            { tiers: [delays] },
          ),
        )
        const meterId = getMeterId({
          agentNumber: 1,
          asset: `0x${'00'.repeat(20)}`,
          assetKind: 1,
          kind: 2,
          length: day,
        })
        const settled = (amount: bigint, repeated = 1): readonly Call[] => {
          const charge = toCharge(Math.floor(noon / day), amount)
          const data = bench.validator.interface.encodeFunctionData('settle', [
            Array.from({ length: repeated }, () => ({ charge, meterId })),
          ])
          return [pay(amount), { data, to: String(bench.validator.target) }]
        }
        expect(await getTiers(await act(settled(101n)))).to.deep.equal([1n])
        expect(await bench.getSpent()).to.deep.equal([101n, 101n, 101n])
        await denied(settled(1n, 2), 'SettlementMismatch', [1, none, 0])

        // The day's settle is not part of what was announced.
        const at = noon + 2 * minute
        await act([toAnnouncement(bench, [pay(100n)])], at)
        const due = at + hour
        expect(
          await getTiers(await act(settled(100n), due + 30)),
        ).to.deep.equal([2n])
        expect(await bench.getSpent()).to.deep.equal([201n, 201n, 201n])
      })
    })

    it('the greatest tier of the rules counts, wherever its call stands', async () => {
      const { alice, bob } = bench
      await bench.grant(
        toPayments([], {
          permissions: [
            allowPayment(alice.address, 1_000n, { tier: actions.approval }),
            allowPayment(bob.address, 1_000n, { tier: actions.notify }),
          ],
          ...toApprovals(1),
        }),
      )
      const toBob = { to: bob.address, value: 1n }
      for (const calls of [
        [pay(1n), toBob],
        [toBob, pay(1n)],
      ])
        await denied(calls, 'ApprovalRequired', [hashCalls(calls), 1])
      expect(await getTiers(await act([toBob]))).to.deep.equal([1n])
    })

    it('a rule may force a tier, whatever the amount', async () => {
      await bench.grant(toPayments([], {}, { tier: actions.notify }))
      expect(await getTiers(await act([pay(1n)]))).to.deep.equal([1n])
      await bench.grant(
        toPayments([], toApprovals(1), { tier: actions.approval }),
      )
      await denied([pay(1n)], 'ApprovalRequired', [hashCalls([pay(1n)]), 1])
    })

    // INV-36.
    describe('delay', () => {
      const due = noon + minute + hour
      const announceAt = noon + minute
      const grant = () =>
        bench.grant(
          toPayments([perOperation(10n, actions.delay)], { tiers: [delays] }),
        )
      const announce = (calls: readonly Call[], at = announceAt) =>
        act([toAnnouncement(bench, calls)], at)

      it('lets announced calls run once they are due, once', async () => {
        await grant()
        const calls = [pay(11n)]
        await denied(calls, 'AnnouncementRequired', [hashCalls(calls), hour])
        const receipt = await announce(calls)
        await expect(Promise.resolve(receipt))
          .to.emit(bench.validator, 'CallsAnnounced')
          .withArgs(
            bench.account.target,
            bench.agent.address,
            hashCalls(calls),
            due,
            due + hour,
            encodeAnnounced(calls),
          )
        expect(
          await bench.validator.getAnnouncement(
            bench.account.target,
            bench.agent.address,
            hashCalls(calls),
          ),
        ).to.deep.equal([BigInt(due), BigInt(due + hour), 1n])

        expect(await getTiers(await act(calls, due + 30))).to.deep.equal([2n])
        expect(await bench.getSpent()).to.deep.equal([0n, 11n])
        await denied(
          calls,
          'AnnouncementRequired',
          [hashCalls(calls), hour],
          due + 60,
        )
      })

      it('denies windows that begin before, or end after', async () => {
        await grant()
        const calls = [pay(11n)]
        await announce(calls)
        await denied(calls, 'AnnouncementNotDue', [due - 1, due], due + 29)
        const expires = due + hour
        const operate = (validUntil: number) =>
          bench.operate({
            calls,
            window: { validAfter: expires - 300, validUntil },
          })
        await expectDenied(
          bench,
          await operate(expires + 1),
          'AnnouncementExpired',
          [expires + 1, expires],
          { at: expires - 200 },
        )
        await bench.run(await operate(expires), { at: expires - 100 })
      })

      it('is for exactly these calls', async () => {
        await grant()
        await announce([pay(11n), pay(12n)])
        const others: (readonly Call[])[] = [
          [pay(12n), pay(11n)],
          [pay(11n)],
          [pay(11n), pay(12n), pay(0n)],
          [pay(11n), pay(13n)],
        ]
        for (const calls of others)
          await denied(
            calls,
            'AnnouncementRequired',
            [hashCalls(calls), hour],
            due + 60,
          )
        await act([pay(11n), pay(12n)], due + 90)
      })

      it('takes a batch of one call for that call', async () => {
        await grant()
        const calls = [pay(11n)]
        await announce(calls)
        const operation = await bench.operate({
          callData: encodeExecute(modes.batch, encodeBatch(calls)),
          window: { validAfter: due, validUntil: due + 60 },
        })
        await bench.run(operation, { at: due + 30 })
      })

      it('begins anew when the calls are announced again', async () => {
        await grant()
        const calls = [pay(11n)]
        await announce(calls)
        await announce(calls, announceAt + 600)
        await denied(
          calls,
          'AnnouncementNotDue',
          [due + 30, due + 600],
          due + 60,
        )
      })

      it('does not outlive an act of the owner on the agent', async () => {
        await grant()
        const calls = [pay(11n)]
        const acts = [
          async (version: number) => {
            await bench.by().freeze(bench.agent.address, version)
            await bench.by().unfreeze(bench.agent.address, version + 1)
          },
          () => grant(),
        ]
        let at = announceAt
        for (const change of acts) {
          await announce(calls, at)
          const { version } = await bench.validator.getGrant(
            bench.account.target,
            bench.agent.address,
          )
          await change(Number(version))
          at += hour + 120
          await denied(
            calls,
            'AnnouncementRequired',
            [hashCalls(calls), hour],
            at,
          )
        }
      })

      it('is cancelled by the account and by the guardian', async () => {
        const guardian = toKey('guardian')
        await bench.grant(
          toPayments([perOperation(10n, actions.delay)], {
            header: { guardian: BigInt(guardian.address) },
            tiers: [delays],
          }),
        )
        const calls = [pay(11n)]
        const subject = [
          bench.account.target,
          bench.agent.address,
          hashCalls(calls),
        ] as const
        const signer = await bench.impersonate(guardian.address)
        let at = announceAt
        for (const canceller of [bench.account.runner, signer]) {
          await announce(calls, at)
          const by = bench.validator.connect(canceller as Wallet)
          await expect(by.cancelAnnouncement(...subject))
            .to.emit(bench.validator, 'AnnouncementCancelled')
            .withArgs(
              ...subject,
              canceller === signer ? guardian.address : bench.account.target,
            )
          at += hour + 120
          await denied(
            calls,
            'AnnouncementRequired',
            [hashCalls(calls), hour],
            at,
          )
          await expect(by.cancelAnnouncement(...subject))
            .to.be.revertedWithCustomError(
              bench.validator,
              'AnnouncementUnknown',
            )
            .withArgs(...subject)
          at += minute
        }
      })

      it('is cancelled by nobody else', async () => {
        await grant()
        const calls = [pay(11n)]
        await announce(calls)
        for (const { address } of [bench.agent, bench.stranger, bench.bundler])
          await expect(
            bench.validator
              .connect(await bench.impersonate(address))
              .cancelAnnouncement(
                bench.account.target,
                bench.agent.address,
                hashCalls(calls),
              ),
          )
            .to.be.revertedWithCustomError(
              bench.validator,
              'CancelNotAuthorized',
            )
            .withArgs(bench.account.target, bench.agent.address)
      })

      it('is announced by the account of a granted agent that is not frozen', async () => {
        await grant()
        const announceAs = (agent: string) =>
          bench.by().announce(agent, none, '0x')
        const { validator } = bench
        await expect(announceAs(bench.otherAgent.address))
          .to.be.revertedWithCustomError(validator, 'AgentNotGranted')
          .withArgs(bench.account.target, bench.otherAgent.address)
        await bench.by().freeze(bench.agent.address, 1)
        await expect(announceAs(bench.agent.address))
          .to.be.revertedWithCustomError(validator, 'AgentFrozen')
          .withArgs(bench.account.target, bench.agent.address)
        await bench.by().unfreeze(bench.agent.address, 2)
        await bench.grant(toPayments([]))
        await expect(announceAs(bench.agent.address))
          .to.be.revertedWithCustomError(validator, 'DelayNotConfigured')
          .withArgs()
      })

      it('announcing spends an operation and gas, and needs no settle', async () => {
        await bench.grant(
          toPolicy({
            assets: [assets.native, assets.operations],
            header: { flags: 2n },
            limits: [
              perOperation(10n, actions.delay),
              limits.daily(0, 1_000n),
              limits.daily(1, 2n),
            ],
            permissions: [allowPayment(bench.alice.address, 1_000n)],
            tiers: [delays],
          }),
        )
        await announce([pay(11n)])
        await announce([pay(12n)], announceAt + 20)
        expect(await bench.getSpent()).to.deep.equal([0n, 0n, 2n])
        await denied(
          [toAnnouncement(bench, [pay(13n)])],
          'RateLimitExceeded',
          [2, 2n, noon + day / 2],
          announceAt + 40,
        )
      })
    })

    // INV-37.
    describe('approval', () => {
      const window = { validAfter: noon, validUntil: noon + 600 }
      const deadline = noon + 600
      const grant = (
        threshold = 2,
        parts: Parameters<typeof toPolicy>[0] = {},
      ) =>
        bench.grant(
          toPayments([perOperation(10n, actions.approval)], {
            ...toApprovals(threshold),
            ...parts,
          }),
        )
      const approve = async (
        calls: readonly Call[],
        by: Parameters<typeof withApprovals>[2],
        overrides: Partial<Parameters<typeof withApprovals>[3]> = {},
      ) =>
        withApprovals(bench, await bench.operate({ calls, window }), by, {
          calls,
          deadline,
          ...overrides,
        })
      const [ann, ben, cleo] = [0, 1, 2]
      const of = (...indexes: readonly number[]) =>
        indexes.map((index) => approvers[index] as Wallet)

      it('lets calls run that enough approvers have signed', async () => {
        await grant()
        for (const pair of [
          [ann, ben],
          [ann, cleo],
          [ben, cleo],
        ]) {
          const calls = [pay(11n)]
          const operation = await approve(calls, of(...pair))
          expect(await getTiers(await bench.run(operation))).to.deep.equal([3n])
        }
        expect(await bench.getSpent()).to.deep.equal([0n, 33n])
      })

      it('does not ask for them below the threshold, and takes them', async () => {
        await grant()
        await bench.run(await approve([pay(10n)], of(ann, ben)))
        await bench.run(await approve([pay(10n)], of(ben, ann)))
        await act([pay(10n)])
      })

      it('denies without approvals', async () => {
        await grant()
        await denied([pay(11n)], 'ApprovalRequired', [
          hashCalls([pay(11n)]),
          2n,
        ])
      })

      it('takes approvals from contracts that have given them on chain', async () => {
        const contract = await bench.deployContract('Recorder')
        const listed = toAscending([approvers[ann] as Wallet])
        const onChain = String(contract.target)
        const elements = [
          onChain,
          ...listed.map(({ address }) => address),
        ].toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
        await grant(2, { sets: [{ elements: elements as Hex[] }] })
        const calls = [pay(11n)]
        const operation = await bench.operate({ calls, window })
        const by = elements.map((element) =>
          element === onChain ? { onChain } : (approvers[ann] as Wallet),
        )
        const signed = withApprovals(bench, operation, by, { calls, deadline })
        const index = elements.indexOf(onChain)
        await expectDenied(bench, signed, 'ApprovalInvalid', [index, onChain])

        const digest = hashApproval(bench, {
          calls,
          deadline,
          nonce: operation.nonce,
        })
        const approver = bench.validator.connect(
          await bench.impersonate(onChain),
        )
        const account = bench.account.target
        await expect(approver.setApproval(account, digest, true))
          .to.emit(bench.validator, 'ApprovalSet')
          .withArgs(account, onChain, digest, true)
        expect(
          await bench.validator.isApproved(account, onChain, digest),
        ).to.equal(true)
        await approver.setApproval(account, digest, false)
        expect(
          await bench.validator.isApproved(account, onChain, digest),
        ).to.equal(false)
        await expectDenied(bench, signed, 'ApprovalInvalid', [index, onChain])
        await approver.setApproval(account, digest, true)
        await bench.run(signed)
      })

      it('reads approvers from a set in a blob of its own', async () => {
        const elements = approvers.map(({ address }) => address as Hex)
        const setHash = await bench.publish(
          concatHex(['0x00020100', ...elements]),
        )
        await grant(2, { sets: [concatHex(['0x03', setHash])] })
        await bench.run(await approve([pay(11n)], of(ann, cleo)))
      })

      it('needs a deadline that is not before the end of the window', async () => {
        await grant()
        for (const early of [0, noon, deadline - 1])
          await expectDenied(
            bench,
            await approve([pay(11n)], of(ann, ben), { deadline: early }),
            'ApprovalExpired',
            [deadline, early],
          )
      })

      it('denies nothing with a stub, but for want of approvals', async () => {
        await grant()
        const calls = [pay(11n)]
        const stub = await bench.operate({
          calls,
          signer: bench.stranger.signingKey,
          window,
        })
        const failed = 1n
        const answer = await bench.validate(
          withApprovals(bench, stub, of(ben, ben), { calls, deadline: 0 }),
        )
        expect(answer & 1n).to.equal(failed)
        await expect(bench.validate(stub))
          .to.be.revertedWithCustomError(bench.validator, 'ApprovalRequired')
          .withArgs(hashCalls(calls), 2)
      })

      it('has exactly the length that the policy asks for', async () => {
        await grant()
        const calls = [pay(1n)]
        const plain = await bench.operate({ calls, window })
        const lie = (signature: Hex) => ({ ...plain, signature })
        const whole = withApprovals(bench, plain, of(ann, ben), {
          calls,
          deadline,
        }).signature
        for (const length of [95, 97, 102, 166, 229, 231, 294]) {
          const signature = slice(concatHex([whole, whole]), 0, length)
          await expectDenied(bench, lie(signature), 'SignatureLengthInvalid', [
            length,
          ])
        }
        await bench.grant(toPayments([]))
        await expectDenied(bench, lie(whole), 'SignatureLengthInvalid', [230])
      })
    })
  })
