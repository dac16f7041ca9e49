import { expect } from 'chai'
import { recoverAddress, type Wallet } from 'ethers'
import { concatHex, type Hex, slice } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import {
  deployHostileBundler,
  parseFailure,
  toBundle,
} from '../helpers/hostileBundler.ts'
import type { Operation } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import {
  actions,
  buildTiers,
  hashApproval,
  hashCalls,
  toAnnouncement,
  toAscending,
  withApprovals,
} from '../helpers/tiers.ts'
import { hour, minute, noon } from '../helpers/time.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

const at = noon + minute
const window = { validAfter: noon, validUntil: noon + 600 }
const deadline = noon + 600

// INV-36 and INV-37: each announcement and each approval is used once at most.
describe('bundles of a hostile bundler, with tiers', () => {
  let bench: Bench
  let hostile: Awaited<ReturnType<typeof deployHostileBundler>>
  let approvers: readonly Wallet[]
  let calls: { to: string; value: bigint }[]
  let callsHash: Hex

  beforeEach(async () => {
    bench = await loadBench()
    hostile = await deployHostileBundler(bench)
    approvers = toAscending(['ann', 'ben'].map(toKey))
    calls = [{ to: bench.alice.address, value: 11n }]
    callsHash = hashCalls(calls)
  })

  const grant = (action: number) =>
    bench.grant(
      toPolicy({
        assets: [assets.native],
        limits: [
          buildLimit(0, { action, amount: 10n, kind: 1 }),
          limits.daily(0, 1_000n),
        ],
        permissions: [allowPayment(bench.alice.address, 1_000n)],
        ...(action === actions.delay
          ? { tiers: [buildTiers({ delay: hour, lifetime: hour })] }
          : {
              sets: [{ elements: approvers.map(toElement) }],
              tiers: [buildTiers({ approvers: 1, threshold: 2 })],
            }),
      }),
    )
  const toElement = ({ address }: Wallet) => address.toLowerCase() as Hex
  const getPaid = () => bench.provider.getBalance(bench.alice.address)

  /** Sends each in a bundle of its own, in one transaction, and says how it ended. */
  async function sendEach(operations: readonly Operation[]) {
    const outcomes = await hostile.act(
      operations.map((operation) => toBundle(bench, [operation])),
    )
    return outcomes.map(({ result, success }) =>
      success ? [] : parseFailure(bench, result),
    )
  }
  const refuse = (error: string, ...args: readonly unknown[]) => [
    0n,
    'AA23 reverted',
    error,
    ...args,
  ]

  describe('announcements', () => {
    const announce = (lane = 0) =>
      bench.operate({ calls: [toAnnouncement(bench, calls)], lane, window })
    const required = [3_600]

    beforeEach(() => grant(actions.delay))

    it('do not serve what stands behind them in their bundle', async () => {
      await expectDenied(
        bench,
        await bench.operate({ calls, lane: 1, window }),
        'AnnouncementRequired',
        [callsHash, ...required],
        { after: [await announce()], at },
      )
    })

    it('are waited for in the bundles behind theirs, in one transaction', async () => {
      const run = await bench.operate({ calls, lane: 1, window })
      const before = await getPaid()
      const first = await announce()
      const block = await bench.provider.getBlock('latest')
      const now = (block?.timestamp ?? 0) + 10
      await bench.provider.send('evm_setNextBlockTimestamp', [now])
      expect(await sendEach([first, run, first])).to.deep.equal([
        [],
        refuse('AnnouncementNotDue', BigInt(noon), BigInt(now + hour)),
        ['FailedOp', 0n, 'AA25 invalid account nonce'],
      ])
      expect(await getPaid()).to.equal(before)
    })

    it('serve one run, whatever is sent again', async () => {
      await bench.run(await announce(), { at })
      const due = at + hour
      const later = { validAfter: due, validUntil: due + 600 }
      const run = await bench.operate({ calls, lane: 1, window: later })
      const other = await bench.operate({ calls, lane: 2, window: later })
      const before = await getPaid()
      await bench.provider.send('evm_setNextBlockTimestamp', [due + 30])
      const denied = refuse('AnnouncementRequired', callsHash, 3_600n)
      expect(await sendEach([run, run, other])).to.deep.equal([
        [],
        denied,
        denied,
      ])
      expect(await getPaid()).to.equal(before + 11n)
    })
  })

  describe('approvals', () => {
    beforeEach(() => grant(actions.approval))

    const approve = async (
      parameters: Parameters<Bench['operate']>[0] = {},
    ): Promise<Operation> =>
      withApprovals(
        bench,
        await bench.operate({ calls, window, ...parameters }),
        approvers,
        { calls, deadline },
      )
    /** Another operation of the same calls and nonce. */
    const approveAgain = (nonce: bigint) =>
      approve({ gas: { preVerificationGas: 51_000n }, nonce })

    it('serve one of two operations in one bundle', async () => {
      const first = await approve()
      await expectDenied(
        bench,
        await approveAgain(first.nonce),
        'ApprovalUsed',
        [callsHash, first.nonce],
        { after: [first] },
      )
    })

    it('serve one of several bundles of a transaction', async () => {
      const first = await approve()
      const second = await approveAgain(first.nonce)
      const before = await getPaid()
      const used = refuse('ApprovalUsed', callsHash, first.nonce)
      expect(await sendEach([first, second, first])).to.deep.equal([
        [],
        used,
        used,
      ])
      expect(await getPaid()).to.equal(before + 11n)
    })

    it('are used up by an execution that fails', async () => {
      // Too little gas for the call.
      const first = await approve({ gas: { callGasLimit: 1_000n } })
      const before = await getPaid()
      const { logs } = await bench.handle([first])
      const outcomes = logs
        .map((log) => bench.entryPoint.interface.parseLog(log))
        .filter((log) => log?.name === 'UserOperationEvent')
        .map((log) => log?.args.success)
      expect(outcomes).to.deep.equal([false])
      for (const again of [first, await approveAgain(first.nonce)])
        await expectDenied(bench, again, 'ApprovalUsed', [
          callsHash,
          first.nonce,
        ])
      expect(await getPaid()).to.equal(before)
    })

    it('do not serve another nonce', async () => {
      const first = await approve()
      const next = await bench.operate({ calls, lane: 1, window })
      const tail = slice(first.signature, 96)
      // Somebody else seems to have signed the other nonce.
      const digest = hashApproval(bench, {
        calls,
        deadline,
        nonce: next.nonce,
      })
      const r = slice(tail, 6, 38)
      const yParityAndS = slice(tail, 38, 70)
      await expectDenied(
        bench,
        { ...next, signature: concatHex([next.signature, tail]) },
        'ApprovalInvalid',
        [0, recoverAddress(digest, { r, yParityAndS } as never)],
      )
    })
  })
})
