import { expect } from 'chai'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { type Bench, loadBench, toDirtyWord } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { grantDocument } from '../helpers/grantDocument.ts'
import { encodeArguments } from '../helpers/operations.ts'
import { toWord } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

const max = 2n ** 256n - 1n
const usd = (amount: number) => BigInt(amount) * 10n ** 6n
const dai = (amount: number) => BigInt(amount) * 10n ** 18n
const midnight = 86_400 * Math.floor(noon / 86_400 + 1)

describe('lending on a pool of Aave V3', () => {
  let bench: Bench
  let account: string
  let pool: Awaited<ReturnType<Bench['deployContract']>>
  let daiToken: Awaited<ReturnType<Bench['deployContract']>>
  let usdcAddress: string
  let daiAddress: string
  let unlisted: string
  let policy: Awaited<ReturnType<typeof grantDocument>>
  let base: Pick<PolicyDocument, 'assets' | 'contracts' | 'limits'>

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    pool = await bench.deployContract('TestLendingPool')
    daiToken = await bench.deployContract('TestToken', ['DAI', 'DAI', 18])
    const other = await bench.deployContract('TestToken', ['X', 'X', 18])
    usdcAddress = String(bench.token.target)
    daiAddress = String(daiToken.target)
    unlisted = String(other.target)
    await daiToken.getFunction('mint')(account, dai(1_000))
    for (const token of [bench.token, daiToken, other])
      await token.getFunction('mint')(pool.target, 10n ** 24n)

    base = {
      assets: {
        DAI: { address: daiAddress, decimals: 18, type: 'erc20' },
        USDC: { address: usdcAddress, decimals: 6, type: 'erc20' },
      },
      contracts: { pool: String(pool.target) },
      limits: [
        { amount: 1000, asset: 'USDC', name: 'dollars', per: 'day' },
        { amount: 100, asset: 'DAI', per: 'day' },
      ],
    }
    policy = await grantDocument(bench, {
      ...base,
      permissions: [
        { approve: 'USDC', spenders: { pool: 500 } },
        { approve: 'DAI', spenders: { pool: 80 } },
        {
          borrow: { DAI: 60, USDC: 300 },
          pool: 'pool',
          preset: 'aaveV3',
          repay: { DAI: 'all', USDC: 250 },
          supply: { DAI: 80, USDC: 500 },
          withdraw: { DAI: 'all', USDC: 200 },
        },
      ],
    })
  })

  const encode = (name: string, ...args: readonly unknown[]) => ({
    to: String(pool.target),
    data: pool.interface.encodeFunctionData(name, [...args]),
  })
  const supply = (asset: string, amount: bigint, onBehalfOf = account) =>
    encode('supply', asset, amount, onBehalfOf, 0)
  const withdraw = (asset: string, amount: bigint, to = account) =>
    encode('withdraw', asset, amount, to)
  const borrow = (
    asset: string,
    amount: bigint,
    { mode = 2, onBehalfOf = account } = {},
  ) => encode('borrow', asset, amount, mode, 0, onBehalfOf)
  const repay = (
    asset: string,
    amount: bigint,
    { mode = 2, onBehalfOf = account } = {},
  ) => encode('repay', asset, amount, mode, onBehalfOf)
  const approve = (token: string, amount: bigint) => ({
    to: token,
    data: bench.token.interface.encodeFunctionData('approve', [
      pool.target,
      amount,
    ]),
  })
  const getDai = (): Promise<bigint> =>
    daiToken.getFunction('balanceOf')(account)
  const getDollars = () =>
    policy.compiled.limits.findIndex(({ name }) => name === 'dollars')
  const deny = async (
    call: { to: string; data: string },
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls: [call] }), error, args)
  const getRule = (name: string, symbol: string) =>
    policy.getRule(`permissions[2].${name}.${symbol}`)
  const word = (address: string) => toWord(address.toLowerCase())

  it('supplies, withdraws, borrows and repays for the account', async () => {
    const before = await bench.token.balanceOf(account)

    await bench.act([
      approve(usdcAddress, usd(500)),
      supply(usdcAddress, usd(500)),
    ])
    expect(await pool.getFunction('supplied')(usdcAddress, account)).to.equal(
      usd(500),
    )
    await bench.act([withdraw(usdcAddress, usd(200))])
    expect(await bench.token.balanceOf(account)).to.equal(before - usd(300))

    await bench.act([borrow(daiAddress, dai(60))])
    expect(await getDai()).to.equal(dai(1_060))
    await bench.act([approve(daiAddress, dai(40)), repay(daiAddress, dai(40))])
    expect(await getDai()).to.equal(dai(1_020))
    expect(await pool.getFunction('owed')(daiAddress, account)).to.equal(
      dai(20),
    )
  })

  it('counts what is approved and what is borrowed, each once', async () => {
    await bench.act([
      approve(usdcAddress, usd(500)),
      supply(usdcAddress, usd(500)),
      withdraw(usdcAddress, usd(200)),
    ])
    await bench.act([borrow(usdcAddress, usd(300))])

    expect((await bench.getSpent())[getDollars()]).to.equal(usd(800))
    await deny(borrow(usdcAddress, usd(201)), 'BudgetExceeded', [
      getDollars(),
      usdcAddress,
      usd(201),
      usd(200),
      midnight,
    ])
  })

  it('reverts when somebody else would own, owe or be paid', async () => {
    const { address } = bench.alice
    for (const [call, name, position] of [
      [supply(usdcAddress, 1n, address), 'supply', 2],
      [withdraw(usdcAddress, 1n, address), 'withdraw', 2],
      [borrow(usdcAddress, 1n, { onBehalfOf: address }), 'borrow', 4],
      [repay(usdcAddress, 1n, { onBehalfOf: address }), 'repay', 3],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        getRule(name, 'USDC'),
        position,
        10,
        word(address),
      ])
  })

  it('reverts when the asset is not listed', async () => {
    for (const [call, name] of [
      [supply(unlisted, 1n), 'supply'],
      [withdraw(unlisted, 1n), 'withdraw'],
      [borrow(unlisted, 1n), 'borrow'],
      [repay(unlisted, 1n), 'repay'],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        policy.getSwitch(`permissions[2].${name}`),
        0,
        0,
        word(unlisted),
      ])
  })

  it('reverts when the asset has dirty upper bits', async () => {
    const dirty = toDirtyWord(usdcAddress)
    const { data } = withdraw(usdcAddress, 1n)

    await deny(
      {
        to: String(pool.target),
        data: encodeArguments(data.slice(0, 10), [
          dirty,
          toWord(1n),
          word(account),
        ]),
      },
      'ArgumentNotAllowed',
      [0, policy.getSwitch('permissions[2].withdraw'), 0, 0, dirty],
    )
  })

  it('reverts when the amount is above the cap of its asset', async () => {
    for (const [call, name, symbol, amount] of [
      [supply(usdcAddress, usd(500) + 1n), 'supply', 'USDC', usd(500) + 1n],
      [supply(daiAddress, dai(80) + 1n), 'supply', 'DAI', dai(80) + 1n],
      [withdraw(usdcAddress, usd(200) + 1n), 'withdraw', 'USDC', usd(200) + 1n],
      [borrow(usdcAddress, usd(300) + 1n), 'borrow', 'USDC', usd(300) + 1n],
      [borrow(daiAddress, dai(60) + 1n), 'borrow', 'DAI', dai(60) + 1n],
      [repay(usdcAddress, usd(250) + 1n), 'repay', 'USDC', usd(250) + 1n],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        getRule(name, symbol),
        1,
        3,
        toWord(amount),
      ])
  })

  it('reverts when the amount is all, where a cap is stated', async () => {
    for (const [call, name, symbol] of [
      [supply(usdcAddress, max), 'supply', 'USDC'],
      [supply(daiAddress, max), 'supply', 'DAI'],
      [withdraw(usdcAddress, max), 'withdraw', 'USDC'],
      [borrow(usdcAddress, max), 'borrow', 'USDC'],
      [repay(usdcAddress, max), 'repay', 'USDC'],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        getRule(name, symbol),
        1,
        3,
        toWord(max),
      ])
  })

  it('passes all where the document says so', async () => {
    await bench.act([
      approve(daiAddress, dai(30)),
      supply(daiAddress, dai(30)),
      withdraw(daiAddress, max),
    ])
    expect(await getDai()).to.equal(dai(1_000))

    await bench.act([
      borrow(daiAddress, dai(10)),
      approve(daiAddress, dai(10)),
      repay(daiAddress, max),
    ])
    expect(await getDai()).to.equal(dai(1_000))
    expect(await pool.getFunction('owed')(daiAddress, account)).to.equal(0n)
  })

  it('reverts when the amount is zero', async () => {
    for (const [call, name] of [
      [supply(usdcAddress, 0n), 'supply'],
      [withdraw(usdcAddress, 0n), 'withdraw'],
      [borrow(usdcAddress, 0n), 'borrow'],
      [repay(usdcAddress, 0n), 'repay'],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        getRule(name, 'USDC'),
        1,
        4,
        toWord(0n),
      ])
  })

  it('reverts when the rate is another than the variable one', async () => {
    for (const [call, name] of [
      [borrow(usdcAddress, 1n, { mode: 1 }), 'borrow'],
      [repay(usdcAddress, 1n, { mode: 1 }), 'repay'],
    ] as const)
      await deny(call, 'ArgumentNotAllowed', [
        0,
        getRule(name, 'USDC'),
        2,
        1,
        toWord(1n),
      ])
  })

  it('reverts when the pool is another', async () => {
    const other = await bench.deployContract('TestLendingPool')
    const { data } = supply(usdcAddress, 1n)

    await deny({ to: String(other.target), data }, 'TargetNotAllowed', [
      0,
      other.target,
    ])
  })

  it('counts what the owner has approved by the call itself', async () => {
    await bench.actAsOwner([approve(usdcAddress, max)])
    const { getRule: find } = await grantDocument(bench, {
      ...base,
      limits: [{ amount: 700, asset: 'USDC', per: 'day' }],
      permissions: [{ pool: 'pool', preset: 'aaveV3', supply: { USDC: 500 } }],
    })

    await bench.act([supply(usdcAddress, usd(400))])
    expect(await bench.getSpent()).to.deep.equal([usd(400)])
    await deny(supply(usdcAddress, usd(301)), 'BudgetExceeded', [
      0,
      usdcAddress,
      usd(301),
      usd(300),
      midnight,
    ])
    await deny(supply(daiAddress, 1n), 'ArgumentNotAllowed', [
      0,
      find('permissions[0].supply.USDC'),
      0,
      1,
      word(daiAddress),
    ])
  })
})
