import { expect } from 'chai'
import fc from 'fast-check'
import { encodeFunctionData, type Hex, parseAbi } from 'viem'

import { PolicyDocumentError } from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import type { PolicyData } from '../../src/policy/format/types.ts'
import { addresses, base, chainId } from './documents.ts'
import { holds, permits } from './holds.ts'

type Permission = PolicyDocument['permissions'][number]
type Preset = Extract<Permission, { preset: unknown }>

const symbols = ['ONE', 'TWO', 'THREE', 'FOUR'] as const
type Token = (typeof symbols)[number]

const tokens = Object.fromEntries(
  symbols.map((symbol, index) => [
    symbol,
    {
      address: `0x${String(index + 6).repeat(40)}` as Hex,
      decimals: 0,
      type: 'erc20' as const,
    },
  ]),
)
const toAddress = (symbol: string): Hex => tokens[symbol]?.address ?? '0x'

const abi = parseAbi([
  'struct Params { address tokenIn; address tokenOut; uint24 fee; address recipient; uint256 amountIn; uint256 amountOutMinimum; uint160 sqrtPriceLimitX96; }',
  'function exactInputSingle(Params params)',
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
])

/** The policy; undefined where the routes cannot be told apart. */
function compile(preset: Preset): PolicyData | undefined {
  const document: PolicyDocument = {
    ...base,
    assets: { ETH: base.assets.ETH, ...tokens },
    limits: [
      ...symbols.map((asset) => ({
        amount: 100,
        asset,
        per: 'day' as const,
      })),
      { amount: 1, asset: 'ETH', per: 'day' },
    ],
    permissions: [
      { to: 'alice', transfer: 'ETH' },
      ...symbols.map((transfer) => ({ to: 'alice', transfer })),
      preset,
    ],
  }
  try {
    return decodePolicy(compilePolicy(document, { chainId }).bytes)
  } catch (error) {
    if (!(error instanceof PolicyDocumentError)) throw error
    expect(error.issues.map(({ message }) => message)).to.deep.equal([
      'No one place tells these apart.',
    ])
    return undefined
  }
}

/** Most of each token, which tells apart the rules of each. */
const getMost = (symbol: Token) => 10 + symbols.indexOf(symbol)
/** Every list of this many tokens. */
const getLists = (length: number): readonly (readonly Token[])[] =>
  length === 0
    ? [[]]
    : getLists(length - 1).flatMap((list) =>
        symbols.map((symbol) => [...list, symbol]),
      )
const paths = [...getLists(2), ...getLists(3)]
const sound = paths.filter(
  (path) =>
    path[0] !== path.at(-1) &&
    path.every((token, index) => token !== path[index + 1]),
)

describe('any preset of swaps', () => {
  it('permits the paths that it lists, and no others', () => {
    let compiled = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...sound), {
          maxLength: 6,
          minLength: 1,
        }),
        (listed) => {
          const firsts = listed.map(([first]) => first as Token)
          const policy = compile({
            maxIn: Object.fromEntries(
              firsts.map((symbol) => [symbol, getMost(symbol)]),
            ),
            paths: listed as never,
            preset: 'uniswapV2',
            router: 'router',
          })
          if (policy === undefined) return
          compiled += 1
          for (const path of [...paths, ...getLists(1), []]) {
            const most = getMost(path[0] ?? 'ONE')
            const isListed = listed.some((one) => one.join() === path.join())
            for (const [amount, to, isAllowed] of [
              [most, holds.account, isListed],
              [most + 1, holds.account, false],
              [0, holds.account, false],
              [most, addresses.bob, false],
            ] as const) {
              const data = encodeFunctionData({
                abi,
                args: [BigInt(amount), 1n, path.map(toAddress), to, 9n],
                functionName: 'swapExactTokensForTokens',
              })
              expect(
                permits(policy, addresses.router, data),
                `${path.join()} of ${listed.join(' ')}`,
              ).to.equal(isAllowed)
            }
          }
        },
      ),
      { numRuns: 150 },
    )
    expect(compiled).to.be.greaterThan(30)
  })

  it('permits the pools that it lists, and no others', () => {
    const pools = getLists(2).flatMap(([from, to]) =>
      [100, 500].map((fee) => ({ fee, from: from as Token, to: to as Token })),
    )
    let compiled = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.constantFrom(...pools.filter(({ from, to }) => from !== to)),
          { maxLength: 8, minLength: 1 },
        ),
        (listed) => {
          const policy = compile({
            maxIn: Object.fromEntries(
              listed.map(({ from }) => [from, getMost(from)]),
            ),
            pools: listed,
            preset: 'uniswapV3',
            router: 'router',
          })
          if (policy === undefined) return
          compiled += 1
          for (const pool of [
            ...pools,
            { fee: 3000, from: 'ONE', to: 'TWO' } as const,
          ]) {
            const most = getMost(pool.from)
            for (const [amount, recipient, isAllowed] of [
              [most, holds.account, listed.includes(pool as never)],
              [most + 1, holds.account, false],
              [0, holds.account, false],
              [most, addresses.bob, false],
            ] as const) {
              const data = encodeFunctionData({
                abi,
                args: [
                  {
                    amountIn: BigInt(amount),
                    amountOutMinimum: 1n,
                    fee: pool.fee,
                    recipient,
                    sqrtPriceLimitX96: 0n,
                    tokenIn: toAddress(pool.from),
                    tokenOut: toAddress(pool.to),
                  },
                ],
                functionName: 'exactInputSingle',
              })
              expect(permits(policy, addresses.router, data)).to.equal(
                isAllowed,
              )
            }
          }
        },
      ),
      { numRuns: 150 },
    )
    expect(compiled).to.be.greaterThan(30)
  })
})
