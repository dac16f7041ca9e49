import { zeroAddress } from 'viem'

import type { DocumentPath } from '../document/path.ts'
import { encodeAsset } from '../format/encodePolicy.ts'
import type { PolicyAsset } from '../format/types.ts'
import {
  attempt,
  type CompileContext,
  CompileFault,
  getOwn,
} from './context.ts'
import { getLocation } from './getAddressOf.ts'

/** An asset that the document names, on the chain that is compiled for. */
export type NamedAsset = PolicyAsset & {
  /** Decimals of one whole unit; 0 for what is counted. */
  decimals: number
  symbol: string
}

export type AssetTable = {
  /** In the policy's order. */
  assets: readonly NamedAsset[]
  /** Index of the asset in the policy. Refuses one that has no limit. */
  getIndex: (asset: NamedAsset, path: DocumentPath) => number
}

const counted = { address: zeroAddress, id: 0n } as const

/** Every operation, as an asset of which one is spent by each. */
export const operationsAsset: NamedAsset = {
  ...counted,
  decimals: 0,
  kind: 'operations',
  symbol: 'operations',
}

/** Maximal prefund, as an asset. */
export const gasAsset: NamedAsset = {
  ...counted,
  decimals: 18,
  kind: 'gas',
  symbol: 'gas',
}

/** Resolves the name of an asset. */
export function getAsset(
  context: CompileContext,
  symbol: string,
  path: DocumentPath,
): NamedAsset {
  const asset = getOwn(context.document.assets, symbol)
  if (asset === undefined)
    throw new CompileFault(
      path,
      `No asset is named "${symbol}".`,
      `Add it to \`assets\`, or write one of: ${Object.keys(context.document.assets).join(', ')}.`,
    )
  if (asset.type === 'native')
    return { ...counted, decimals: 18, kind: 'native', symbol }

  const address = getLocation(context, asset.address, symbol, path)
  if (asset.type === 'erc721')
    return { address, decimals: 0, id: 0n, kind: 'erc721', symbol }
  if (asset.type === 'erc20')
    return { address, decimals: asset.decimals, id: 0n, kind: 'erc20', symbol }
  const id = BigInt(asset.id)
  if (id >= 1n << 256n)
    throw new CompileFault(
      ['assets', symbol, 'id'],
      'The token id is above 2^256 - 1.',
      'Write the id that the token has.',
    )
  return { address, decimals: asset.decimals ?? 0, id, kind: 'erc1155', symbol }
}

/** The native asset, by the name that the document gives it. */
export function getNative(
  context: CompileContext,
  path: DocumentPath,
): NamedAsset {
  const symbol = Object.entries(context.document.assets).find(
    ([, asset]) => asset.type === 'native',
  )?.[0]
  if (symbol !== undefined) return getAsset(context, symbol, path)
  throw new CompileFault(
    path,
    'The call carries value, and the document has no native asset.',
    'Add `ETH: { type: native }` to `assets`, and a limit on it.',
  )
}

/** Orders the assets that have a limit: they are what may be spent. */
export function createAssetTable(context: CompileContext): AssetTable {
  const { limits } = context.document
  const limited = new Map<string, NamedAsset>()
  limits.forEach((limit, index) => {
    attempt(context, () => {
      const asset =
        'asset' in limit
          ? getAsset(context, limit.asset, ['limits', index, 'asset'])
          : 'gas' in limit
            ? gasAsset
            : operationsAsset
      limited.set(encodeAsset(asset), asset)
    })
  })
  const keys = [...limited.keys()].sort()
  return {
    assets: keys.flatMap((key) => limited.get(key) ?? []),
    getIndex: (asset, path) => {
      const index = keys.indexOf(encodeAsset(asset))
      if (index === -1)
        throw new CompileFault(
          path,
          `"${asset.symbol}" has no limit, and what has no budget cannot move.`,
          `Add a limit such as { asset: ${asset.symbol}, amount: "100", per: day }.`,
        )
      return index
    },
  }
}
