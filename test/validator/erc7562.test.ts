import { expect } from 'chai'
import { concatHex, type Hex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import {
  encodeArguments,
  encodeCalls,
  type Operation,
  packPaymaster,
} from '../helpers/operations.ts'
import {
  allowApprove,
  allowCall,
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { day, hour, noon, week } from '../helpers/time.ts'
import { traceOperation } from '../helpers/traceOperation.ts'
import {
  buildCondition,
  buildInterval,
  buildLimit,
  buildPin,
  buildRule,
  buildSpend,
  buildSwitch,
} from '../policyStore/buildPolicy.ts'

const selector = '0x12345678'

describe('ERC-7562', () => {
  let bench: Bench
  let token: string
  let recorder: string

  beforeEach(async () => {
    bench = await loadBench()
    token = String(bench.token.target)
    recorder = String((await bench.deployContract('Recorder')).target)
  })

  /** Traces the validation, which must obey, and returns what it did. */
  async function obey(operation: Operation) {
    const validation = await traceOperation(bench, operation)
    expect(validation.violations).to.deep.equal([])
    // Nothing but the recovery of the signer.
    expect([...validation.called]).to.deep.equal([1n])
    expect(validation.slots.size).to.be.greaterThan(0)
    return validation
  }

  /** The blobs at which the module has looked. */
  const getBlobs = ({ inspected }: { inspected: ReadonlySet<bigint> }) =>
    [...inspected].filter(
      (address) => address !== BigInt(String(bench.validator.target)),
    )

  it('is obeyed by one transfer, on both EntryPoints', async () => {
    for (const version of ['0.7', '0.8'] as const) {
      bench = await loadBench(version)
      token = String(bench.token.target)
      await bench.grant(
        toPolicy({
          assets: [assets.toErc20(token)],
          limits: [limits.daily(0, 100n)],
          permissions: [allowTransfer(token)],
        }),
      )
      const validation = await obey(
        await bench.operate({
          calls: [bench.encodeTransfer(bench.alice.address, 1n)],
        }),
      )
      expect(getBlobs(validation)).to.have.length(1)
    }
  })

  it('is obeyed by a batch with every kind of limit, first and again', async () => {
    const groups = [`0x${'f0'.repeat(16)}` as Hex]
    const { alice } = bench
    await bench.grant(
      toPolicy({
        groups,
        assets: [
          assets.native,
          assets.toErc20(token),
          assets.operations,
          assets.gas,
        ],
        limits: [
          limits.perOperation(0, 100n),
          limits.fixed(0, hour, 100n),
          limits.daily(0, 100n),
          limits.fixed(0, week, 100n, 345_600),
          limits.monthly(0, 100n),
          limits.lifetime(0, 100n),
          buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: 100n }),
          buildLimit(0, { scope: 2, group: 1, kind: 4, length: 0n }),
          buildLimit(0, { scope: 3, group: 1, kind: 3, length: 0n }),
          limits.daily(1, 100n),
          limits.daily(2, 100n),
          buildLimit(3, { scope: 1, kind: 3, length: 0n, amount: 10n ** 20n }),
        ],
        permissions: [
          allowPayment(alice.address, 100n, { group: 1 }),
          allowTransfer(token, 1),
          allowApprove(token, bench.bob.address, 1, [
            buildCondition('atMost', 1, toWord(9n)),
          ]),
        ],
      }),
    )
    const calls = [
      { to: alice.address, value: 1n },
      bench.encodeTransfer(alice.address, 1n),
      bench.encodeApprove(bench.bob.address, 1n),
      { to: alice.address, value: 2n },
    ]
    await obey(await bench.operate({ calls }))
    await bench.act(calls)
    await obey(await bench.operate({ calls }))
    await obey(
      await bench.operate({
        calls,
        window: { validAfter: noon + day, validUntil: noon + day + 60 },
      }),
    )
  })

  it('is obeyed by every condition', async () => {
    const members = ['one', 'two', 'three']
      .map((name) => toKey(name).address.toLowerCase() as Hex)
      .toSorted()
    const blobs = [
      await bench.publish(concatHex(['0x00020100', ...members])),
      await bench.publish(concatHex(['0x00030100', toWord(5n), toWord(6n)])),
    ] as const
    await bench.grant(
      toPolicy({
        sets: [
          { elements: members },
          { elements: [toWord(5n)] },
          concatHex(['0x03', blobs[0]]),
          concatHex(['0x04', blobs[1]]),
        ],
        permissions: [
          allowCall(recorder, selector, {
            headWords: 14,
            conditions: [
              buildCondition('equal', 0, toWord(1n)),
              buildCondition('notEqual', 1, toWord(1n)),
              buildCondition('atMost', 2, toWord(1n)),
              buildCondition('atLeast', 3, toWord(1n)),
              buildCondition('signedAtMost', 4, toWord(1n)),
              buildCondition('signedAtLeast', 5, toWord(1n)),
              buildCondition('in', 6, '0x00'),
              buildCondition('notIn', 7, '0x01'),
              buildCondition('in', 8, '0x02'),
              buildCondition('notIn', 9, '0x03'),
              buildCondition('mask', 10, concatHex([toWord(1n), toWord(1n)])),
              buildCondition('account', 11),
              buildCondition('address', 12),
              buildPin('pointer', 13, 14, 1),
              buildPin('length', 14, 32, 0),
              buildCondition('equal', 15, toWord(9n)),
            ],
          }),
        ],
      }),
    )
    const words = [
      toWord(1n),
      toWord(2n),
      toWord(1n),
      toWord(1n),
      toWord(1n),
      toWord(1n),
      toWord(String(members[1])),
      toWord(4n),
      toWord(String(members[2])),
      toWord(7n),
      toWord(1n),
      toWord(String(bench.account.target)),
      toWord(bench.alice.address),
      toWord(14n * 32n),
      toWord(32n),
      toWord(9n),
    ]
    const validation = await obey(
      await bench.operate({
        calls: [{ to: recorder, data: encodeArguments(selector, words) }],
      }),
    )
    const addresses = await Promise.all(
      blobs.map((blob) => bench.store.getFunction('getAddress')(blob)),
    )
    expect(getBlobs(validation)).to.include.members(addresses.map(BigInt))
    expect(getBlobs(validation)).to.have.length(3)
  })

  it('is obeyed by a policy that is not loaded at once', async () => {
    const targets = Array.from(
      { length: 300 },
      (_, index) => toKey(`target ${index}`).address,
    )
    await bench.grant(
      toPolicy({
        permissions: [
          ...targets.map((target) => allowCall(target, selector)),
          {
            ...allowCall(recorder, selector),
            rule: buildSwitch(
              0,
              Array.from({ length: 100 }, (_, index) => ({
                value: toWord(BigInt(index)),
                rule: buildRule({ headWords: 1 }),
              })),
            ),
          },
        ],
      }),
    )
    await obey(
      await bench.operate({
        calls: [
          ...targets
            .slice(0, 3)
            .map((to) => ({ to, data: selector as string })),
          { to: recorder, data: encodeArguments(selector, [toWord(50n)]) },
        ],
      }),
    )
  })

  it('is obeyed by set permissions, schedules, paymasters and nonce masks', async () => {
    const elements = [recorder.toLowerCase() as Hex]
    const monday = Math.floor((noon - 4 * day) / week) * week + 4 * day
    await bench.grant(
      toPolicy({
        header: { paymasters: 1n, nonceMask: 1n, nonceValue: 1n },
        sets: [{ elements }],
        assets: [assets.native],
        limits: [limits.daily(0, 100n)],
        weekly: [buildInterval(noon - monday, noon - monday + hour, 3)],
        blackouts: [buildInterval(noon + hour, noon + day, 6)],
        setPermissions: [
          {
            kind: 0,
            selector: '0x00000000',
            set: 0xff,
            rule: buildRule({ valueCap: 1n }),
          },
          { kind: 1, selector, set: 0, rule: buildRule({ valueCap: 1n }) },
        ],
      }),
    )
    await obey(
      await bench.operate({
        lane: 1,
        paymasterAndData: packPaymaster(recorder, 1n, 1n),
        calls: [
          { to: recorder, data: selector, value: 1n },
          { to: bench.bob.address, value: 1n },
        ],
      }),
    )
  })

  it('is obeyed by a stub, so that estimation finds the same storage', async () => {
    await bench.grant(
      toPolicy({
        assets: [assets.toErc20(token)],
        limits: [limits.daily(0, 100n)],
        permissions: [allowTransfer(token)],
      }),
    )
    const calls = [bench.encodeTransfer(bench.alice.address, 1n)]
    const { slots } = await obey(await bench.operate({ calls }))
    const stub = await obey(
      await bench.operate({ calls, signer: bench.bob.signingKey }),
    )

    expect(stub.slots).to.deep.equal(slots)
  })

  it('is obeyed through executeUserOp', async () => {
    const wrapping = await bench.createWrappingAccount()
    await bench.grant(
      toPolicy({
        header: { flags: 1n },
        assets: [assets.native],
        limits: [limits.lifetime(0, 100n)],
        permissions: [allowPayment(bench.alice.address, 100n)],
      }),
      { of: wrapping },
    )
    await obey(
      await bench.operate({
        account: wrapping,
        callData: concatHex([
          '0x8dd7712f',
          encodeCalls([{ to: bench.alice.address, value: 1n }]),
        ]),
      }),
    )
  })

  it('is obeyed by items and ids', async () => {
    const items = String((await bench.deployContract('TestItems')).target)
    await bench.grant(
      toPolicy({
        assets: [assets.toErc1155(items, 7n)],
        limits: [limits.lifetime(0, 10n)],
        permissions: [
          allowCall(items, '0xf242432a', {
            headWords: 5,
            spends: [buildSpend(0, 3)],
            conditions: [
              buildCondition('account', 0),
              buildCondition('address', 1),
              buildCondition('equal', 2, toWord(7n)),
            ],
          }),
        ],
      }),
    )
    await obey(
      await bench.operate({
        calls: [
          {
            to: items,
            data: encodeArguments('0xf242432a', [
              toWord(String(bench.account.target)),
              toWord(bench.alice.address),
              toWord(7n),
              toWord(1n),
              toWord(160n),
              toWord(0n),
            ]),
          },
        ],
      }),
    )
  })
})
