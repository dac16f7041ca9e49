import { z } from 'zod'

import type { DocumentPath } from '../document/path.ts'
import { amountSchema, nameSchema } from '../document/scalars.ts'
import { sayAmount } from '../explain/phrases.ts'
import type { PresetAmount } from './preset.ts'

/** Bounds of a swap, by token. */
export const swapFields = {
  maxIn: z
    .record(nameSchema, amountSchema)
    .describe('Most that one swap pays, for each token that is paid.'),
  minOut: z
    .record(nameSchema, amountSchema)
    .optional()
    .describe(
      'Least that one swap must bring, for each token. Default: one base unit.',
    ),
}

type SwapBounds = {
  readonly maxIn: Readonly<Record<string, number | string>>
  readonly minOut?: Readonly<Record<string, number | string>> | undefined
}

/** What is paid first and received last. */
type SwapRoute = { from: string; path: DocumentPath; to: string }

/** Says what is wrong with the bounds of these routes. */
export function checkSwap(
  { maxIn, minOut = {} }: SwapBounds,
  routes: readonly SwapRoute[],
  refuse: (path: DocumentPath, message: string) => void,
): void {
  const paid = new Set(routes.map(({ from }) => from))
  const received = new Set(routes.map(({ to }) => to))
  for (const { from, path, to } of routes) {
    if (!Object.hasOwn(maxIn, from))
      refuse(
        path,
        `Nothing says how much ${from} one swap may pay.\nAdd it to \`maxIn\`.`,
      )
    if (from === to)
      refuse(
        path,
        'It ends with the token that it begins with.\nHave it lead to another token.',
      )
  }
  for (const symbol of Object.keys(maxIn))
    if (!paid.has(symbol))
      refuse(
        ['maxIn', symbol],
        `No swap begins with ${symbol}.\nTake it out, or add the swap.`,
      )
  for (const symbol of Object.keys(minOut))
    if (!received.has(symbol))
      refuse(
        ['minOut', symbol],
        `No swap ends with ${symbol}.\nTake it out, or add the swap.`,
      )
}

/** The two amounts of one swap, by the names of their arguments. */
export function toSwapAmounts(
  { maxIn, minOut = {} }: SwapBounds,
  { from, to }: Pick<SwapRoute, 'from' | 'to'>,
  names: { amountIn: string; amountOut: string },
): readonly PresetAmount[] {
  const least = Object.hasOwn(minOut, to) ? minOut[to] : undefined
  return [
    {
      argument: names.amountIn,
      asset: from,
      most: maxIn[from],
      path: ['maxIn', from],
      spends: 'unlessApproved',
    },
    { argument: names.amountOut, asset: to, least, path: ['minOut', to] },
  ]
}

/** Says the bounds of a swap. */
export function saySwapBounds({ maxIn, minOut = {} }: SwapBounds): string {
  const say = (amounts: Readonly<Record<string, number | string>>) =>
    Object.entries(amounts)
      .map(([symbol, amount]) => `${sayAmount(amount)} ${symbol}`)
      .join(' or ')
  const least = say(minOut)
  return [
    `at most ${say(maxIn)} in one call`,
    `for ${least === '' ? 'more than nothing' : `at least ${least}`}`,
  ].join(', ')
}
