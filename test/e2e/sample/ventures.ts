import { pad } from 'viem'

import { type Recipe, toCall } from './recipe.ts'

const deadline = 10n ** 10n
const limits = [{ amount: '1', asset: 'WETH', per: 'day' }] as const
const trade =
  '(address user, uint32 index, uint16 pairIndex, uint24 leverage, bool long, bool isOpen, uint8 collateralIndex, uint8 tradeType, uint120 collateralAmount, uint64 openPrice, uint64 tp, uint64 sl, bool isCounterTrade, uint160 positionSizeToken, uint24 placeholder)'

/** What a policy lets do with tokens beside paying: one of these in each. */
export const ventures: readonly Recipe[] = [
  {
    name: 'approvals of spenders, each with its own most',
    build: ({ recorder, stranger, token }, draw) => ({
      calls: [
        toCall(token, 'approve(address spender, uint256 amount)', [
          draw.pick([recorder, stranger]),
          BigInt(draw.int(1, 99)),
        ]),
      ],
      permissions: [
        { approve: 'TUSD', spenders: { [recorder]: '10', [stranger]: '20' } },
      ],
    }),
  },
  {
    name: 'wrapping and unwrapping',
    build: ({ weth }, draw) => {
      const amount = BigInt(draw.int(1, 99))
      return {
        calls: [
          toCall(weth, 'deposit()', [], amount),
          toCall(weth, 'withdraw(uint256 amount)', [amount]),
        ],
        limits,
        permissions: [{ wrap: 'WETH' }, { unwrap: 'WETH' }],
      }
    },
  },
  {
    name: 'uniswapV2',
    build: ({ account, recorder, token, weth }, draw) => ({
      calls: [
        toCall(
          recorder,
          'swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
          [
            BigInt(draw.int(1, 99)),
            10n ** 18n,
            [token, weth],
            account,
            deadline,
          ],
        ),
      ],
      limits,
      permissions: [
        { to: 'account', transfer: 'WETH' },
        {
          maxIn: { TUSD: '5' },
          minOut: { WETH: '0.01' },
          paths: [['TUSD', 'WETH']],
          preset: 'uniswapV2',
          router: recorder,
        },
      ],
    }),
  },
  {
    name: 'uniswapV3',
    build: ({ account, recorder, token, weth }, draw) => {
      const fee = draw.pick([100, 500, 3000])
      return {
        calls: [
          toCall(
            recorder,
            'exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)',
            [[token, weth, fee, account, 5n, 10n ** 18n, 0n]],
          ),
        ],
        limits,
        permissions: [
          { to: 'account', transfer: 'WETH' },
          {
            maxIn: { TUSD: '5' },
            minOut: { WETH: '0.01' },
            pools: [
              { fee, from: 'TUSD', to: 'WETH' },
              { fee: 10_000, from: 'TUSD', to: 'WETH' },
            ],
            preset: 'uniswapV3',
            router: recorder,
          },
        ],
      }
    },
  },
  {
    name: 'aaveV3',
    build: ({ account, recorder, token }, draw) => ({
      calls: [
        toCall(
          recorder,
          'supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
          [token, BigInt(draw.int(1, 99)), account, 0],
        ),
        toCall(
          recorder,
          'withdraw(address asset, uint256 amount, address to)',
          [token, 2n ** 256n - 1n, account],
        ),
      ],
      permissions: [
        {
          pool: recorder,
          preset: 'aaveV3',
          supply: { TUSD: '5' },
          withdraw: { TUSD: 'all' },
        },
      ],
    }),
  },
  {
    name: 'synthetixPerpsV2',
    build: ({ recorder }, draw) => ({
      calls: [
        toCall(recorder, 'transferMargin(int256 marginDelta)', [
          BigInt(draw.int(1, 99)),
        ]),
        toCall(
          recorder,
          'modifyPosition(int256 sizeDelta, uint256 desiredFillPrice)',
          [BigInt(draw.int(-99, 99)), 1n],
        ),
      ],
      permissions: [
        {
          margin: { asset: 'TUSD', max: '5' },
          markets: { [recorder]: { long: '0.5', short: '2.5' } },
          preset: 'synthetixPerpsV2',
        },
      ],
    }),
  },
  {
    name: 'gainsV10',
    build: ({ account, recorder }, draw) => {
      const pair = draw.int(0, 3)
      return {
        calls: [
          toCall(
            recorder,
            `openTrade(${trade} trade, uint16 maxSlippageP, address referrer)`,
            [
              [
                account,
                0,
                pair,
                5_000,
                true,
                true,
                3,
                0,
                9n,
                1n,
                0n,
                0n,
                false,
                0n,
                0,
              ],
              100,
              pad('0x', { size: 20 }),
            ],
          ),
        ],
        permissions: [
          {
            collateral: { asset: 'TUSD', index: 3 },
            diamond: recorder,
            markets: [0, 1, 2, 3].map((pair) => ({
              collateral: '5',
              leverage: 10,
              pair,
            })),
            maxSlippage: '0.5',
            preset: 'gainsV10',
          },
        ],
      }
    },
  },
]
