import { expect } from 'chai'
import type { Wallet } from 'ethers'
import { concatHex, type Hex, hexToBigInt, slice, toHex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import {
  type Call,
  encodeBatch,
  encodeExecute,
  modes,
  type Operation,
} from '../helpers/operations.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import {
  type ApprovalParameters,
  type Approver,
  actions,
  buildTiers,
  dailyBeyond,
  hashApproval,
  hashCalls,
  toAnnouncement,
  toAscending,
  withApprovals,
} from '../helpers/tiers.ts'
import { day, hour, minute, noon } from '../helpers/time.ts'
import { traceOperation } from '../helpers/traceOperation.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

const curveOrder =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

describe('tiers, attacked', () => {
  let bench: Bench
  let approvers: readonly Wallet[]

  beforeEach(async () => {
    bench = await loadBench()
    approvers = toAscending(['ann', 'ben', 'cleo'].map(toKey))
  })

  const pay = (value = 11n): Call => ({ to: bench.alice.address, value })
  const perOperation = (amount: bigint, action: number) =>
    buildLimit(0, { action, amount, kind: 1 })
  const toAddresses = (wallets: readonly { address: string }[]) =>
    wallets
      .map(({ address }) => address as Hex)
      .toSorted((one, other) =>
        hexToBigInt(one) < hexToBigInt(other) ? -1 : 1,
      )
  const toPayments = (
    action: number,
    parts: Parameters<typeof toPolicy>[0] = {},
  ) =>
    toPolicy({
      assets: [assets.native],
      limits: [perOperation(10n, action), limits.daily(0, 1_000n)],
      permissions: [allowPayment(bench.alice.address, 1_000n)],
      ...parts,
    })

  /** INV-17: what validation does is allowed to an unstaked account. */
  async function obey(operation: Operation) {
    const { violations } = await traceOperation(bench, operation)
    expect(violations).to.deep.equal([])
  }

  // INV-37.
  describe('approvals', () => {
    const window = { validAfter: noon, validUntil: noon + 600 }
    const deadline = noon + 600
    const toPolicyOf = (
      wallets: readonly { address: string }[],
      threshold = 2,
    ) =>
      toPayments(actions.approval, {
        sets: [{ elements: toAddresses(wallets) }],
        tiers: [buildTiers({ approvers: 1, threshold })],
      })
    const of = (...indexes: readonly number[]) =>
      indexes.map((index) => approvers[index] as Wallet)
    const approve = async (
      by: readonly Approver[],
      overrides: Partial<ApprovalParameters> = {},
      calls: readonly Call[] = [pay()],
    ) =>
      withApprovals(bench, await bench.operate({ calls, window }), by, {
        calls,
        deadline,
        ...overrides,
      })
    /** The address that the signature seems to be of is anybody's. */
    const expectForeign = async (
      overrides: Partial<ApprovalParameters>,
      calls?: readonly Call[],
    ) => {
      const operation = await approve(of(0, 1), overrides, calls)
      const before = await bench.readState()
      await expect(bench.validate(operation)).to.be.revertedWithCustomError(
        bench.validator,
        'ApprovalInvalid',
      )
      await expect(bench.handle([operation])).to.revert(bench.provider as never)
      expect(await bench.readState()).to.deep.equal(before)
    }

    beforeEach(() => bench.grant(toPolicyOf(approvers)))

    it('too few', async () => {
      const whole = await approve(of(0, 1))
      const signature = slice(whole.signature, 0, 96 + 6 + 64)
      await expectDenied(
        bench,
        { ...whole, signature },
        'SignatureLengthInvalid',
        [166],
      )
    })

    it('twice of one approver', async () => {
      const [, ben] = approvers
      await expectDenied(bench, await approve(of(1, 1)), 'ApprovalInvalid', [
        1,
        ben?.address,
      ])
    })

    it('out of order', async () => {
      const [ann] = approvers
      await expectDenied(bench, await approve(of(1, 0)), 'ApprovalInvalid', [
        1,
        ann?.address,
      ])
    })

    it('of somebody who is not listed', async () => {
      const [ann] = approvers as [Wallet]
      const pair = toAscending([ann, bench.stranger])
      await expectDenied(bench, await approve(pair), 'ApprovalInvalid', [
        pair.indexOf(bench.stranger),
        bench.stranger.address,
      ])
      await expectDenied(
        bench,
        await approve(
          toAscending([ann, bench.stranger]).map((wallet) =>
            wallet === ann ? ann : { onChain: wallet.address },
          ),
        ),
        'ApprovalInvalid',
        [pair.indexOf(bench.stranger), bench.stranger.address],
      )
    })

    it('of the agent, though it is listed', async () => {
      const [ann] = approvers as [Wallet]
      await bench.grant(toPolicyOf([...approvers, bench.agent]))
      const pair = toAscending([ann, bench.agent])
      await expectDenied(bench, await approve(pair), 'ApprovalInvalid', [
        pair.indexOf(bench.agent),
        bench.agent.address,
      ])
    })

    it('of the agent, given on chain', async () => {
      const [ann] = approvers as [Wallet]
      await bench.grant(toPolicyOf([...approvers, bench.agent]))
      const operation = await bench.operate({ calls: [pay()], window })
      const digest = hashApproval(bench, {
        calls: [pay()],
        deadline,
        nonce: operation.nonce,
      })
      await bench.validator
        .connect(await bench.impersonate(bench.agent.address))
        .setApproval(bench.account.target, digest, true)
      const pair = toAscending([ann, bench.agent])
      await expectDenied(
        bench,
        withApprovals(
          bench,
          operation,
          pair.map((wallet) =>
            wallet === ann ? ann : { onChain: wallet.address },
          ),
          { calls: [pay()], deadline },
        ),
        'ApprovalInvalid',
        [pair.indexOf(bench.agent), bench.agent.address],
      )
    })

    it('of other calls', async () => {
      for (const calls of [
        [pay(12n)],
        [{ to: bench.bob.address, value: 11n }],
        [{ ...pay(), data: '0x00000000' }],
        [pay(), pay()],
        [],
      ])
        await expectForeign({ calls })
      await expectForeign({ calls: [pay(6n), pay(5n)] }, [pay(5n), pay(6n)])
    })

    it('for another account, agent, nonce, chain, validator or deadline', async () => {
      const { nonce } = await bench.operate({ calls: [pay()] })
      for (const overrides of [
        { account: bench.stranger.address },
        { agent: bench.otherAgent.address },
        { nonce: nonce + 1n },
        { chainId: 1n },
        { validator: String(bench.store.target) },
      ])
        await expectForeign(overrides)

      const operation = await approve(of(0, 1))
      const later = concatHex([
        slice(operation.signature, 0, 96),
        toHex(deadline + 1, { size: 6 }),
        slice(operation.signature, 102),
      ])
      await expect(
        bench.validate({ ...operation, signature: later }),
      ).to.be.revertedWithCustomError(bench.validator, 'ApprovalInvalid')
    })

    it('with the greater s, or with no signature at all', async () => {
      const [ann] = approvers as [Wallet]
      const operation = await approve(of(0, 1))
      const replace = (approval: Hex) => ({
        ...operation,
        signature: concatHex([
          slice(operation.signature, 0, 102),
          approval,
          slice(operation.signature, 166),
        ]),
      })
      const r = slice(operation.signature, 102, 134)
      const vs = hexToBigInt(slice(operation.signature, 134, 166))
      const [parity, s] = [vs >> 255n, vs & (2n ** 255n - 1n)]
      const greater = ((1n - parity) << 255n) | (curveOrder - s)
      await expect(
        bench.validate(
          replace(concatHex([r, toHex(greater % 2n ** 256n, { size: 32 })])),
        ),
      ).to.be.revertedWithCustomError(bench.validator, 'ApprovalInvalid')
      const zero = toHex(0, { size: 32 })
      const none = `0x${'00'.repeat(20)}`
      await expectDenied(
        bench,
        replace(concatHex([zero, zero])),
        'ApprovalInvalid',
        [0, none],
      )
      // Though it has approved: a word with dirt above it is no address.
      const digest = hashApproval(bench, {
        calls: [pay()],
        deadline,
        nonce: operation.nonce,
      })
      await bench.validator
        .connect(await bench.impersonate(ann.address))
        .setApproval(bench.account.target, digest, true)
      const word = BigInt(ann.address)
      await expectDenied(
        bench,
        replace(concatHex([toHex(2n ** 160n + word, { size: 32 }), zero])),
        'ApprovalInvalid',
        [0, ann.address],
      )
      await bench.run(replace(concatHex([toHex(word, { size: 32 }), zero])))
    })

    it('used twice, at another EntryPoint or by the account itself', async () => {
      const operation = await approve(of(0, 1))
      const hash = await bench.getUserOpHash(operation)
      await bench.by().validateUserOp(operation, hash)
      await expectDenied(bench, operation, 'ApprovalUsed', [
        hashCalls([pay()]),
        operation.nonce,
      ])
    })

    it('used again for the next nonce', async () => {
      const first = await approve(of(0, 1))
      await bench.run(first)
      const next = await bench.operate({ calls: [pay()], window })
      const signature = concatHex([next.signature, slice(first.signature, 96)])
      await expect(
        bench.validate({ ...next, signature }),
      ).to.be.revertedWithCustomError(bench.validator, 'ApprovalInvalid')
    })

    it('do not lift what a budget denies', async () => {
      const none = `0x${'00'.repeat(20)}`
      await expectDenied(
        bench,
        await approve(of(0, 1), {}, [pay(1_000n), pay(1n)]),
        'BudgetExceeded',
        [1, none, 1_001, 1_000, noon + 12 * hour],
      )
    })

    it('do not stand for the signature of the agent', async () => {
      const calls = [pay()]
      const forged = withApprovals(
        bench,
        await bench.operate({
          calls,
          signer: bench.stranger.signingKey,
          window,
        }),
        of(0, 1),
        { calls, deadline },
      )
      expect((await bench.validate(forged)) & 1n).to.equal(1n)
      await expect(bench.handle([forged])).to.revert(bench.provider as never)
    })

    it('keep to the rules of a bundler', async () => {
      await obey(await approve(of(0, 1)))
    })
  })

  // INV-36.
  describe('announcements', () => {
    const delays = buildTiers({ delay: hour, lifetime: hour })
    const grant = () =>
      bench.grant(
        toPayments(actions.delay, {
          header: { maxCalls: 4n },
          tiers: [delays],
        }),
      )
    const at = noon + minute
    const window = { validAfter: noon, validUntil: noon + 600 }
    const denyAnnouncing = async (
      calls: readonly Call[],
      index = 0,
      parameters: Parameters<Bench['operate']>[0] = {},
    ) =>
      expectDenied(
        bench,
        await bench.operate({ calls, window, ...parameters }),
        'PrivilegedTarget',
        [index, bench.validator.target],
        { at },
      )

    it('are made by no policy without a delay', async () => {
      await bench.grant(toPayments(actions.notify))
      await denyAnnouncing([toAnnouncement(bench, [pay()])])
    })

    it('are the only call, in single mode and without value', async () => {
      await grant()
      const announce = toAnnouncement(bench, [pay()])
      await denyAnnouncing([announce, pay(1n)])
      await denyAnnouncing([pay(1n), announce], 1)
      await denyAnnouncing([announce, announce])
      await denyAnnouncing([{ ...announce, value: 1n }])
      await denyAnnouncing([], 0, {
        callData: encodeExecute(modes.batch, encodeBatch([announce])),
      })
    })

    it("are the agent's own", async () => {
      await grant()
      await denyAnnouncing([toAnnouncement(bench, [pay()], bench.otherAgent)])
      const { data = '0x' } = toAnnouncement(bench, [pay()])
      const dirty = concatHex([
        slice(data as Hex, 0, 4),
        toHex((1n << 160n) | BigInt(bench.agent.address), { size: 32 }),
        slice(data as Hex, 36),
      ])
      await denyAnnouncing([
        { data: dirty, to: String(bench.validator.target) },
      ])
      for (const short of [slice(data as Hex, 0, 67), slice(data as Hex, 0, 4)])
        await denyAnnouncing([
          { data: short, to: String(bench.validator.target) },
        ])
    })

    it('open no other function of the module', async () => {
      await grant()
      const { agent, validator } = bench
      const encode = (name: never, args: readonly unknown[]) =>
        validator.interface.encodeFunctionData(name, args as never)
      const zero = `0x${'00'.repeat(32)}`
      for (const data of [
        encode('cancelAnnouncement' as never, [
          bench.account.target,
          agent.address,
          zero,
        ]),
        encode('setApproval' as never, [bench.account.target, zero, true]),
        encode('unfreeze' as never, [agent.address, 1]),
      ])
        await denyAnnouncing([{ data, to: String(validator.target) }])
    })

    it('of one agent do not serve another', async () => {
      await grant()
      const policy = toPayments(actions.delay, { tiers: [delays] })
      await bench.grant(policy, { to: bench.otherAgent })
      await bench.act([toAnnouncement(bench, [pay()])], { at, window })
      const due = at + hour
      await expectDenied(
        bench,
        await bench.operate({
          agent: bench.otherAgent,
          calls: [pay()],
          window: { validAfter: due, validUntil: due + 60 },
        }),
        'AnnouncementRequired',
        [hashCalls([pay()]), hour],
        { at: due + 30 },
      )
    })

    it('of one account do not serve another', async () => {
      await grant()
      const other = await bench.createAccount('other')
      await bench.grant(toPayments(actions.delay, { tiers: [delays] }), {
        of: other,
      })
      await bench.act([toAnnouncement(bench, [pay()])], { at, window })
      const due = at + hour
      await expectDenied(
        bench,
        await bench.operate({
          account: other,
          calls: [pay()],
          window: { validAfter: due, validUntil: due + 60 },
        }),
        'AnnouncementRequired',
        [hashCalls([pay()]), hour],
        { at: due + 30 },
      )
    })

    it('serve one of two operations in one bundle', async () => {
      await grant()
      await bench.act([toAnnouncement(bench, [pay()])], { at, window })
      const due = at + hour
      const window2 = { validAfter: due, validUntil: due + 60 }
      const first = await bench.operate({ calls: [pay()], window: window2 })
      const second = await bench.operate({
        calls: [pay()],
        lane: 1,
        window: window2,
      })
      await expectDenied(
        bench,
        second,
        'AnnouncementRequired',
        [hashCalls([pay()]), hour],
        { after: [first], at: due + 30 },
      )
    })

    it('are used up by an execution that fails', async () => {
      const recorder = await bench.deployContract('RuleBreaker')
      await bench.grant(
        toPolicy({
          permissions: [
            allowCall(String(recorder.target), '0xdeadbeef', { tier: 2 }),
          ],
          tiers: [delays],
        }),
      )
      const calls = [{ data: '0xdeadbeef', to: String(recorder.target) }]
      await bench.act([toAnnouncement(bench, calls)], { at, window })
      const due = at + hour
      const window2 = { validAfter: due, validUntil: due + 200 }
      await bench.handle([await bench.operate({ calls, window: window2 })], {
        at: due + 30,
      })
      await expectDenied(
        bench,
        await bench.operate({ calls, window: window2 }),
        'AnnouncementRequired',
        [hashCalls(calls), hour],
        { at: due + 60 },
      )
    })

    it('do not survive a reinstallation or a rotation', async () => {
      await grant()
      await bench.act([toAnnouncement(bench, [pay()])], { at, window })
      await bench.by().onUninstall('0x')
      await bench.by().onInstall('0x')
      await grant()
      const due = at + hour
      const window2 = { validAfter: due, validUntil: due + 200 }
      const deny = async (agent: Wallet, second: number) =>
        expectDenied(
          bench,
          await bench.operate({ agent, calls: [pay()], window: window2 }),
          'AnnouncementRequired',
          [hashCalls([pay()]), hour],
          { at: second },
        )
      await deny(bench.agent, due + 30)
      const { version } = await bench.validator.getGrant(
        bench.account.target,
        bench.agent.address,
      )
      await bench
        .by()
        .rotate(bench.agent.address, bench.otherAgent.address, version)
      await deny(bench.otherAgent, due + 60)
    })

    it('need none themselves, however many operations have a threshold', async () => {
      const toLimited = (action: number) =>
        toPolicy({
          assets: [assets.native, assets.operations],
          limits: [
            limits.daily(0, 1_000n),
            limits.daily(1, 3n),
            dailyBeyond(1, 0n, action),
          ],
          permissions: [allowPayment(bench.alice.address, 1_000n)],
          tiers: [delays],
        })
      await bench.grant(toLimited(actions.delay))
      const announce = toAnnouncement(bench, [pay()])
      await bench.act([announce], { at, window })
      expect(await bench.getSpent()).to.deep.equal([0n, 1n, 1n])

      // What is announced waits, a second announcement with it does not pass.
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()], window }),
        'AnnouncementNotDue',
        [noon, at + hour],
        { at: at + 20 },
      )
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(12n)], window }),
        'AnnouncementRequired',
        [hashCalls([pay(12n)]), hour],
        { at: at + 40 },
      )
      await bench.act([toAnnouncement(bench, [pay(12n)])], {
        at: at + 60,
        window,
      })
      const due = at + hour
      await bench.act([pay()], {
        at: due + 30,
        window: { validAfter: due, validUntil: due + 200 },
      })
      // What denies, denies announcements too.
      await expectDenied(
        bench,
        await bench.operate({
          calls: [announce],
          window: { validAfter: due, validUntil: due + 200 },
        }),
        'RateLimitExceeded',
        [1, 3, noon + 12 * hour],
        { at: due + 60 },
      )
    })

    it('are waited for where a batch ends in a settle', async () => {
      const meterId = getMeterId({
        agentNumber: 1,
        asset: `0x${'00'.repeat(20)}`,
        assetKind: 1,
        kind: 2,
        length: day,
      })
      const toSettled = (value: bigint) => [
        pay(value),
        {
          data: bench.validator.interface.encodeFunctionData('settle', [
            [{ charge: toCharge(Math.floor(noon / day), value), meterId }],
          ]),
          to: String(bench.validator.target),
        },
      ]
      await bench.grant(
        toPolicy({
          assets: [assets.native, assets.operations],
          header: { maxCalls: 4n },
          limits: [
            limits.daily(0, 1_000n),
            dailyBeyond(0, 100n, actions.delay),
            limits.daily(1, 9n),
          ],
          permissions: [allowPayment(bench.alice.address, 1_000n)],
          tiers: [delays],
        }),
      )
      // The second counts what the first has reserved, in the same bundle.
      const first = await bench.operate({ calls: toSettled(60n), window })
      const second = await bench.operate({
        calls: toSettled(60n),
        lane: 1,
        window,
      })
      await expectDenied(
        bench,
        second,
        'AnnouncementRequired',
        [hashCalls([pay(60n)]), hour],
        { after: [first], at },
      )
      await bench.run(first, { at: at + 20 })
      expect(await bench.getSpent()).to.deep.equal([60n, 60n, 1n])
    })

    it('keep to the rules of a bundler', async () => {
      await grant()
      await bench.act([toAnnouncement(bench, [pay()])], { at, window })
      const due = at + hour
      await obey(
        await bench.operate({
          calls: [pay()],
          window: { validAfter: due, validUntil: due + 60 },
        }),
      )
    })
  })
})
