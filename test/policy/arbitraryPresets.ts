import fc from 'fast-check'

/** An amount above zero, in whole units. */
export const amount = fc
  .integer({ max: 1_000_000, min: 1 })
  .map((number) => String(number))

/** Some presets, none twice, of the tokens that a document may spend. */
export function arbitraryPresets(
  tokens: readonly ('DAI' | 'USDC')[],
): fc.Arbitrary<readonly object[]> {
  const [first, second] = tokens
  if (first === undefined) return fc.constant([])
  const presets: fc.Arbitrary<object>[] = [
    fc
      .record({ borrow: amount, repay: amount, supply: amount })
      .map(({ borrow, repay, supply }) => ({
        borrow: { [first]: borrow },
        pool: 'pool',
        preset: 'aaveV3',
        repay: Object.fromEntries(tokens.map((symbol) => [symbol, repay])),
        supply: Object.fromEntries(tokens.map((symbol) => [symbol, supply])),
        withdraw: { [first]: 'all' },
      })),
    fc
      .record({ long: amount, max: amount, short: amount })
      .map(({ long, max, short }) => ({
        margin: { asset: first, max },
        markets: { perps: { long, short } },
        preset: 'synthetixPerpsV2',
      })),
    fc
      .uniqueArray(fc.integer({ max: 9, min: 0 }), { minLength: 1 })
      .chain((pairs) =>
        fc.record({
          collateral: fc.constant({ asset: first, index: 3 }),
          diamond: fc.constant('gains'),
          markets: fc.tuple(
            ...pairs.map((pair) =>
              fc.record({
                collateral: amount,
                leverage: fc.integer({ max: 150, min: 1 }),
                pair: fc.constant(pair),
              }),
            ),
          ),
          maxSlippage: fc.constantFrom('0.125', 1, 65),
          preset: fc.constant('gainsV10'),
        }),
      ),
  ]
  if (second !== undefined)
    presets.push(
      fc
        .record({ most: amount, shape: fc.constantFrom(0, 1, 2) })
        .map(({ most, shape }) => ({
          maxIn: { [first]: most, ...(shape === 0 ? {} : { [second]: most }) },
          minOut: { [second]: '0.5' },
          // What lies in the middle is no asset that the document spends.
          paths: [
            [
              [first, second],
              [first, 'venue', second],
            ],
            [
              [first, second],
              [second, first],
            ],
            [
              [first, 'venue', second],
              [second, 'venue', 'erin', first],
            ],
          ][shape],
          preset: 'uniswapV2',
          router: 'swaps',
        })),
      fc
        .record({
          fees: fc.uniqueArray(fc.constantFrom(100, 500, 3000), {
            minLength: 1,
          }),
          isBoth: fc.boolean(),
          least: amount,
          most: amount,
        })
        .map(({ fees, isBoth, least, most }) => ({
          maxIn: { [first]: most, ...(isBoth ? { [second]: most } : {}) },
          minOut: { [second]: least },
          pools: fees.flatMap((fee) => [
            { fee, from: first, to: second },
            ...(isBoth ? [{ fee, from: second, to: first }] : []),
          ]),
          preset: 'uniswapV3',
          router: 'swaps',
        })),
    )
  return fc
    .tuple(...presets.map((preset) => fc.option(preset, { nil: undefined })))
    .map((chosen) =>
      chosen.filter((preset): preset is object => preset !== undefined),
    )
}
