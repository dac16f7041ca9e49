import { expect } from 'chai'
import { type Hex, stringToHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { grantDocument } from '../helpers/grantDocument.ts'
import { toWord } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

const unit = 10n ** 18n
const price = 2_000n * unit
const midnight = 86_400 * Math.floor(noon / 86_400 + 1)
const signed = (number: bigint) => toWord(BigInt.asUintN(256, number))
const usd = (amount: number) => BigInt(amount) * 10n ** 6n

describe('perpetuals', () => {
  let bench: Bench
  let account: string

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
  })

  const deny = async (
    call: { to: string; data: string },
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls: [call] }), error, args)

  describe('on markets of Synthetix V2', () => {
    let policy: Awaited<ReturnType<typeof grantDocument>>
    let synth: Awaited<ReturnType<Bench['deployContract']>>
    let ether: Awaited<ReturnType<Bench['deployContract']>>
    let bitcoin: Awaited<ReturnType<Bench['deployContract']>>
    let unlisted: Awaited<ReturnType<Bench['deployContract']>>

    beforeEach(async () => {
      synth = await bench.deployContract('TestSynth')
      ether = await bench.deployContract('TestPerpsMarket', [
        synth.target,
        price,
      ])
      bitcoin = await bench.deployContract('TestPerpsMarket', [
        synth.target,
        price,
      ])
      unlisted = await bench.deployContract('TestPerpsMarket', [
        synth.target,
        price,
      ])
      await synth.getFunction('mint')(account, 1_000n * unit)
      policy = await grantDocument(bench, {
        assets: {
          sUSD: { address: String(synth.target), decimals: 18, type: 'erc20' },
        },
        contracts: {
          bitcoin: String(bitcoin.target),
          ether: String(ether.target),
        },
        limits: [{ amount: 150, asset: 'sUSD', per: 'day' }],
        permissions: [
          {
            margin: { asset: 'sUSD', max: 100 },
            markets: {
              bitcoin: { long: '0.5', short: 0 },
              ether: { long: 10, short: '2.5' },
            },
            preset: 'synthetixPerpsV2',
          },
        ],
      })
    })

    const encode = (
      market: typeof ether,
      name: string,
      ...args: readonly unknown[]
    ) => ({
      to: String(market.target),
      data: market.interface.encodeFunctionData(name, [...args]),
    })
    const modify = (
      size: bigint,
      { market = ether, name = 'modifyPosition' } = {},
    ) => encode(market, name, size, size > 0n ? price : 0n)
    const putIn = (amount: bigint) => encode(ether, 'transferMargin', amount)
    const getSize = (market = ether): Promise<bigint> =>
      market.getFunction('sizes')(account)
    /** The rule of this function of a market: there are several of each. */
    const getRule = ({ data, to }: { data: string; to: string }) => {
      const rule = policy.compiled.rules.find(
        ({ selector, target }) =>
          selector === data.slice(0, 10) && target === to,
      )
      return rule?.offset
    }

    it('open both ways, close, and move margin', async () => {
      await bench.act([putIn(100n * unit), modify(10n * unit)])
      expect(await synth.getFunction('balanceOf')(account)).to.equal(
        900n * unit,
      )
      expect(await getSize()).to.equal(10n * unit)

      await bench.act([modify((-5n * unit) / 2n)])
      expect(await getSize()).to.equal((15n * unit) / 2n)
      await bench.act([
        modify(-unit, { name: 'submitOffchainDelayedOrder' }),
        encode(ether, 'closePosition', 0n),
        encode(ether, 'withdrawAllMargin'),
      ])
      expect(await ether.getFunction('pending')(account)).to.equal(-unit)
      expect(await getSize()).to.equal(0n)
      expect(await synth.getFunction('balanceOf')(account)).to.equal(
        1_000n * unit,
      )
      expect(await bench.getSpent()).to.deep.equal([100n * unit])
    })

    it('revert when the size is too large, either way', async () => {
      for (const name of ['modifyPosition', 'submitOffchainDelayedOrder'])
        for (const [size, op] of [
          [10n * unit + 1n, 5],
          [2n ** 255n - 1n, 5],
          [(-5n * unit) / 2n - 1n, 6],
          [-(2n ** 255n), 6],
        ] as const) {
          const call = modify(size, { name })
          await deny(call, 'ArgumentNotAllowed', [
            0,
            getRule(call),
            0,
            op,
            signed(size),
          ])
        }
    })

    it('revert when the size is that of another market', async () => {
      const long = modify(unit, { market: bitcoin })
      await deny(long, 'ArgumentNotAllowed', [
        0,
        getRule(long),
        0,
        5,
        signed(unit),
      ])
      const short = modify(-1n, { market: bitcoin })
      await deny(short, 'ArgumentNotAllowed', [
        0,
        getRule(short),
        0,
        6,
        signed(-1n),
      ])
    })

    it('revert when the market is not listed', async () => {
      await deny(modify(1n, { market: unlisted }), 'TargetNotAllowed', [
        0,
        unlisted.target,
      ])
    })

    it('revert when the margin is above its cap or its budget', async () => {
      const much = putIn(100n * unit + 1n)
      await deny(much, 'ArgumentNotAllowed', [
        0,
        getRule(much),
        0,
        5,
        signed(100n * unit + 1n),
      ])
      await bench.act([putIn(100n * unit)])
      await deny(putIn(51n * unit), 'BudgetExceeded', [
        0,
        synth.target,
        51n * unit,
        50n * unit,
        midnight,
      ])
    })

    it('revert when the margin is none, or negative', async () => {
      for (const amount of [0n, -1n, -(2n ** 255n)]) {
        const call = putIn(amount)
        await deny(call, 'ArgumentNotAllowed', [
          0,
          getRule(call),
          0,
          6,
          signed(amount),
        ])
      }
    })
  })

  describe('on the diamond of Gains V10', () => {
    let policy: Awaited<ReturnType<typeof grantDocument>>
    let diamond: Awaited<ReturnType<Bench['deployContract']>>

    beforeEach(async () => {
      diamond = await bench.deployContract('TestTrading')
      await diamond.getFunction('setCollateral')(3, bench.token.target)
      policy = await grantDocument(bench, {
        assets: {
          USDC: {
            address: String(bench.token.target),
            decimals: 6,
            type: 'erc20',
          },
        },
        contracts: { gains: String(diamond.target) },
        limits: [{ amount: 1000, asset: 'USDC', per: 'day' }],
        permissions: [
          { approve: 'USDC', spenders: { gains: 500 } },
          {
            collateral: { asset: 'USDC', index: 3 },
            diamond: 'gains',
            markets: [
              { collateral: 500, leverage: 5, pair: 0 },
              { collateral: 100, leverage: '1.5', pair: 1 },
            ],
            maxSlippage: '0.5',
            preset: 'gainsV10',
          },
        ],
      })
    })

    const trade = (
      changes: Record<string, unknown> = {},
      { slippage = 500 } = {},
    ) => ({
      to: String(diamond.target),
      data: diamond.interface.encodeFunctionData('openTrade', [
        {
          __placeholder: 0,
          collateralAmount: usd(100),
          collateralIndex: 3,
          index: 0,
          isCounterTrade: false,
          isOpen: true,
          leverage: 5_000,
          long: true,
          openPrice: 10n ** 10n,
          pairIndex: 0,
          positionSizeToken: 0,
          sl: 0,
          tp: 0,
          tradeType: 0,
          user: account,
          ...changes,
        },
        slippage,
        bench.bob.address,
      ]),
    })
    const getRule = (market: number) =>
      policy.getRule(`permissions[1].markets[${market}]`)

    it('open and close within leverage and collateral', async () => {
      const before = await bench.token.balanceOf(account)
      await bench.act([
        bench.encodeApprove(String(diamond.target), usd(200)),
        trade(),
        trade({ leverage: 1_500, long: false, pairIndex: 1 }),
      ])
      expect(await bench.token.balanceOf(account)).to.equal(before - usd(200))
      const { leverage, long } = await diamond.getFunction('getTrade')(
        account,
        1,
      )
      expect([leverage, long]).to.deep.equal([1_500n, false])

      await bench.act([
        {
          to: String(diamond.target),
          data: diamond.interface.encodeFunctionData('closeTradeMarket', [
            0,
            1n,
          ]),
        },
      ])
      expect(await bench.token.balanceOf(account)).to.equal(before - usd(100))
      expect(await bench.getSpent()).to.deep.equal([usd(200)])
    })

    it('revert when the leverage is above that of the market', async () => {
      await deny(trade({ leverage: 5_001 }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        3,
        3,
        toWord(5_001n),
      ])
      await deny(
        trade({ leverage: 1_501, pairIndex: 1 }),
        'ArgumentNotAllowed',
        [0, getRule(1), 3, 3, toWord(1_501n)],
      )
    })

    it('revert when the collateral is above that of the market', async () => {
      for (const [market, amount] of [
        [0, usd(500) + 1n],
        [1, usd(100) + 1n],
        [0, 2n ** 120n - 1n],
      ] as const)
        await deny(
          trade({
            collateralAmount: amount,
            leverage: 1_000,
            pairIndex: market,
          }),
          'ArgumentNotAllowed',
          [0, getRule(market), 8, 3, toWord(amount)],
        )
    })

    it('revert when the market is not listed', async () => {
      await deny(trade({ pairIndex: 2 }), 'ArgumentNotAllowed', [
        0,
        policy.getSwitch('permissions[1].markets'),
        2,
        0,
        toWord(2n),
      ])
    })

    it('revert when another argument is not that of the preset', async () => {
      for (const [changes, word, op, value] of [
        [{ user: bench.alice.address }, 0, 10, bench.alice.address],
        [{ collateralIndex: 1 }, 6, 1, 1n],
        [{ tradeType: 1 }, 7, 1, 1n],
        [{ isCounterTrade: true }, 12, 1, 1n],
      ] as const)
        await deny(trade(changes), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          word,
          op,
          toWord(typeof value === 'bigint' ? value : value.toLowerCase()),
        ])
      await deny(trade({}, { slippage: 501 }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        15,
        3,
        toWord(501n),
      ])
    })
  })

  describe('by a call of any market', () => {
    const markets = ['ETH', 'BTC', 'DOGE'].map((name) =>
      stringToHex(name, { size: 32 }),
    ) as [Hex, Hex, Hex]
    let policy: Awaited<ReturnType<typeof grantDocument>>
    let market: Awaited<ReturnType<Bench['deployContract']>>

    beforeEach(async () => {
      market = await bench.deployContract('TestLeverageMarket', [
        bench.token.target,
      ])
      policy = await grantDocument(bench, {
        assets: {
          USDC: {
            address: String(bench.token.target),
            decimals: 6,
            type: 'erc20',
          },
        },
        contracts: { perps: String(market.target) },
        limits: [{ amount: 1000, asset: 'USDC', per: 'day' }],
        permissions: [
          { approve: 'USDC', spenders: { perps: 500 } },
          ...[
            { leverage: 5, long: 1000, market: markets[0], short: -400 },
            { leverage: 2, long: 100, market: markets[1], short: 0 },
          ].map(({ leverage, long, market: id, short }) => ({
            call: 'perps',
            function: 'open(bytes32 market, int256 size, uint256 leverage)',
            where: {
              leverage: { atLeast: 1, atMost: leverage },
              market: id,
              size: { atLeast: short, atMost: long, unit: 'USDC' },
            },
          })),
        ],
      })
    })

    const open = (id: Hex, size: bigint, leverage: bigint) => ({
      to: String(market.target),
      data: market.interface.encodeFunctionData('open', [id, size, leverage]),
    })
    const getSize = (id: Hex): Promise<bigint> =>
      market.getFunction('sizes')(id, account)

    it('passes within the market, the size and the leverage', async () => {
      const [ether, bitcoin] = markets
      await bench.act([
        bench.encodeApprove(String(market.target), usd(350)),
        open(ether, usd(1000), 5n),
        open(ether, -usd(400), 4n),
        open(bitcoin, usd(100), 2n),
      ])

      expect(await getSize(ether)).to.equal(usd(600))
      expect(await getSize(bitcoin)).to.equal(usd(100))
      expect(await bench.token.balanceOf(market.target)).to.equal(usd(350))
    })

    it('reverts outside each of them', async () => {
      const [ether, bitcoin, doge] = markets
      const [first, second] = [1, 2].map((index) =>
        policy.getRule(`permissions[${index}]`),
      )
      for (const [call, rule, word, op, value] of [
        [open(doge, 1n, 1n), policy.getSwitch('permissions['), 0, 0, doge],
        [open(ether, 1n, 6n), first, 2, 3, toWord(6n)],
        [open(ether, 1n, 0n), first, 2, 4, toWord(0n)],
        [open(bitcoin, 1n, 3n), second, 2, 3, toWord(3n)],
        [open(ether, usd(1000) + 1n, 1n), first, 1, 5, signed(usd(1000) + 1n)],
        [open(ether, -usd(400) - 1n, 1n), first, 1, 6, signed(-usd(400) - 1n)],
        [open(bitcoin, -1n, 1n), second, 1, 6, signed(-1n)],
        [open(ether, -(2n ** 255n), 1n), first, 1, 6, signed(-(2n ** 255n))],
      ] as const)
        await deny(call, 'ArgumentNotAllowed', [0, rule, word, op, value])
    })
  })
})
