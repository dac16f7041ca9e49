import { z } from 'zod'

import { nameSchema, referenceSchema } from '../document/scalars.ts'
import { sharedFields } from '../document/sharedFields.ts'
import { strictObject } from '../document/strictObject.ts'
import { sayList } from '../explain/phrases.ts'
import { definePreset, presetKey } from './preset.ts'
import {
  checkSwap,
  saySwapBounds,
  swapFields,
  toSwapAmounts,
} from './swapFields.ts'

const feeError =
  'This is no fee of a pool.\nWrite it in hundredths of a basis point, such as 500 for 0.05 %.'

/** Swaps in one pool, on a router with the interface of SwapRouter02. */
export const uniswapV3 = definePreset({
  // The router reads an amount of 0 as all that it has, and the recipients 1
  // and 2 as the caller and itself.
  expand: ({ pools, router, ...bounds }) =>
    pools.map(({ fee, from, to }, index) => ({
      amounts: toSwapAmounts(
        bounds,
        { from, to },
        { amountIn: 'params.amountIn', amountOut: 'params.amountOutMinimum' },
      ),
      contract: router,
      contractPath: ['router'],
      function:
        'exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)',
      path: ['pools', index],
      pins: [
        {
          argument: 'params.tokenIn',
          path: ['pools', index, 'from'],
          value: from,
        },
        {
          argument: 'params.tokenOut',
          path: ['pools', index, 'to'],
          value: to,
        },
        { argument: 'params.fee', path: ['pools', index, 'fee'], value: fee },
      ],
      where: { 'params.recipient': 'account' },
    })),
  explain: ({ pools, router, ...bounds }) =>
    `swap on ${router} by ${sayList(pools.map(({ fee, from, to }) => `${from} > ${to} (${fee / 10_000} %)`))}, paid to the account itself, ${saySwapBounds(bounds)}`,
  schema: strictObject({
    preset: presetKey('uniswapV3'),
    router: referenceSchema.describe('The router (SwapRouter02).'),
    pools: z
      .array(
        strictObject({
          from: nameSchema.describe('The token that is paid.'),
          to: nameSchema.describe('The token that is received.'),
          fee: z
            .int(feeError)
            .min(1, feeError)
            .max(999_999, feeError)
            .describe('Fee of the pool, in hundredths of a basis point.'),
        }),
      )
      .min(1, 'No pool is permitted.\nList one.')
      .describe('Every pool that a swap may use, with its direction.'),
    ...swapFields,
    ...sharedFields,
  }).superRefine((permission, { addIssue }) =>
    checkSwap(
      permission,
      permission.pools.map(({ from, to }, index) => ({
        from,
        path: ['pools', index],
        to,
      })),
      (path, message) => addIssue({ code: 'custom', message, path: [...path] }),
    ),
  ),
})
