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

const pathSchema = z
  .tuple(
    [nameSchema, nameSchema],
    nameSchema,
    'This is no path.\nList two tokens or more, beginning with the one that is paid.',
  )
  .describe('Tokens from the one that is paid to the one that is received.')

/** Swaps on a router with the interface of Uniswap's V2 router. */
export const uniswapV2 = definePreset({
  expand: ({ paths, router, ...bounds }) =>
    paths.map((path, index) => ({
      amounts: toSwapAmounts(bounds, getEnds(path), {
        amountIn: 'amountIn',
        amountOut: 'amountOutMin',
      }),
      contract: router,
      contractPath: ['router'],
      function:
        'swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
      path: ['paths', index],
      pins: [
        ...path.map((token, position) => ({
          argument: `path[${position}]`,
          path: ['paths', index, position],
          value: token,
        })),
        {
          argument: 'path.length',
          path: ['paths', index],
          value: path.length,
        },
      ],
      where: { to: 'account' },
    })),
  explain: ({ paths, router, ...bounds }) =>
    `swap on ${router} by ${sayList(paths.map((path) => path.join(' > ')))}, paid to the account itself, ${saySwapBounds(bounds)}`,
  schema: strictObject({
    preset: presetKey('uniswapV2'),
    router: referenceSchema.describe('The router.'),
    paths: z
      .array(pathSchema)
      .min(1, 'No path is permitted.\nList one.')
      .describe('Every path that a swap may take.'),
    ...swapFields,
    ...sharedFields,
  }).superRefine((permission, { addIssue }) => {
    const { paths } = permission
    const refuse = (path: readonly (number | string)[], message: string) =>
      addIssue({ code: 'custom', message, path: [...path] })
    checkSwap(
      permission,
      paths.map((path, index) => ({
        ...getEnds(path),
        path: ['paths', index],
      })),
      refuse,
    )
    paths.forEach((path, index) => {
      path.forEach((token, position) => {
        if (path[position + 1] === token)
          refuse(
            ['paths', index, position + 1],
            `The path swaps ${token} for itself.\nName it once.`,
          )
      })
    })
  }),
})

function getEnds(path: readonly string[]): { from: string; to: string } {
  return { from: path[0] ?? '', to: path.at(-1) ?? '' }
}
