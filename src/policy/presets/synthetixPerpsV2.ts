import { z } from 'zod'

import { parseAmount } from '../document/amounts.ts'
import {
  amountSchema,
  nameSchema,
  writtenReferenceSchema,
} from '../document/scalars.ts'
import { sharedFields } from '../document/sharedFields.ts'
import { strictObject } from '../document/strictObject.ts'
import { sayAmount, sayList } from '../explain/phrases.ts'
import { definePreset, presetKey } from './preset.ts'

/** Sizes are in units of the market's base asset. */
const sizeDecimals = 18

const sizeSchema = amountSchema.refine(
  (size) => parseAmount(size, sizeDecimals) !== undefined,
  {
    error: `The size has more than ${sizeDecimals} decimals.\nHave ${sizeDecimals} at most.`,
  },
)

const orders = ['modifyPosition', 'submitOffchainDelayedOrder'] as const

/** Perpetuals on markets with the interface of Synthetix' Perps V2. */
export const synthetixPerpsV2 = definePreset({
  expand: ({ margin, markets }) =>
    Object.entries(markets).flatMap(([market, { long, short }]) => {
      const path = ['markets', market]
      const call = {
        amounts: [],
        contract: market,
        contractPath: path,
        path,
        pins: [],
        where: {},
      }
      return [
        ...orders.map((order) => ({
          ...call,
          function: `${order}(int256 sizeDelta, uint256 desiredFillPrice)`,
          where: {
            sizeDelta: { atLeast: `-${toUnits(short)}`, atMost: toUnits(long) },
          },
        })),
        { ...call, function: 'closePosition(uint256 desiredFillPrice)' },
        { ...call, function: 'withdrawAllMargin()' },
        {
          ...call,
          // The market takes it without an approval.
          amounts: [
            {
              argument: 'marginDelta',
              asset: margin.asset,
              most: margin.max,
              path: ['margin', 'max'],
              spends: 'always' as const,
            },
          ],
          function: 'transferMargin(int256 marginDelta)',
          path: ['margin'],
        },
      ]
    }),
  explain: ({ margin, markets }) => {
    const sizes = Object.entries(markets).map(
      ([market, { long, short }]) =>
        `${market} (one order from ${Number(short) === 0 ? '' : '-'}${sayAmount(short)} to ${sayAmount(long)})`,
    )
    return `trade on ${sayList(sizes)}, close positions, take margin back, and put in margin of at most ${sayAmount(margin.max)} ${margin.asset} in one call`
  },
  schema: strictObject({
    preset: presetKey('synthetixPerpsV2'),
    markets: z
      .record(
        writtenReferenceSchema,
        strictObject({
          long: sizeSchema.describe('Most that one order may buy.'),
          short: sizeSchema.describe('Most that one order may sell.'),
        }),
      )
      .refine((markets) => Object.keys(markets).length > 0, {
        error: 'No market is permitted.\nName one, with the sizes of an order.',
      })
      .describe('Every market, with the sizes of one order.'),
    margin: strictObject({
      asset: nameSchema.describe('The token that margin is paid in.'),
      max: amountSchema.describe('Most that one call may put in.'),
    }),
    ...sharedFields,
  }),
})

function toUnits(size: number | string): string {
  return String(parseAmount(size, sizeDecimals))
}
