import { expect } from 'chai'
import { Interface } from 'ethers'
import { type Hex, toHex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { type Call, encodeArguments } from '../helpers/operations.ts'
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
  toWord,
} from '../helpers/policies.ts'
import { buildRule } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`
const router = toKey('router').address
const max = 2n ** 256n - 1n

describe('spending more than the budget', () => {
  let bench: Bench
  let token: string
  let account: string

  beforeEach(async () => {
    bench = await loadBench()
    token = String(bench.token.target)
    account = String(bench.account.target)
    await bench.grant(
      toPolicy({
        header: { maxCalls: 255n },
        assets: [assets.native, assets.toErc20(token)],
        limits: [
          limits.perOperation(0, 60n),
          limits.lifetime(0, 100n),
          limits.perOperation(1, 60n),
          limits.lifetime(1, 100n),
        ],
        permissions: [
          allowPayment(bench.alice.address, 60n),
          allowTransfer(token, 1),
          allowApprove(token, router, 1),
          allowTransferFrom(token, 1),
        ],
      }),
    )
  })

  const deny = async (
    calls: readonly Call[],
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls }), error, args)
  const transfer = (amount: bigint) =>
    bench.encodeTransfer(bench.alice.address, amount)
  const approve = (amount: bigint) => bench.encodeApprove(router, amount)
  const transferFrom = (amount: bigint) =>
    bench.encodeTransferFrom(account, bench.alice.address, amount)

  it('by transfer, approve and transferFrom of one token reverts', async () => {
    await bench.act([transfer(40n)])
    await bench.act([approve(40n)])

    for (const call of [transfer(21n), approve(21n), transferFrom(21n)])
      await deny([call], 'BudgetExceeded', [3, token, 21, 20, 0])
    await deny(
      [transfer(7n), approve(7n), transferFrom(7n)],
      'BudgetExceeded',
      [3, token, 21, 20, 0],
    )
    await bench.act([transfer(10n), approve(10n)])
  })

  it('by n calls, each at the most that one operation may', async () => {
    for (const count of [2, 8, 100])
      await deny(
        Array.from({ length: count }, () => transfer(60n)),
        'CapExceeded',
        [2, token, 60 * count, 60],
      )
  })

  it('by amounts at 2^104, 2^128 and 2^256 - 1 reverts', async () => {
    const amounts = [
      2n ** 104n - 1n,
      2n ** 104n,
      2n ** 104n + 1n,
      2n ** 128n - 1n,
      2n ** 128n,
      2n ** 128n + 1n,
      2n ** 255n,
      max - 1n,
      max,
    ]
    for (const amount of amounts)
      for (const call of [transfer, approve, transferFrom])
        await deny([call(amount)], 'CapExceeded', [2, token, amount, 60])
  })

  it('by a sum that comes round to a small number reverts', async () => {
    const sums = [
      [max, 2n],
      [2n ** 255n, 2n ** 255n, 1n],
      [max, max, 3n],
      [2n ** 254n, 2n ** 254n, 2n ** 254n, 2n ** 254n],
      [1n, max],
    ]
    for (const amounts of sums)
      await deny(amounts.map(transfer), 'CapExceeded', [2, token, max, 60])
  })

  it('by native value in many calls reverts', async () => {
    const pay = { to: bench.alice.address, value: 60n }
    await deny([pay, pay], 'CapExceeded', [0, zero, 120, 60])
    await bench.act([pay])
    await deny([pay], 'BudgetExceeded', [1, zero, 60, 40, 0])
  })

  it('by native value together with a token reverts', async () => {
    const call = transfer(1n)
    await deny([{ ...call, value: 1n }], 'ValueExceedsCap', [
      0,
      bench.getRule(token, selectors.transfer),
      1,
      0,
    ])
    // Each has a budget of its own, and both are kept.
    await bench.act([{ to: bench.alice.address, value: 60n }, transfer(60n)])
    expect(await bench.getSpent()).to.deep.equal([0n, 60n, 0n, 60n])
  })

  it('by approve(0), which gives no budget back', async () => {
    await bench.act([approve(60n)])
    await bench.act([approve(0n)])
    await bench.act([approve(40n)])
    await bench.act([approve(0n)])

    expect(await bench.getSpent()).to.deep.equal([0n, 0n, 0n, 100n])
    await deny([approve(1n)], 'BudgetExceeded', [3, token, 1, 0, 0])
    await deny([approve(0n), approve(1n)], 'BudgetExceeded', [
      3,
      token,
      1,
      0,
      0,
    ])
  })

  it('by an unlimited approval reverts', async () => {
    await deny([approve(max)], 'CapExceeded', [2, token, max, 60])
  })

  it('by increaseAllowance, permits, Permit2, send, ERC-1363 or the calls of DAI reverts', async () => {
    const functions = new Interface([
      'function increaseAllowance(address, uint256)',
      'function decreaseAllowance(address, uint256)',
      'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
      'function permit(address, address, uint256, uint256, bytes)',
      'function permit(address, address, uint256, uint256, bool, uint8, bytes32, bytes32)',
      'function approve(address, address, uint160, uint48)',
      'function permitTransferFrom(bytes)',
      'function transferWithAuthorization(address, address, uint256, uint256, uint256, bytes32, uint8, bytes32, bytes32)',
      'function send(address, uint256, bytes)',
      'function authorizeOperator(address)',
      'function operatorSend(address, address, uint256, bytes, bytes)',
      'function transferAndCall(address, uint256)',
      'function transferFromAndCall(address, address, uint256)',
      'function approveAndCall(address, uint256)',
      'function push(address, uint256)',
      'function pull(address, uint256)',
      'function move(address, address, uint256)',
      'function burn(uint256)',
      'function multicall(bytes[])',
      'function setApprovalForAll(address, bool)',
    ])
    for (const fragment of functions.fragments) {
      const selector =
        functions.getFunction(fragment.format())?.selector ?? '0x'
      await deny(
        [
          {
            to: token,
            data: encodeArguments(selector, [
              toWord(router),
              toWord(1n),
              toHex(0, { size: 256 }),
            ]),
          },
        ],
        'SelectorNotAllowed',
        [0, token, selector],
      )
    }
  })

  it('by a Permit2 that the policy does not name reverts', async () => {
    const permit2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
    await deny([{ to: permit2, data: '0x87517c45' }], 'TargetNotAllowed', [
      0,
      permit2,
    ])
  })

  it('from other people’s tokens reverts', async () => {
    await bench.token.mint(bench.bob.address, 100n)
    await bench.token
      .connect(await bench.impersonate(bench.bob.address))
      .approve(account, max)
    const call = bench.encodeTransferFrom(
      bench.bob.address,
      bench.alice.address,
      1n,
    )
    await deny([call], 'SourceNotAllowed', [
      0,
      bench.getRule(token, selectors.transferFrom),
      token,
      bench.bob.address,
    ])
  })

  it('by calls that are hidden in a multicall reverts', async () => {
    const recorder = String((await bench.deployContract('Recorder')).target)
    await deny(
      [{ to: recorder, data: encodeArguments('0xac9650d8', [toWord(32n)]) }],
      'TargetNotAllowed',
      [0, recorder],
    )
  })

  describe('with a token that', () => {
    let hostile: Awaited<ReturnType<Bench['deployHostileToken']>>
    let address: string

    beforeEach(async () => {
      hostile = await bench.deployHostileToken()
      address = String(hostile.target)
      await hostile.mint(account, 1_000n)
      await bench.grant(
        toPolicy({
          assets: [assets.native, assets.toErc20(address)],
          limits: [limits.lifetime(0, 100n), limits.lifetime(1, 100n)],
          permissions: [
            allowPayment(bench.alice.address, 60n),
            allowTransfer(address, 1),
          ],
        }),
      )
    })

    const send = (amount: bigint): Call => ({
      to: address,
      data: hostile.interface.encodeFunctionData('transfer', [
        bench.alice.address,
        amount,
      ]),
    })
    const isCharged = async (amount: bigint) => {
      expect(await bench.getSpent()).to.deep.equal([0n, amount])
      await deny([send(101n - amount)], 'BudgetExceeded', [
        1,
        address,
        101n - amount,
        100n - amount,
        0,
      ])
    }

    it('returns nothing is charged all the same', async () => {
      await hostile.behave(0, zero, '0x')
      await bench.act([send(60n)])
      await isCharged(60n)
    })

    it('returns false and moves nothing is charged all the same', async () => {
      await hostile.behave(1, zero, '0x')
      await bench.act([send(60n)])
      expect(await hostile.balanceOf(bench.alice.address)).to.equal(0n)
      await isCharged(60n)
    })

    it('takes a fee is charged what was asked for', async () => {
      await hostile.behave(2, zero, '0x')
      await bench.act([send(60n)])
      expect(await hostile.balanceOf(bench.alice.address)).to.equal(54n)
      await isCharged(60n)
    })

    it('reverts is charged all the same, and so is its gas', async () => {
      await hostile.behave(4, zero, '0x')
      await bench.handle([await bench.operate({ calls: [send(60n)] })])
      await isCharged(60n)
    })

    it('calls the EntryPoint back gets nothing done', async () => {
      const second = await bench.operate({ calls: [send(1n)], lane: 1 })
      await hostile.behave(
        3,
        bench.entryPoint.target,
        bench.entryPoint.interface.encodeFunctionData('handleOps', [
          [second],
          bench.agent.address,
        ]),
      )
      await bench.act([send(60n)])

      expect(await hostile.succeeded()).to.equal(false)
      await isCharged(60n)
    })

    it('calls the module back gets nothing done', async () => {
      const { validator } = bench
      const operation = await bench.operate({ calls: [send(1n)], lane: 1 })
      const grant = await validator.getGrant(account, bench.agent.address)
      const attempts = [
        validator.interface.encodeFunctionData('validateUserOp', [
          operation,
          await bench.getUserOpHash(operation),
        ]),
        validator.interface.encodeFunctionData('unfreeze', [
          bench.agent.address,
          grant.version,
        ]),
        validator.interface.encodeFunctionData('grant', [
          bench.agent.address,
          toHex(0, { size: 32 }),
          grant.version,
        ]),
      ]
      for (const [index, data] of attempts.entries()) {
        await hostile.behave(3, validator.target, data)
        await bench.act([send(20n)])
        expect(await hostile.succeeded()).to.equal(false)
        expect(await bench.getSpent()).to.deep.equal([
          0n,
          20n * BigInt(index + 1),
        ])
      }
    })

    it('calls the account back gets nothing done', async () => {
      const data = bench.account.interface.encodeFunctionData('execute', [
        `0x${'00'.repeat(32)}`,
        `0x${bench.bob.address.slice(2)}${'00'.repeat(31)}01`,
      ])
      await hostile.behave(3, account, data)
      await bench.act([send(60n)])

      expect(await hostile.succeeded()).to.equal(false)
      await isCharged(60n)
    })
  })

  it('by a call of a target in a set, which no token of a budget is', async () => {
    const elements = [bench.alice.address, router]
      .map((address) => address.toLowerCase() as Hex)
      .toSorted()
    await bench.grant(
      toPolicy({
        sets: [{ elements }],
        assets: [assets.toErc20(token)],
        limits: [limits.lifetime(0, 1n)],
        permissions: [allowTransfer(token)],
        setPermissions: [
          { kind: 1, selector: '0x12345678', set: 0, rule: buildRule() },
        ],
      }),
    )
    await deny([{ to: token, data: '0x12345678' }], 'SelectorNotAllowed', [
      0,
      token,
      '0x12345678',
    ])
  })

  it('by a call without a permission for its value reverts', async () => {
    const recorder = String((await bench.deployContract('Recorder')).target)
    await bench.grant(
      toPolicy({ permissions: [allowCall(recorder, '0x12345678')] }),
    )
    await deny(
      [{ to: recorder, data: '0x12345678', value: 1n }],
      'ValueExceedsCap',
      [0, bench.getRule(recorder, '0x12345678'), 1, 0],
    )
  })
})
