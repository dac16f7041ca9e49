import { expect } from 'chai'
import { concatHex, type Hex, slice } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { getMeterId, toCharge } from '../helpers/meters.ts'
import type { Call } from '../helpers/operations.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { hour, noon } from '../helpers/time.ts'
import { traceOperation } from '../helpers/traceOperation.ts'
import { buildLimit, replaceBytes } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`
/** More than the account has, so that the execution reverts. */
const tooMuch = 10n ** 13n
const budget = 10n ** 14n
const currentHour = Math.floor(noon / hour)

describe('settlement', () => {
  let bench: Bench
  let token: string
  let module: string
  let hourly: Hex
  let lifetime: Hex
  let ofAccount: Hex

  beforeEach(async () => {
    bench = await loadBench()
    token = String(bench.token.target)
    module = String(bench.validator.target)
    const asset = { assetKind: 2, asset: token }
    hourly = getMeterId({ kind: 2, length: hour, agentNumber: 1, ...asset })
    lifetime = getMeterId({ kind: 4, agentNumber: 1, ...asset })
    ofAccount = getMeterId({ scope: 1, kind: 4, agentNumber: 0, ...asset })
    await bench.grant(
      toPolicy({
        header: { maxCalls: 3n },
        assets: [assets.toErc20(token), assets.operations],
        limits: [
          limits.perOperation(0, budget),
          limits.fixed(0, hour, budget),
          limits.lifetime(0, budget),
          buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: budget }),
          limits.fixed(1, hour, 100n),
        ],
        permissions: [allowTransfer(token)],
      }),
    )
  })

  const transfer = (amount: bigint) =>
    bench.encodeTransfer(bench.alice.address, amount)
  type Charges = readonly (readonly [meterId: Hex, charge: bigint])[]
  const getCharges = (amount: bigint): Charges => [
    [hourly, toCharge(currentHour, amount)],
    [lifetime, toCharge(0, amount)],
    [ofAccount, toCharge(0, amount)],
  ]
  const encodeSettle = (charges: Charges): Hex =>
    bench.validator.interface.encodeFunctionData('settle', [
      charges.map(([meterId, charge]) => ({ meterId, charge })),
    ]) as Hex
  const settle = (charges: Charges): Call => ({
    to: module,
    data: encodeSettle(charges),
  })
  const operate = (
    amount: bigint,
    parameters: Parameters<Bench['operate']>[0] = {},
  ) =>
    bench.operate({
      calls: [transfer(amount), settle(getCharges(amount))],
      ...parameters,
    })
  const deny = async (
    calls: readonly Call[],
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls }), error, args)

  it('writes what an execution that succeeds has reserved', async () => {
    await bench.run(await operate(60n))

    expect(await bench.getSpent()).to.deep.equal([0n, 60n, 60n, 60n, 1n])
    expect(await bench.token.balanceOf(bench.alice.address)).to.equal(60n)
  })

  it('gives the budget back when the execution reverts', async () => {
    await bench.handle([await operate(tooMuch)])

    expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 0n, 1n])
    await bench.run(await operate(60n))
  })

  it('is not needed: without it a charge is final', async () => {
    await bench.handle([await bench.operate({ calls: [transfer(tooMuch)] })])

    expect(await bench.getSpent()).to.deep.equal([
      0n,
      tooMuch,
      tooMuch,
      tooMuch,
      1n,
    ])
  })

  it('counts what is reserved against every limit in the same bundle', async () => {
    const first = await operate(budget - 10n, { lane: 0 })
    const resetsAt = noon + hour
    for (const second of [
      await operate(11n, { lane: 1 }),
      await bench.operate({ calls: [transfer(11n)], lane: 1 }),
    ])
      await expectDenied(
        bench,
        second,
        'BudgetExceeded',
        [1, token, 11, 10, resetsAt],
        { after: [first] },
      )
  })

  it('adds up in one bundle, settled or not, failing or not', async () => {
    const operations = [
      await operate(10n, { lane: 0 }),
      await operate(tooMuch, { lane: 1 }),
      await bench.operate({ calls: [transfer(20n)], lane: 2 }),
      await operate(30n, { lane: 3 }),
    ]
    await bench.handle(operations)

    expect(await bench.token.balanceOf(bench.alice.address)).to.equal(60n)
    expect(await bench.getSpent()).to.deep.equal([0n, 60n, 60n, 60n, 4n])
  })

  it('leaves no mark for the next transaction', async () => {
    await bench.handle([await operate(tooMuch)])
    await bench
      .by()
      .settle(
        getCharges(tooMuch).map(([meterId, charge]) => ({ meterId, charge })),
      )

    expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 0n, 1n])
  })

  it('may stand beside as many calls as the policy allows', async () => {
    const calls = [transfer(1n), transfer(2n), transfer(3n)]
    await bench.act([...calls, settle(getCharges(6n))])
    await deny([...calls, transfer(4n)], 'BatchTooLarge', [4, 3])
    await deny(
      [...calls, transfer(4n), settle(getCharges(10n))],
      'BatchTooLarge',
      [5, 3],
    )
  })

  it('of nothing settles an operation that reserves nothing', async () => {
    await bench.act([transfer(0n), settle([])])

    expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 0n, 1n])
  })

  it('reverts when it carries another amount, meter or order', async () => {
    const [first, second, third] = getCharges(60n) as [
      Charges[0],
      Charges[0],
      Charges[0],
    ]
    const wrong = [
      [0, [[first[0], first[1] + 1n], second, third]],
      [0, [[first[0], first[1] - 1n], second, third]],
      [0, [[first[0], toCharge(currentHour + 1, 60n)], second, third]],
      [0, [[first[0], 0n], second, third]],
      [0, [second, first, third]],
      [0, []],
      [1, [first, [first[0], second[1]], third]],
      [1, [first]],
      [2, [first, second]],
      [2, [first, second, second]],
    ] as const
    const expected = getCharges(60n)
    for (const [index, charges] of wrong)
      await deny([transfer(60n), settle(charges)], 'SettlementMismatch', [
        index,
        ...(expected[index] ?? []),
      ])
  })

  it('reverts when it carries a charge too many', async () => {
    const charges = getCharges(60n)
    for (const extra of charges)
      await deny(
        [transfer(60n), settle([...charges, extra])],
        'SettlementMismatch',
        [3, `0x${'00'.repeat(32)}`, 0],
      )
  })

  it('reverts when it carries the meter of somebody else', async () => {
    const other = getMeterId({
      kind: 4,
      agentNumber: 2,
      assetKind: 2,
      asset: token,
    })
    const [first, , third] = getCharges(60n) as [
      Charges[0],
      Charges[0],
      Charges[0],
    ]
    await deny(
      [transfer(60n), settle([first, [other, toCharge(0, 60n)], third])],
      'SettlementMismatch',
      [1, lifetime, toCharge(0, 60n)],
    )
  })

  it('reverts when it is not the last of several calls', async () => {
    const charges = getCharges(60n)
    await deny([settle(charges)], 'PrivilegedTarget', [0, module])
    await deny([settle(charges), transfer(60n)], 'PrivilegedTarget', [
      0,
      module,
    ])
    await deny(
      [transfer(60n), settle(charges), settle(charges)],
      'PrivilegedTarget',
      [1, module],
    )
    await deny(
      [settle(charges), transfer(60n), settle(charges)],
      'PrivilegedTarget',
      [0, module],
    )
  })

  it('reverts when it carries value, or is another call of the module', async () => {
    const charges = getCharges(60n)
    const others: Call[] = [
      { ...settle(charges), value: 1n },
      { to: module },
      { to: module, data: '0x12345678' },
      { to: module, data: slice(encodeSettle(charges), 0, 67) },
      {
        to: module,
        data: bench.validator.interface.encodeFunctionData('freezeAll'),
      },
      {
        to: module,
        data: bench.validator.interface.encodeFunctionData('unfreeze', [
          bench.agent.address,
          1,
        ]),
      },
    ]
    for (const other of others)
      await deny([transfer(60n), other], 'PrivilegedTarget', [1, module])
  })

  it('reverts when it is another function with the arguments of settle', async () => {
    const data = encodeSettle(getCharges(60n))
    const selectors: Hex[] = []
    bench.validator.interface.forEachFunction(({ name, selector }) => {
      if (name !== 'settle') selectors.push(selector as Hex)
    })
    expect(selectors).to.have.length.above(20)
    for (const selector of selectors)
      await deny(
        [
          transfer(60n),
          { to: module, data: concatHex([selector, slice(data, 4)]) },
        ],
        'PrivilegedTarget',
        [1, module],
      )
  })

  it('reverts when its bytes are not canonical', async () => {
    const data = encodeSettle(getCharges(60n))
    const forged = [
      replaceBytes(data, 4, toWord(64n)),
      replaceBytes(data, 4, toWord(2n ** 255n)),
      replaceBytes(data, 36, toWord(2n)),
      replaceBytes(data, 36, toWord(4n)),
      replaceBytes(data, 36, toWord(2n ** 256n - 1n)),
      replaceBytes(data, 36, toWord(2n ** 250n + 3n)),
      concatHex([data, '0x00']),
      concatHex([data, toWord(0n)]),
      slice(data, 0, 68 + 3 * 64 - 1),
    ]
    for (const bytes of forged)
      await deny(
        [transfer(60n), { to: module, data: bytes }],
        'PrivilegedTarget',
        [1, module],
      )
  })

  it('outside an operation does nothing, whoever calls it', async () => {
    const charges = getCharges(60n).map(([meterId, charge]) => ({
      meterId,
      charge,
    }))
    await bench.by().settle(charges)
    await bench.validator.connect(bench.stranger).settle(charges)
    await bench.validator.connect(bench.stranger).settle([
      { meterId: hourly, charge: 2n ** 256n - 1n },
      { meterId: `0x${'00'.repeat(32)}`, charge: 1n },
    ])

    expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 0n, 0n])
  })

  it('by the owner in the same bundle counts nothing twice and loses nothing', async () => {
    const ofOwner = await bench.operateAsOwner([
      settle(getCharges(60n)),
      settle(getCharges(2n ** 128n - 1n)),
    ])
    await bench.run([ofOwner, await operate(60n)])

    expect(await bench.getSpent()).to.deep.equal([0n, 60n, 60n, 60n, 1n])
  })

  it('of two agents writes the meter that they share for both', async () => {
    const { otherAgent } = bench
    const policy = toPolicy({
      assets: [assets.toErc20(token)],
      limits: [buildLimit(0, { scope: 1, kind: 4, length: 0n, amount: 100n })],
      permissions: [allowTransfer(token)],
    })
    await bench.grant(policy)
    await bench.grant(policy, { to: otherAgent })
    const build = (amount: bigint, lane: number, agent = bench.agent) =>
      bench.operate({
        calls: [transfer(amount), settle([[ofAccount, toCharge(0, amount)]])],
        lane,
        agent,
      })
    await expectDenied(
      bench,
      await build(51n, 1, otherAgent),
      'BudgetExceeded',
      [0, token, 51, 50, 0],
      { after: [await build(50n, 0)] },
    )
    await bench.run([await build(50n, 0), await build(50n, 1, otherAgent)])

    expect(await bench.getSpent()).to.deep.equal([100n])
  })

  it('in a period that begins counts nothing of the one before', async () => {
    await bench.run(await operate(60n))
    const next = noon + hour
    const window = { validAfter: next, validUntil: next + 60 }
    const charges = getCharges(40n).with(0, [
      hourly,
      toCharge(currentHour + 1, 40n),
    ])
    await bench.run(
      await bench.operate({ calls: [transfer(40n), settle(charges)], window }),
      { at: next + 1 },
    )

    expect(await bench.getSpent(next)).to.deep.equal([0n, 40n, 100n, 100n, 1n])
  })

  it('settles value too, and leaves the count of operations and gas final', async () => {
    const recipient = toKey('grocer').address
    await bench.grant(
      toPolicy({
        assets: [assets.native, assets.operations, assets.gas],
        limits: [
          limits.lifetime(0, 10n ** 30n),
          limits.lifetime(1, 10n),
          buildLimit(2, { kind: 4, length: 0n, amount: 10n ** 20n }),
        ],
        permissions: [allowPayment(recipient, 10n ** 30n)],
      }),
    )
    const ofValue = getMeterId({
      kind: 4,
      agentNumber: 1,
      assetKind: 1,
      asset: zero,
    })
    const pay = (value: bigint) => [
      { to: recipient, value },
      settle([[ofValue, toCharge(0, value)]]),
    ]
    await bench.act(pay(5n))
    await bench.handle([await bench.operate({ calls: pay(10n ** 29n) })])
    const [ofNative, ofOperations, ofGas] = await bench.getSpent()

    expect([ofNative, ofOperations]).to.deep.equal([5n, 2n])
    expect(ofGas).to.equal(2n * 105n * 10n ** 14n)
  })

  it('reverts when it is missing and the policy demands it', async () => {
    const policyHash = await bench.publishUnchecked(
      toPolicy({
        header: { flags: 2n },
        assets: [assets.toErc20(token)],
        limits: [limits.lifetime(0, budget)],
        permissions: [allowTransfer(token)],
      }),
    )
    await bench.by().grant(bench.agent.address, policyHash, 1)

    await deny([transfer(1n)], 'SettlementRequired', [])
    await deny([transfer(1n), transfer(1n)], 'SettlementRequired', [])
    await bench.act([transfer(1n), settle([[lifetime, toCharge(0, 1n)]])])
  })

  it('obeys ERC-7562: its marks are associated with the account', async () => {
    const operation = await operate(60n)
    const { slots, violations } = await traceOperation(bench, operation)

    expect(violations).to.deep.equal([])
    const find = (op: string) =>
      [...slots].filter((slot) => slot.startsWith(`${op} `))
    expect(find('TSTORE')).to.have.length(3)
    // A mark never has the number of a slot that holds anything else.
    const numbers = (op: string) => find(op).map((slot) => slot.split(' ')[1])
    for (const mark of numbers('TSTORE')) {
      expect(numbers('SLOAD')).to.not.include(mark)
      expect(numbers('SSTORE')).to.not.include(mark)
    }
  })
})
