import { readFileSync } from 'node:fs'
import { expect } from 'chai'

import { parsePolicy } from '../../src/policy/parsePolicy.ts'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { grantDocument } from '../helpers/grantDocument.ts'
import { networkHelpers } from '../helpers/network.ts'
import type { Call } from '../helpers/operations.ts'
import { toWord } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

const max = 2n ** 256n - 1n
const usd = (amount: number) => BigInt(amount) * 10n ** 6n
const milli = 10n ** 15n

/** What the examples pay for gas at most. */
const gas = { maxFeePerGas: 10n ** 9n }

/** The documents themselves, moved to the chain and the year of the tests. */
describe('example policies', () => {
  let bench: Bench
  let account: string
  let usdc: Awaited<ReturnType<Bench['deployContract']>>
  let weth: typeof usdc

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
  })

  /** Grants it, with contracts of the tests at the addresses that it names. */
  async function grant(path: string, contract: string, name: string) {
    const document = parsePolicy(readFileSync(path, 'utf8'), {
      format: 'yaml',
    })
    const place = async (address: unknown, source: { target: unknown }) => {
      const code = await bench.provider.getCode(String(source.target))
      await networkHelpers.setCode(String(address), code)
      bench.watch(address)
      return source
    }
    const getAddress = (location: unknown): string => {
      if (typeof location === 'string') return location
      throw new Error('The example has an address for each chain.')
    }
    const { USDC, WETH } = document.assets
    const [usdcAddress, wethAddress] = [USDC, WETH].map((asset) =>
      asset !== undefined && 'address' in asset
        ? getAddress(asset.address)
        : '',
    ) as [string, string]
    const address = getAddress(document.contracts?.[name])
    const source = await bench.deployContract(contract)
    await place(usdcAddress, bench.token)
    const wrapped = await bench.deployContract('TestWrappedNative')
    await place(wethAddress, wrapped)
    await place(address, source)
    usdc = bench.token.attach(usdcAddress).connect(bench.bundler) as typeof usdc
    weth = wrapped.attach(wethAddress).connect(bench.bundler) as typeof usdc
    const protocol = source
      .attach(address)
      .connect(bench.bundler) as typeof usdc

    for (const owner of [account, address]) {
      await usdc.getFunction('mint')(owner, usd(100_000))
      await bench.bundler.sendTransaction({
        data: weth.interface.encodeFunctionData('deposit'),
        to: wethAddress,
        value: 50_000n * milli,
      })
      await weth.getFunction('transfer')(owner, 50_000n * milli)
    }
    const policy = await grantDocument(bench, {
      ...document,
      chains: ['eip155:31337'],
      validity: { from: '2030-01-01', until: '2030-07-01' },
    })
    return { policy, protocol }
  }

  const call = (
    contract: typeof usdc,
    name: string,
    args: readonly unknown[],
    value = 0n,
  ): Call => ({
    data: contract.interface.encodeFunctionData(name, [...args]),
    to: String(contract.target),
    value,
  })
  const act = (...calls: readonly Call[]) => bench.act(calls, { gas })
  const deny = async (denied: Call, error: string, args: readonly unknown[]) =>
    expectDenied(
      bench,
      await bench.operate({ calls: [denied], gas }),
      error,
      args,
    )
  const getBalance = (token: typeof usdc): Promise<bigint> =>
    token.getFunction('balanceOf')(account)
  const word = (address: string) => toWord(address.toLowerCase())

  describe('trader.yaml', () => {
    let policy: Awaited<ReturnType<typeof grant>>['policy']
    let router: typeof usdc

    beforeEach(async () => {
      const granted = await grant(
        'examples/policies/trader.yaml',
        'TestSwapRouter',
        'router',
      )
      policy = granted.policy
      router = granted.protocol
      const { target } = usdc
      // 2,500 dollars an ether.
      await router.getFunction('setRate')(target, weth.target, 4n * 10n ** 26n)
      await router.getFunction('setRate')(weth.target, target, 25n * 10n ** 8n)
    })

    const swap = (
      path: readonly unknown[],
      amountIn: bigint,
      amountOutMin: bigint,
      to = account,
    ) =>
      call(router, 'swapExactTokensForTokens', [
        amountIn,
        amountOutMin,
        path,
        to,
        noon + 3_600,
      ])
    const there = () => [usdc.target, weth.target]
    const back = () => [weth.target, usdc.target]

    it('swaps there and back, wraps and unwraps', async () => {
      await act(
        call(usdc, 'approve', [router.target, usd(1_000)]),
        swap(there(), usd(1_000), 390n * milli),
      )
      expect(await getBalance(usdc)).to.equal(usd(99_000))
      expect(await getBalance(weth)).to.equal(50_400n * milli)

      await act(
        call(weth, 'approve', [router.target, 1_000n * milli]),
        swap(back(), 1_000n * milli, usd(2_400)),
      )
      expect(await getBalance(usdc)).to.equal(usd(101_500))
      await act(
        call(weth, 'deposit', [], 500n * milli),
        call(weth, 'withdraw', [900n * milli]),
      )
      expect(await getBalance(weth)).to.equal(49_000n * milli)
    })

    it('denies what is outside of it', async () => {
      const rule = policy.getRule('permissions[2].paths[0]')
      const thief = bench.alice.address
      await deny(swap(there(), usd(10), milli, thief), 'ArgumentNotAllowed', [
        0,
        rule,
        3,
        10,
        word(thief),
      ])
      await deny(swap(there(), usd(10), milli - 1n), 'ArgumentNotAllowed', [
        0,
        rule,
        1,
        4,
        toWord(milli - 1n),
      ])
      await deny(
        swap(back(), 1_000n * milli + 1n, usd(5)),
        'ArgumentNotAllowed',
        [
          0,
          policy.getRule('permissions[2].paths[1]'),
          0,
          3,
          toWord(1_000n * milli + 1n),
        ],
      )
      const { data, to } = call(usdc, 'approve', [thief, 1n])
      await deny({ data: data ?? '0x', to }, 'SpenderNotAllowed', [
        0,
        policy.getRule('permissions[0].spenders'),
        to,
        thief,
      ])
    })
  })

  describe('lending.yaml', () => {
    let policy: Awaited<ReturnType<typeof grant>>['policy']
    let pool: typeof usdc

    beforeEach(async () => {
      const granted = await grant(
        'examples/policies/lending.yaml',
        'TestLendingPool',
        'pool',
      )
      policy = granted.policy
      pool = granted.protocol
    })

    it('supplies, borrows, repays and withdraws', async () => {
      await act(
        call(usdc, 'approve', [pool.target, usd(2_000)]),
        call(pool, 'supply', [usdc.target, usd(2_000), account, 0]),
        call(pool, 'borrow', [weth.target, 200n * milli, 2, 0, account]),
      )
      expect(await getBalance(usdc)).to.equal(usd(98_000))
      expect(await getBalance(weth)).to.equal(50_200n * milli)

      await act(
        call(weth, 'approve', [pool.target, 250n * milli]),
        call(pool, 'repay', [weth.target, 250n * milli, 2, account]),
        call(pool, 'withdraw', [usdc.target, max, account]),
      )
      expect(await getBalance(usdc)).to.equal(usd(100_000))
      expect(await getBalance(weth)).to.equal(50_000n * milli)
      expect(await pool.getFunction('owed')(weth.target, account)).to.equal(0n)
    })

    it('denies what is outside of it', async () => {
      const thief = bench.alice.address
      const getRule = (name: string) => policy.getRule(`permissions[2].${name}`)
      for (const [denied, name, position, op, value] of [
        [
          call(pool, 'withdraw', [usdc.target, max, thief]),
          'withdraw',
          2,
          10,
          word(thief),
        ],
        [
          call(pool, 'supply', [usdc.target, 1n, thief, 0]),
          'supply',
          2,
          10,
          word(thief),
        ],
        [
          call(pool, 'supply', [weth.target, 1n, account, 0]),
          'supply',
          0,
          1,
          word(String(weth.target)),
        ],
        [
          call(pool, 'borrow', [weth.target, 200n * milli + 1n, 2, 0, account]),
          'borrow',
          1,
          3,
          toWord(200n * milli + 1n),
        ],
        [
          call(pool, 'repay', [weth.target, max, 2, account]),
          'repay',
          1,
          3,
          toWord(max),
        ],
      ] as const)
        await deny(denied, 'ArgumentNotAllowed', [
          0,
          getRule(name),
          position,
          op,
          value,
        ])
    })

    it('counts what is borrowed and approved against the day', async () => {
      const borrow = call(pool, 'borrow', [
        weth.target,
        200n * milli,
        2,
        0,
        account,
      ])
      await act(borrow, borrow)

      await deny(borrow, 'BudgetExceeded', [
        policy.compiled.limits.findIndex(({ asset }) => asset === 'WETH'),
        weth.target,
        200n * milli,
        100n * milli,
        86_400 * Math.floor(noon / 86_400 + 1),
      ])
    })
  })
})
