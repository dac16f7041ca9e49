import { expect } from 'chai'
import { concatHex, type Hex, slice } from 'viem'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { grantDocument } from '../helpers/grantDocument.ts'
import { toWord } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

const max = 2n ** 256n - 1n
const deadline = BigInt(noon + 3_600)
const usd = (amount: number) => BigInt(amount) * 10n ** 6n
const eth = (thousandths: number) => BigInt(thousandths) * 10n ** 15n

/** Places in the calldata of `swapExactTokensForTokens`. */
const words = { amountIn: 0, amountOutMin: 1, path: 2, to: 3, length: 5 }

describe('swaps', () => {
  let bench: Bench
  let account: string
  let router: Awaited<ReturnType<Bench['deployContract']>>
  let usdc: string
  let weth: string
  let dai: string
  let scam: string
  let base: Pick<PolicyDocument, 'assets' | 'contracts' | 'limits'>

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    router = await bench.deployContract('TestSwapRouter')
    usdc = String(bench.token.target)
    ;[weth = '', dai = '', scam = ''] = await Promise.all(
      ['WETH', 'DAI', 'SCAM'].map(async (symbol) =>
        String(
          (await bench.deployContract('TestToken', [symbol, symbol, 18]))
            .target,
        ),
      ),
    )
    for (const token of [usdc, weth, dai, scam]) {
      const contract = await getToken(token)
      await contract.getFunction('mint')(router.target, 10n ** 24n)
    }
    // 2,000 dollars an ether, and another price by way of the unlisted token.
    const toEth = 10n ** 18n * 5n * 10n ** 8n
    for (const [from, to, rate] of [
      [usdc, weth, toEth],
      [usdc, dai, 10n ** 30n],
      [dai, weth, 5n * 10n ** 14n],
      [weth, usdc, 2n * 10n ** 9n],
      [usdc, scam, 10n ** 18n],
      [scam, weth, 10n ** 27n],
    ] as const)
      await router.getFunction('setRate')(from, to, rate)
    base = {
      assets: {
        USDC: { address: usdc, decimals: 6, type: 'erc20' },
        WETH: { address: weth, decimals: 18, type: 'erc20' },
        DAI: { address: dai, decimals: 18, type: 'erc20' },
      },
      contracts: { router: String(router.target) },
      limits: [
        { asset: 'USDC', amount: 1000, per: 'day' },
        { asset: 'WETH', amount: 1, per: 'day' },
      ],
    }
  })

  const getToken = async (address: string) =>
    bench.token.attach(address).connect(bench.bundler)
  const getBalance = async (token: string, of = account): Promise<bigint> =>
    (await getToken(token)).getFunction('balanceOf')(of)
  const approve = (token: string, amount: bigint) => ({
    to: token,
    data: bench.token.interface.encodeFunctionData('approve', [
      router.target,
      amount,
    ]),
  })
  const deny = async (
    data: string,
    error: string,
    args: readonly unknown[],
  ) => {
    const call = { to: String(router.target), data }
    await expectDenied(
      bench,
      await bench.operate({ calls: [call] }),
      error,
      args,
    )
  }
  const word = (address: string) => toWord(address.toLowerCase())

  describe('on a router of Uniswap V2', () => {
    const encode = ({
      amountIn = usd(100),
      amountOutMin = eth(40),
      path = [usdc, weth],
      to = account,
    }: {
      amountIn?: bigint
      amountOutMin?: bigint
      path?: readonly string[]
      to?: string
    } = {}) =>
      router.interface.encodeFunctionData('swapExactTokensForTokens', [
        amountIn,
        amountOutMin,
        path,
        to,
        deadline,
      ])
    const swap = (parameters: Parameters<typeof encode>[0] = {}) => ({
      to: String(router.target),
      data: encode(parameters),
    })

    describe('by one path', () => {
      let rule: number

      beforeEach(async () => {
        const policy = await grantDocument(bench, {
          ...base,
          permissions: [
            { approve: 'USDC', spenders: { router: 500 } },
            { transfer: 'WETH', to: 'account' },
            {
              maxIn: { USDC: 500 },
              minOut: { WETH: '0.01' },
              paths: [['USDC', 'WETH']],
              preset: 'uniswapV2',
              router: 'router',
            },
          ],
        })
        rule = policy.getRule('permissions[2].paths[0]')
      })

      it('pay the account, and are counted once, by the approval', async () => {
        const before = await getBalance(usdc)
        await bench.act([approve(usdc, usd(100)), swap()])

        expect(await getBalance(usdc)).to.equal(before - usd(100))
        expect(await getBalance(weth)).to.equal(eth(50))
        expect(await bench.getSpent()).to.deep.equal(
          // In the order of the tokens' addresses.
          usdc.toLowerCase() < weth.toLowerCase()
            ? [usd(100), 0n]
            : [0n, usd(100)],
        )
      })

      it('revert when another is paid', async () => {
        for (const to of [bench.alice.address, String(router.target)])
          await deny(encode({ to }), 'ArgumentNotAllowed', [
            0,
            rule,
            words.to,
            10,
            word(to),
          ])
      })

      it('revert when the path is another', async () => {
        await deny(encode({ path: [usdc, dai] }), 'ArgumentNotAllowed', [
          0,
          rule,
          words.length + 2,
          1,
          word(dai),
        ])
        await deny(encode({ path: [weth, usdc] }), 'ArgumentNotAllowed', [
          0,
          rule,
          words.length + 1,
          1,
          word(weth),
        ])
      })

      it('revert when the path is longer or shorter', async () => {
        for (const path of [[usdc, scam, weth], [usdc, weth, usdc], [usdc], []])
          await deny(encode({ path }), 'ArgumentNotAllowed', [
            0,
            rule,
            words.length,
            13,
            toWord(BigInt(path.length)),
          ])
      })

      it('revert when the offset leads to another path', async () => {
        // The listed path stays where it was, and the router would read on.
        const data = encode() as Hex
        const hidden = slice(encode({ path: [usdc, scam, weth] }) as Hex, 164)
        const moved = concatHex([
          slice(data, 0, 68),
          toWord(256n),
          slice(data, 100),
          hidden,
        ])

        await deny(moved, 'ArgumentNotAllowed', [
          0,
          rule,
          words.path,
          12,
          toWord(256n),
        ])
        // So the router does, once nobody looks.
        await bench.actAsOwner([
          approve(usdc, usd(100)),
          { to: String(router.target), data: moved },
        ])
        expect(await getBalance(weth)).to.equal(eth(100))
      })

      it('revert when they pay too much, or nothing', async () => {
        for (const amountIn of [usd(500) + 1n, max])
          await deny(encode({ amountIn }), 'ArgumentNotAllowed', [
            0,
            rule,
            words.amountIn,
            3,
            toWord(amountIn),
          ])
        await deny(encode({ amountIn: 0n }), 'ArgumentNotAllowed', [
          0,
          rule,
          words.amountIn,
          4,
          toWord(0n),
        ])
      })

      it('revert when they may bring less than the floor', async () => {
        for (const amountOutMin of [0n, eth(10) - 1n])
          await deny(encode({ amountOutMin }), 'ArgumentNotAllowed', [
            0,
            rule,
            words.amountOutMin,
            4,
            toWord(amountOutMin),
          ])
      })

      it('revert when another function of the router is called', async () => {
        const data = router.interface.encodeFunctionData('setRate', [
          usdc,
          weth,
          1n,
        ])
        await deny(data, 'SelectorNotAllowed', [
          0,
          router.target,
          slice(data as Hex, 0, 4),
        ])
      })
    })

    describe('by several paths', () => {
      const paths = [
        ['USDC', 'WETH'],
        ['USDC', 'DAI'],
        ['WETH', 'USDC'],
      ] as const
      let choice: number
      let getRule: (path: number) => number

      beforeEach(async () => {
        const policy = await grantDocument(bench, {
          ...base,
          permissions: [
            { approve: 'USDC', spenders: { router: 500 } },
            { approve: 'WETH', spenders: { router: 1 } },
            {
              maxIn: { USDC: 500, WETH: '0.5' },
              paths,
              preset: 'uniswapV2',
              router: 'router',
            },
          ],
        })
        getRule = (path) => policy.getRule(`permissions[2].paths[${path}]`)
        choice = policy.getSwitch('permissions[2]')
      })

      it('pass on each of them', async () => {
        await bench.act([
          approve(usdc, usd(200)),
          swap(),
          swap({ amountOutMin: 1n, path: [usdc, dai] }),
        ])
        expect(await getBalance(weth)).to.equal(eth(50))
        expect(await getBalance(dai)).to.equal(eth(100_000))

        const before = await getBalance(usdc)
        await bench.act([
          approve(weth, eth(50)),
          swap({
            amountIn: eth(50),
            amountOutMin: usd(99),
            path: [weth, usdc],
          }),
        ])
        expect(await getBalance(weth)).to.equal(0n)
        expect(await getBalance(usdc)).to.equal(before + usd(100))
      })

      it('revert when the path begins with a token that none begins with', async () => {
        await deny(encode({ path: [dai, weth] }), 'ArgumentNotAllowed', [
          0,
          choice,
          words.length + 1,
          0,
          word(dai),
        ])
      })

      it('revert when the path ends elsewhere', async () => {
        await deny(encode({ path: [usdc, scam] }), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          words.length + 2,
          7,
          word(scam),
        ])
        await deny(
          encode({ amountIn: 1n, path: [weth, dai] }),
          'ArgumentNotAllowed',
          [0, getRule(2), words.length + 2, 1, word(dai)],
        )
      })

      it('revert when the path is longer', async () => {
        await deny(encode({ path: [usdc, weth, scam] }), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          words.length,
          1,
          toWord(3n),
        ])
      })

      it('revert when the offset leads to another path', async () => {
        const data = encode() as Hex
        const hidden = slice(encode({ path: [usdc, scam, weth] }) as Hex, 164)
        for (const offset of [256n, 0n, 32n, 161n, max])
          await deny(
            concatHex([
              slice(data, 0, 68),
              toWord(offset),
              slice(data, 100),
              hidden,
            ]),
            'ArgumentNotAllowed',
            [0, getRule(0), words.path, 1, toWord(offset)],
          )
      })

      it('revert when the data ends before the path does', async () => {
        const data = encode() as Hex
        await deny(slice(data, 0, 228), 'CallDataSizeInvalid', [
          0,
          getRule(0),
          228,
          260,
        ])
        await deny(slice(data, 0, 196), 'CallDataSizeInvalid', [
          0,
          choice,
          196,
          228,
        ])
      })

      it('have a cap of their own for each token', async () => {
        const amountIn = eth(500) + 1n
        await deny(
          encode({ amountIn, path: [weth, usdc] }),
          'ArgumentNotAllowed',
          [0, getRule(2), words.amountIn, 3, toWord(amountIn)],
        )
        await deny(encode({ amountIn }), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          words.amountIn,
          3,
          toWord(amountIn),
        ])
      })
    })

    describe('where the owner has approved the router', () => {
      it('are counted by themselves', async () => {
        await bench.actAsOwner([approve(usdc, max)])
        await grantDocument(bench, {
          ...base,
          limits: [{ asset: 'USDC', amount: 250, per: 'day' }],
          permissions: [
            {
              maxIn: { USDC: 500 },
              paths: [['USDC', 'WETH']],
              preset: 'uniswapV2',
              router: 'router',
            },
          ],
        })

        await bench.act([swap(), swap()])
        expect(await bench.getSpent()).to.deep.equal([usd(200)])
        expect(await getBalance(weth)).to.equal(eth(100))
        await deny(encode(), 'BudgetExceeded', [
          0,
          usdc,
          usd(100),
          usd(50),
          86_400 * Math.floor(noon / 86_400 + 1),
        ])
      })
    })
  })

  describe('on SwapRouter02 of Uniswap V3', () => {
    const params = {
      tokenIn: 0,
      tokenOut: 1,
      fee: 2,
      recipient: 3,
      amountIn: 4,
      amountOutMinimum: 5,
    }
    const encode = ({
      amountIn = usd(100),
      amountOutMinimum = eth(40),
      fee = 500n,
      recipient = account,
      tokenIn = usdc,
      tokenOut = weth,
    } = {}) =>
      router.interface.encodeFunctionData('exactInputSingle', [
        {
          amountIn,
          amountOutMinimum,
          fee,
          recipient,
          sqrtPriceLimitX96: 0n,
          tokenIn,
          tokenOut,
        },
      ])
    let choice: number
    let getRule: (pool: number) => number

    beforeEach(async () => {
      const policy = await grantDocument(bench, {
        ...base,
        permissions: [
          { approve: 'USDC', spenders: { router: 500 } },
          { approve: 'WETH', spenders: { router: 1 } },
          {
            maxIn: { USDC: 500, WETH: '0.5' },
            minOut: { WETH: '0.01' },
            pools: [
              { fee: 500, from: 'USDC', to: 'WETH' },
              { fee: 3000, from: 'USDC', to: 'WETH' },
              { fee: 500, from: 'WETH', to: 'USDC' },
            ],
            preset: 'uniswapV3',
            router: 'router',
          },
        ],
      })
      getRule = (pool) => policy.getRule(`permissions[2].pools[${pool}]`)
      choice = policy.getSwitch('permissions[2]')
    })

    it('pay the account, in each of the pools', async () => {
      const to = String(router.target)
      const before = await getBalance(usdc)
      await bench.act([
        approve(usdc, usd(200)),
        { to, data: encode() },
        { to, data: encode({ fee: 3_000n }) },
      ])

      expect(await getBalance(usdc)).to.equal(before - usd(200))
      expect(await getBalance(weth)).to.equal(eth(100))
      await bench.act([
        approve(weth, eth(50)),
        {
          to,
          data: encode({
            amountIn: eth(50),
            amountOutMinimum: 1n,
            tokenIn: weth,
            tokenOut: usdc,
          }),
        },
      ])
      expect(await getBalance(usdc)).to.equal(before - usd(100))
    })

    it('revert when another is paid, or what stands for the caller', async () => {
      for (const recipient of [
        bench.alice.address,
        `0x${'00'.repeat(19)}01`,
        `0x${'00'.repeat(19)}02`,
      ])
        await deny(encode({ recipient }), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          params.recipient,
          10,
          word(recipient),
        ])
    })

    it('revert when the pool is not listed', async () => {
      await deny(encode({ tokenIn: dai }), 'ArgumentNotAllowed', [
        0,
        choice,
        params.tokenIn,
        0,
        word(dai),
      ])
      await deny(encode({ tokenOut: scam }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        params.tokenOut,
        1,
        word(scam),
      ])
      await deny(encode({ fee: 10_000n }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        params.fee,
        7,
        toWord(10_000n),
      ])
      await deny(
        encode({ fee: 3_000n, tokenIn: weth, tokenOut: usdc }),
        'ArgumentNotAllowed',
        [0, getRule(2), params.fee, 1, toWord(3_000n)],
      )
    })

    it('revert when the amount is all that the router has, or too much', async () => {
      await deny(encode({ amountIn: 0n }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        params.amountIn,
        4,
        toWord(0n),
      ])
      for (const amountIn of [usd(500) + 1n, max])
        await deny(encode({ amountIn }), 'ArgumentNotAllowed', [
          0,
          getRule(0),
          params.amountIn,
          3,
          toWord(amountIn),
        ])
    })

    it('revert when they may bring less than the floor', async () => {
      await deny(encode({ amountOutMinimum: 0n }), 'ArgumentNotAllowed', [
        0,
        getRule(0),
        params.amountOutMinimum,
        4,
        toWord(0n),
      ])
    })

    it('revert when anything follows the arguments', async () => {
      await deny(`${encode()}00`, 'CallDataSizeInvalid', [
        0,
        getRule(0),
        229,
        228,
      ])
    })
  })
})
