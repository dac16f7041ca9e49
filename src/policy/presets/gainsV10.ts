import { z } from 'zod'

import { parseAmount } from '../document/amounts.ts'
import {
  amountSchema,
  nameSchema,
  referenceSchema,
} from '../document/scalars.ts'
import { sharedFields } from '../document/sharedFields.ts'
import { strictObject } from '../document/strictObject.ts'
import { sayAmount, sayList } from '../explain/phrases.ts'
import { definePreset, presetKey } from './preset.ts'

/** Leverage and slippage have three decimals, and these greatest values. */
const leverageSchema = toThousandths(16_777_215n, '16777.215')
const slippageSchema = toThousandths(65_535n, '65.535')

const openTrade = `openTrade((${[
  'address user',
  'uint32 index',
  'uint16 pairIndex',
  'uint24 leverage',
  'bool long',
  'bool isOpen',
  'uint8 collateralIndex',
  'uint8 tradeType',
  'uint120 collateralAmount',
  'uint64 openPrice',
  'uint64 tp',
  'uint64 sl',
  'bool isCounterTrade',
  'uint160 positionSizeToken',
  'uint24 placeholder',
].join(', ')}) trade, uint16 maxSlippageP, address referrer)`

/** Leveraged market orders on the diamond of Gains Network (gTrade), V10. */
export const gainsV10 = definePreset({
  expand: ({ collateral, diamond, markets, maxSlippage }) => {
    const call = { contract: diamond, contractPath: ['diamond'] }
    return [
      ...markets.map((market, index) => ({
        ...call,
        amounts: [
          {
            argument: 'trade.collateralAmount',
            asset: collateral.asset,
            most: market.collateral,
            path: ['markets', index, 'collateral'],
            spends: 'unlessApproved' as const,
          },
        ],
        function: openTrade,
        path: ['markets', index],
        pins: [
          {
            argument: 'trade.pairIndex',
            path: ['markets', index, 'pair'],
            value: market.pair,
          },
        ],
        where: {
          maxSlippageP: { atMost: toUnits(maxSlippage) },
          'trade.collateralIndex': collateral.index,
          'trade.isCounterTrade': false,
          'trade.leverage': { atMost: toUnits(market.leverage) },
          // A market order, which waits for nothing.
          'trade.tradeType': 0,
          'trade.user': 'account',
        },
      })),
      {
        ...call,
        amounts: [],
        function: 'closeTradeMarket(uint32 index, uint64 expectedPrice)',
        path: ['diamond'],
        pins: [],
        where: {},
      },
    ]
  },
  explain: ({ collateral, diamond, markets, maxSlippage }) => {
    const said = markets.map(
      (market) =>
        `pair ${market.pair} (at most ${sayAmount(market.leverage)} times ${sayAmount(market.collateral)} ${collateral.asset})`,
    )
    return `open trades of the account itself on ${diamond} by market order in ${sayList(said)}, with at most ${sayAmount(maxSlippage)} % of slippage, and close them`
  },
  schema: strictObject({
    preset: presetKey('gainsV10'),
    diamond: referenceSchema.describe('The diamond.'),
    collateral: strictObject({
      asset: nameSchema.describe('The token that trades are paid in.'),
      index: z
        .int('This is no index of a collateral.\nWrite its number, such as 3.')
        .min(1)
        .max(255)
        .describe('Its number on the diamond.'),
    }),
    markets: z
      .array(
        strictObject({
          pair: z
            .int('This is no index of a pair.\nWrite its number, such as 0.')
            .min(0)
            .max(65_535)
            .describe('Number of the pair.'),
          leverage: leverageSchema.describe('Greatest leverage.'),
          collateral: amountSchema.describe('Most collateral of one trade.'),
        }),
      )
      .min(1, 'No market is permitted.\nList one.')
      .describe('Every market, with its caps.'),
    maxSlippage: slippageSchema.describe(
      'Greatest slippage from the price that the trade names, in percent.',
    ),
    ...sharedFields,
  }),
})

function toThousandths(max: bigint, said: string) {
  return amountSchema.refine(
    (number) => {
      const units = parseAmount(number, 3)
      return units !== undefined && units > 0n && units <= max
    },
    {
      error: `It is not above 0, above ${said}, or has more than three decimals.\nHave at most ${said}.`,
    },
  )
}

function toUnits(number: number | string): string {
  return String(parseAmount(number, 3))
}
