import { z } from 'zod'

import {
  amountSchema,
  nameSchema,
  referenceSchema,
} from '../document/scalars.ts'
import { sharedFields } from '../document/sharedFields.ts'
import { strictObject } from '../document/strictObject.ts'
import { sayAmount, sayList } from '../explain/phrases.ts'
import { definePreset, type PresetAmount, presetKey } from './preset.ts'

const capsSchema = z
  .record(nameSchema, amountSchema)
  .refine((caps) => Object.keys(caps).length > 0, {
    error: 'No asset is permitted.\nName one, with the most of one call.',
  })

/** Where the pool reads the greatest amount as "all", that must be said. */
const capsOrAllSchema = z
  .record(
    nameSchema,
    z.union([
      z.literal(
        'all',
        'This is neither an amount nor `all`.\nWrite a decimal number such as "100.5", or `all` for any amount.',
      ),
      amountSchema,
    ]),
  )
  .refine((caps) => Object.keys(caps).length > 0, {
    error: 'No asset is permitted.\nName one, with the most of one call.',
  })

/** Only the variable rate is left. */
const variableRate = 2

const actions = {
  supply: {
    function:
      'supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
    spends: 'unlessApproved',
    where: { onBehalfOf: 'account' },
  },
  withdraw: {
    function: 'withdraw(address asset, uint256 amount, address to)',
    spends: undefined,
    where: { to: 'account' },
  },
  // A debt is spent credit.
  borrow: {
    function:
      'borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
    spends: 'always',
    where: { interestRateMode: variableRate, onBehalfOf: 'account' },
  },
  repay: {
    function:
      'repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
    spends: 'unlessApproved',
    where: { interestRateMode: variableRate, onBehalfOf: 'account' },
  },
} as const satisfies Record<
  string,
  {
    function: string
    spends: PresetAmount['spends']
    where: Readonly<Record<string, number | string>>
  }
>

const names = ['supply', 'withdraw', 'borrow', 'repay'] as const

/** Lending of the account's own on a pool with the interface of Aave's V3. */
export const aaveV3 = definePreset({
  expand: ({ pool, ...permission }) =>
    names.flatMap((name) =>
      Object.entries(permission[name] ?? {}).map(([symbol, cap]) => ({
        amounts: [
          {
            argument: 'amount',
            asset: symbol,
            most: cap === 'all' ? undefined : cap,
            path: [name, symbol],
            spends: actions[name].spends,
          },
        ],
        contract: pool,
        contractPath: ['pool'],
        function: actions[name].function,
        path: [name, symbol],
        pins: [{ argument: 'asset', path: [name, symbol], value: symbol }],
        where: actions[name].where,
      })),
    ),
  explain: ({ pool, ...permission }) => {
    const said = names.flatMap((name) => {
      const caps = permission[name]
      if (caps === undefined) return []
      const amounts = Object.entries(caps).map(([symbol, cap]) =>
        cap === 'all'
          ? `any amount of ${symbol}`
          : `at most ${sayAmount(cap)} ${symbol}`,
      )
      return [`${name} ${amounts.join(' or ')} in one call`]
    })
    return `on ${pool}, for the account itself, ${sayList(said)}`
  },
  schema: strictObject({
    preset: presetKey('aaveV3'),
    pool: referenceSchema.describe('The pool.'),
    supply: capsSchema
      .optional()
      .describe('Most of one call, for each asset that may be supplied.'),
    withdraw: capsOrAllSchema
      .optional()
      .describe('Most of one call for each asset, or `all`.'),
    borrow: capsSchema
      .optional()
      .describe('Most of one call, for each asset that may be borrowed.'),
    repay: capsOrAllSchema
      .optional()
      .describe('Most of one call for each asset, or `all`.'),
    ...sharedFields,
  }).refine((permission) => names.some((name) => permission[name]), {
    error:
      'Nothing is permitted on the pool.\nAdd `supply`, `withdraw`, `borrow` or `repay`.',
  }),
})
