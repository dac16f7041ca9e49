import { expect } from 'chai'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { explainPolicy } from '../../src/policy/explainPolicy.ts'
import {
  addresses,
  base,
  chainId,
  expectIssue,
  getIssues,
} from './documents.ts'

type Permission = PolicyDocument['permissions'][number]

/** Tokens and contracts for the protocols, each with a permission that uses it. */
const protocols = {
  ...base,
  assets: {
    ...base.assets,
    DAI: {
      address: '0x7777777777777777777777777777777777777777',
      decimals: 18,
      type: 'erc20',
    },
    PUNK: {
      address: '0x8888888888888888888888888888888888888888',
      type: 'erc721',
    },
  },
  limits: [
    ...base.limits,
    { amount: '10', asset: 'WETH', per: 'day' },
    { amount: '100', asset: 'DAI', per: 'day' },
  ],
  permissions: [
    ...base.permissions,
    { to: 'alice', transfer: 'WETH' },
    { to: 'alice', transfer: 'DAI' },
  ],
} as const satisfies PolicyDocument

const permit = (...permissions: readonly unknown[]) =>
  ({
    ...protocols,
    permissions: [...protocols.permissions, ...permissions],
  }) as PolicyDocument
const compile = (...permissions: readonly Permission[]) =>
  compilePolicy(permit(...permissions), { chainId }).bytes
const explain = (...permissions: readonly Permission[]) =>
  explainPolicy(definePolicy(permit(...permissions))).filter((sentence) =>
    sentence.startsWith('It may'),
  )[4 + permissions.length - 1]

const swap = {
  maxIn: { USDC: '1000' },
  paths: [['USDC', 'WETH']],
  preset: 'uniswapV2',
  router: 'router',
} as const satisfies Permission
const v2 =
  'swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)'
const v3 =
  'exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)'
const pools = {
  maxIn: { USDC: '1000', WETH: '1' },
  pools: [
    { fee: 500, from: 'USDC', to: 'WETH' },
    { fee: 500, from: 'WETH', to: 'USDC' },
  ],
  preset: 'uniswapV3',
  router: 'router',
} as const satisfies Permission
const approval = {
  approve: 'USDC',
  spenders: { router: '1000' },
} as const satisfies Permission

describe('presets', () => {
  describe('uniswapV2', () => {
    it('is the call that its owner would have written', () => {
      expect(compile(approval, swap)).to.equal(
        compile(approval, {
          call: 'router',
          function: v2,
          where: {
            amountIn: { atLeast: '0.000001', atMost: '1000', unit: 'USDC' },
            amountOutMin: { atLeast: 1 },
            path: ['USDC', 'WETH'],
            to: 'account',
          },
        }),
      )
    })

    it('spends what no permission lets the router be approved', () => {
      const counted = compile({
        call: 'router',
        function: v2,
        spends: [{ amount: 'amountIn', asset: 'USDC' }],
        where: {
          amountIn: { atLeast: '0.000001', atMost: '1000', unit: 'USDC' },
          amountOutMin: { atLeast: 1 },
          path: ['USDC', 'WETH'],
          to: 'account',
        },
      })

      expect(compile(swap)).to.equal(counted)
      // Taking approvals back lets nobody take anything.
      expect(
        compile({ approve: 'USDC', spenders: { router: 0 } }, swap),
      ).to.not.equal(
        compile({ approve: 'USDC', spenders: { router: 1 } }, swap),
      )
    })

    it('knows the router by its name and by its address', () => {
      const byAddress = {
        approve: 'USDC',
        spenders: { [addresses.router]: '1000' },
      }

      expect(compile(byAddress, swap)).to.equal(compile(approval, swap))
      expect(compile(approval, { ...swap, router: addresses.router })).to.equal(
        compile(approval, swap),
      )
      expect(
        compile({ approve: 'DAI', spenders: { router: '1' } }, swap),
      ).to.not.equal(compile(approval, swap))
    })

    it('tells paths apart by a token, and puts the others into sets', () => {
      const paths = [
        ['USDC', 'WETH'],
        ['USDC', 'DAI'],
        ['WETH', 'USDC'],
      ] as const
      const where = (symbol: string, amount: string, path: string[]) => ({
        amountIn: { atLeast: 1, atMost: amount },
        amountOutMin: { atLeast: 1 },
        'path.length': 2,
        'path[0]': symbol,
        'path[1]': { in: path },
        to: 'account',
      })
      const call = (symbol: string, amount: string, path: string[]) => ({
        call: 'router',
        function: v2,
        spends: [{ amount: 'amountIn', asset: symbol }],
        where: where(symbol, amount, path),
      })

      expect(
        compile({
          ...swap,
          maxIn: { USDC: '1000', WETH: '2' },
          paths,
        }),
      ).to.equal(
        compile(
          call('USDC', '1000000000', ['DAI', 'WETH']),
          call('WETH', '2000000000000000000', ['USDC']),
        ),
      )
    })

    it('tells paths of different lengths apart', () => {
      const { rules } = compilePolicy(
        permit({
          ...swap,
          paths: [
            ['USDC', 'WETH'],
            ['USDC', 'DAI', 'WETH'],
          ],
        }),
        { chainId },
      )

      expect(
        rules
          .filter(({ path }) => path.startsWith('permissions[4]'))
          .map(({ path, type }) => [path, type]),
      ).to.deep.equal([
        ['permissions[4].paths[0]', 'switch'],
        ['permissions[4].paths[0]', 'plain'],
        ['permissions[4].paths[1]', 'plain'],
      ])
    })

    it('takes the order of the paths for nothing', () => {
      const paths = [
        ['USDC', 'WETH'],
        ['USDC', 'DAI'],
        ['WETH', 'USDC'],
      ] as const
      const maxIn = { USDC: '1', WETH: '1' }

      expect(compile({ ...swap, maxIn, paths })).to.equal(
        compile({ ...swap, maxIn, paths: [...paths].reverse() }),
      )
    })

    it('is said in a sentence', () => {
      expect(explain({ ...swap, minOut: { WETH: '0.25' } })).to.equal(
        'It may swap on router by USDC > WETH, paid to the account itself, at most 1,000 USDC in one call, for at least 0.25 WETH, which spends USDC.',
      )
      expect(explain(approval, swap)).to.equal(
        'It may swap on router by USDC > WETH, paid to the account itself, at most 1,000 USDC in one call, for more than nothing.',
      )
    })

    it('refuses paths that no token tells apart', () => {
      expectIssue(
        permit({
          ...swap,
          maxIn: { USDC: '1', WETH: '1' },
          paths: [
            ['USDC', 'WETH'],
            ['USDC', 'DAI', 'WETH'],
            ['WETH', 'USDC'],
            ['WETH', 'DAI', 'USDC'],
          ],
        }),
        {
          fix: 'Where several agree in one place, such as the first, list every combination of what they have in the others, or leave some out.',
          message: 'No one place tells these apart.',
          path: 'permissions[4].paths',
        },
      )
    })

    it('refuses a path that is there already', () => {
      expectIssue(permit({ ...swap, paths: [...swap.paths, ...swap.paths] }), {
        fix: 'State it once.',
        message: 'It is there already.',
        path: 'permissions[4].paths[1]',
      })
    })

    it('refuses a path that leads nowhere', () => {
      expectIssue(permit({ ...swap, paths: [['USDC', 'DAI', 'USDC']] }), {
        fix: 'Have it lead to another token.',
        message: 'It ends with the token that it begins with.',
        path: 'permissions[4].paths[0]',
      })
      expectIssue(
        permit({ ...swap, paths: [['USDC', 'DAI', 'DAI', 'WETH']] }),
        {
          fix: 'Name it once.',
          message: 'The path swaps DAI for itself.',
          path: 'permissions[4].paths[0][2]',
        },
      )
    })

    it('refuses bounds that bound nothing, and their absence', () => {
      expectIssue(permit({ ...swap, maxIn: {} }), {
        fix: 'Add it to `maxIn`.',
        message: 'Nothing says how much USDC one swap may pay.',
        path: 'permissions[4].paths[0]',
      })
      expectIssue(permit({ ...swap, maxIn: { USDC: 1, WETH: 1 } }), {
        fix: 'Take it out, or add the swap.',
        message: 'No swap begins with WETH.',
        path: 'permissions[4].maxIn.WETH',
      })
      expectIssue(permit({ ...swap, minOut: { USDC: 1 } }), {
        fix: 'Take it out, or add the swap.',
        message: 'No swap ends with USDC.',
        path: 'permissions[4].minOut.USDC',
      })
    })

    it('refuses amounts of zero', () => {
      for (const [key, symbol] of [
        ['maxIn', 'USDC'],
        ['minOut', 'WETH'],
      ] as const)
        expectIssue(permit({ ...swap, [key]: { [symbol]: 0 } }), {
          fix: 'Have it above zero, or leave it out.',
          message: 'The amount is zero.',
          path: `permissions[4].${key}.${symbol}`,
        })
    })

    it('refuses an amount that would be rounded', () => {
      expectIssue(permit({ ...swap, maxIn: { USDC: '1.0000001' } }), {
        fix: 'Have 6 decimals at most.',
        message: '1.0000001 has more decimals than "USDC", which has 6.',
        path: 'permissions[4].maxIn.USDC',
      })
    })

    it('refuses what is no token', () => {
      expectIssue(
        permit({ ...swap, maxIn: { ETH: 1 }, paths: [['ETH', 'WETH']] }),
        {
          fix: 'Name one; for the native asset, the token that wraps it.',
          message: '"ETH" is no ERC-20 token.',
          path: 'permissions[4].maxIn.ETH',
        },
      )
      expect(
        getIssues(
          permit({ ...swap, maxIn: { PUNK: 1 }, paths: [['PUNK', 'WETH']] }),
        ).map(({ message }) => message),
      ).to.deep.equal(['"PUNK" is no ERC-20 token.'])
    })

    it('refuses a token without a limit, unless it is approved', () => {
      const issues = getIssues({
        ...permit({ ...swap }),
        limits: protocols.limits.filter(({ asset }) => asset !== 'USDC'),
        permissions: [
          ...protocols.permissions.filter(
            (permission) => permission.transfer !== 'USDC',
          ),
          swap,
        ],
      })

      expect(issues).to.deep.equal([
        {
          fix: 'Add a limit such as { asset: USDC, amount: "100", per: day }.',
          message: '"USDC" has no limit, and what has no budget cannot move.',
          path: 'permissions[3].maxIn.USDC',
        },
      ])
    })

    it('refuses a router that has no name, once', () => {
      expectIssue(
        permit({
          ...swap,
          maxIn: { DAI: 1, USDC: 1 },
          paths: [...swap.paths, ['DAI', 'USDC']],
          router: 'rooter',
        }),
        {
          fix: 'Add it to `contracts`, or write one of: alice, bob, router, venue, ETH, USDC, WETH, DAI, PUNK.',
          message: 'Nothing is named "rooter".',
          path: 'permissions[4].router',
        },
      )
    })

    it('refuses two presets that permit one swap', () => {
      expectIssue(permit(swap, { ...swap, maxIn: { USDC: 5 } }), {
        fix: 'Put them into one permission, or have one argument equal another value in each.',
        message:
          'It permits the same call as permissions[4].paths[0], and no argument tells them apart.',
        path: 'permissions[5].paths[0]',
      })
    })
  })

  describe('uniswapV3', () => {
    it('is the calls that its owner would have written', () => {
      const call = (from: string, to: string, amount: string) => ({
        call: 'router',
        function: v3,
        spends: [{ amount: 'params.amountIn', asset: from }],
        where: {
          'params.amountIn': { atLeast: 1, atMost: amount },
          'params.amountOutMinimum': { atLeast: 1 },
          'params.fee': 500,
          'params.recipient': 'account',
          'params.tokenIn': from,
          'params.tokenOut': to,
        },
      })

      expect(compile(pools)).to.equal(
        compile(
          call('USDC', 'WETH', '1000000000'),
          call('WETH', 'USDC', '1000000000000000000'),
        ),
      )
    })

    it('is said in a sentence', () => {
      expect(explain(pools)).to.equal(
        'It may swap on router by USDC > WETH (0.05 %) and WETH > USDC (0.05 %), paid to the account itself, at most 1,000 USDC or 1 WETH in one call, for more than nothing, which spends USDC and WETH.',
      )
    })

    it('refuses pools that no argument tells apart', () => {
      expectIssue(
        permit({
          ...pools,
          maxIn: { DAI: 1, USDC: 1 },
          pools: [
            { fee: 500, from: 'USDC', to: 'WETH' },
            { fee: 100, from: 'USDC', to: 'DAI' },
            { fee: 500, from: 'DAI', to: 'WETH' },
          ],
        }),
        {
          fix: 'Where several agree in one place, such as the first, list every combination of what they have in the others, or leave some out.',
          message: 'No one place tells these apart.',
          path: 'permissions[4].pools',
        },
      )
    })

    it('refuses a fee that is none', () => {
      for (const fee of [0, 0.05, 1_000_000])
        expectIssue(
          permit({
            ...pools,
            maxIn: { USDC: 1 },
            pools: [{ fee, from: 'USDC', to: 'WETH' }],
          }),
          {
            fix: 'Write it in hundredths of a basis point, such as 500 for 0.05 %.',
            message: 'This is no fee of a pool.',
            path: 'permissions[4].pools[0].fee',
          },
        )
    })
  })

  describe('aaveV3', () => {
    const lend = {
      borrow: { DAI: 5 },
      pool: 'venue',
      preset: 'aaveV3',
      repay: { USDC: 20 },
      supply: { USDC: 100, WETH: 1 },
      withdraw: { USDC: 'all', WETH: 1 },
    } as const satisfies Permission

    it('is the calls that its owner would have written', () => {
      const call = (
        signature: string,
        where: object,
        asset: string,
        spends = true,
      ) =>
        ({
          call: 'venue',
          function: signature,
          ...(spends ? { spends: [{ amount: 'amount', asset }] } : {}),
          where: { asset, ...where },
        }) as Permission
      const supply =
        'supply(address asset, uint256 amount, address onBehalfOf, uint16 code)'
      const withdraw = 'withdraw(address asset, uint256 amount, address to)'
      const amount = (atMost: string) => ({ atLeast: 1, atMost })
      const ether = '1000000000000000000'

      expect(compile(lend)).to.equal(
        compile(
          call(
            supply,
            { amount: amount('100000000'), onBehalfOf: 'account' },
            'USDC',
          ),
          call(
            supply,
            { amount: amount(ether), onBehalfOf: 'account' },
            'WETH',
          ),
          call(
            withdraw,
            { amount: { atLeast: 1 }, to: 'account' },
            'USDC',
            false,
          ),
          call(
            withdraw,
            { amount: amount(ether), to: 'account' },
            'WETH',
            false,
          ),
          call(
            'borrow(address asset, uint256 amount, uint256 mode, uint16 code, address onBehalfOf)',
            {
              amount: amount('5000000000000000000'),
              mode: 2,
              onBehalfOf: 'account',
            },
            'DAI',
          ),
          call(
            'repay(address asset, uint256 amount, uint256 mode, address onBehalfOf)',
            { amount: amount('20000000'), mode: 2, onBehalfOf: 'account' },
            'USDC',
          ),
        ),
      )
    })

    it('is said in a sentence', () => {
      expect(
        explain({ approve: 'USDC', spenders: { venue: 100 } }, lend),
      ).to.equal(
        'It may on venue, for the account itself, supply at most 100 USDC or at most 1 WETH in one call, withdraw any amount of USDC or at most 1 WETH in one call, borrow at most 5 DAI in one call and repay at most 20 USDC in one call, which spends WETH and DAI.',
      )
    })

    it('refuses to count all of something', () => {
      expectIssue(permit({ ...lend, repay: { USDC: 'all' } }), {
        fix: 'Write an amount, or permit to approve venue, which counts instead.',
        message: 'The call spends USDC, and no budget can count all of it.',
        path: 'permissions[4].repay.USDC',
      })
    })

    it('refuses all where the pool does not read it so', () => {
      expectIssue(permit({ ...lend, supply: { USDC: 'all' } }), {
        fix: 'Write a decimal number such as "100.5", without separators or an exponent.',
        message: 'This is not an amount.',
        path: 'permissions[4].supply.USDC',
      })
    })

    it('refuses what permits nothing', () => {
      expectIssue(permit({ pool: 'venue', preset: 'aaveV3' }), {
        fix: 'Add `supply`, `withdraw`, `borrow` or `repay`.',
        message: 'Nothing is permitted on the pool.',
        path: 'permissions[4]',
      })
      expectIssue(permit({ ...lend, borrow: {} }), {
        fix: 'Name one, with the most of one call.',
        message: 'No asset is permitted.',
        path: 'permissions[4].borrow',
      })
    })
  })

  describe('synthetixPerpsV2', () => {
    const perps = {
      margin: { asset: 'DAI', max: 50 },
      markets: {
        router: { long: 10, short: '2.5' },
        venue: { long: 1, short: 0 },
      },
      preset: 'synthetixPerpsV2',
    } as const satisfies Permission

    it('bounds the size of an order on both sides', () => {
      const rules = compilePolicy(permit(perps), { chainId }).rules.filter(
        ({ path }) => path.startsWith('permissions[4]'),
      )

      expect(rules.length).to.equal(10)
      expect(explain(perps)).to.equal(
        'It may trade on router (one order from -2.5 to 10) and venue (one order from 0 to 1), close positions, take margin back, and put in margin of at most 50 DAI in one call, which spends DAI.',
      )
    })

    it('refuses a size that would be rounded', () => {
      expectIssue(
        permit({
          ...perps,
          markets: { router: { long: `0.${'0'.repeat(18)}1`, short: 1 } },
        }),
        {
          fix: 'Have 18 at most.',
          message: 'The size has more than 18 decimals.',
          path: 'permissions[4].markets.router.long',
        },
      )
    })

    it('refuses a market that has no name', () => {
      const issues = getIssues(
        permit({ ...perps, markets: { rooter: { long: 1, short: 1 } } }),
      )

      expect(issues.map(({ message, path }) => [path, message])).to.deep.equal([
        ['permissions[4].markets.rooter', 'Nothing is named "rooter".'],
      ])
    })
  })

  describe('gainsV10', () => {
    const trades = {
      collateral: { asset: 'USDC', index: 3 },
      diamond: 'venue',
      markets: [
        { collateral: 50, leverage: 10, pair: 0 },
        { collateral: 20, leverage: '2.5', pair: 7 },
      ],
      maxSlippage: 1,
      preset: 'gainsV10',
    } as const satisfies Permission

    it('is said in a sentence', () => {
      expect(explain(trades)).to.equal(
        'It may open trades of the account itself on venue by market order in pair 0 (at most 10 times 50 USDC) and pair 7 (at most 2.5 times 20 USDC), with at most 1 % of slippage, and close them, which spends USDC.',
      )
    })

    it('refuses the same market twice', () => {
      expectIssue(
        permit({
          ...trades,
          markets: [...trades.markets, { ...trades.markets[0], leverage: 2 }],
        }),
        {
          fix: 'State it once.',
          message: 'It is there already.',
          path: 'permissions[4].markets[2]',
        },
      )
    })

    it('refuses a leverage that is none', () => {
      for (const leverage of [0, '1.0001', 16_778])
        expectIssue(
          permit({
            ...trades,
            markets: [{ collateral: 1, leverage, pair: 0 }],
          }),
          {
            fix: 'Have at most 16777.215.',
            message:
              'It is not above 0, above 16777.215, or has more than three decimals.',
            path: 'permissions[4].markets[0].leverage',
          },
        )
    })
  })

  it('calls the functions by the selectors that the protocols have', () => {
    const getSelectors = (preset: Permission) =>
      compilePolicy(permit(preset), { chainId })
        .rules.filter(({ path }) => path.startsWith('permissions[4]'))
        .map(({ selector }) => selector)
        .sort()

    expect(getSelectors(swap)).to.deep.equal(['0x38ed1739'])
    expect(new Set(getSelectors(pools))).to.deep.equal(new Set(['0x04e45aaf']))
    expect(
      getSelectors({
        borrow: { USDC: 1 },
        pool: 'venue',
        preset: 'aaveV3',
        repay: { USDC: 1 },
        supply: { USDC: 1 },
        withdraw: { USDC: 1 },
      }),
    ).to.deep.equal(['0x573ade81', '0x617ba037', '0x69328dec', '0xa415bcad'])
  })

  it('refuses a preset that does not exist', () => {
    expectIssue(permit({ preset: 'uniswapV5', router: 'router' }), {
      fix: 'Write one of: aaveV3, gainsV10, synthetixPerpsV2, uniswapV2, uniswapV3.',
      message: 'This is no preset.',
      path: 'permissions[4].preset',
    })
  })

  it('refuses a field of another preset', () => {
    expectIssue(permit({ ...swap, pool: 'venue' }), {
      fix: 'The keys are: preset, router, paths, maxIn, minOut, group, name, onDeny, tier.',
      message: '`pool` means nothing here.',
      path: 'permissions[4]',
    })
  })

  it('belongs to a group, and has a name and words for its denial', () => {
    const document = permit({
      ...swap,
      group: 'trading',
      name: 'Swap',
      onDeny: 'USDC for WETH only.',
    })
    const { rules } = compilePolicy(
      {
        ...document,
        groups: ['trading'],
        limits: [
          ...document.limits,
          { group: 'trading', operations: 3, per: 'day' },
        ],
      },
      { chainId },
    )

    expect(rules.find(({ name }) => name === 'Swap')).to.deep.include({
      onDeny: 'USDC for WETH only.',
      path: 'permissions[4].paths[0]',
    })
  })

  it('is typed, so that a wrong one does not compile', () => {
    const check = (_: Permission) => undefined
    // @ts-expect-error A path has two tokens or more.
    check({ ...swap, paths: [['USDC']] })
    // @ts-expect-error Every swap needs a most.
    check({ paths: swap.paths, preset: 'uniswapV2', router: 'router' })
    // @ts-expect-error Only the pool of Aave reads `all`.
    check({ ...swap, maxIn: { USDC: 'all', WETH: true } })
    // @ts-expect-error It is another preset's field.
    check({ ...pools, paths: swap.paths })
    // @ts-expect-error There is no such preset.
    check({ ...swap, preset: 'uniswapV5' })
    check(swap)

    expect(getIssues(permit({ ...swap, paths: [['USDC']] }))).to.deep.equal([
      {
        fix: 'Write it; it is a text.',
        message: 'It is missing.',
        path: 'permissions[4].paths[0][1]',
      },
    ])
  })
})
