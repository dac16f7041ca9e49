import type { Address, Hex } from 'viem'

import type { PolicyDocument } from '../document/policySchema.ts'
import { nameSchema } from '../document/scalars.ts'
import { decodeSet } from '../format/decodeSet.ts'
import { getBlobHash } from '../format/getBlobHash.ts'
import type { PolicyData, PolicySet } from '../format/types.ts'

/** What a token is called, where the bytes do not say. */
type TokenName = { decimals: number; symbol: string }

export type DecompileParameters = {
  /** Blobs of the sets that the policy names by their ids. */
  sets?: readonly Hex[] | undefined
  /**
   * Symbols and decimals by address.
   *
   * @default names such as `token1`, and amounts in base units
   */
  tokens?: Readonly<Record<Address, TokenName>> | undefined
}

/** Names for what the bytes number. */
export type Names = {
  assets: PolicyDocument['assets']
  getDecimals: (asset: number) => number
  getSet: (set: number) => string
  getSymbol: (asset: number) => string
  sets: NonNullable<PolicyDocument['sets']>
}

/** Most bytes of a set that a document need not call embedded. */
const maxPlainSize = 20_480

/** Names the assets and the sets of a policy. */
export function createNames(
  policy: PolicyData,
  { sets: blobs = [], tokens = {} }: DecompileParameters,
): Names {
  const known = new Map(
    Object.entries(tokens).map(([address, name]) => [
      address.toLowerCase(),
      name,
    ]),
  )
  const taken = new Set<string>()
  const names = policy.assets.map(({ address, kind }, index): TokenName => {
    const given = known.get(address.toLowerCase())
    const isUsable =
      given !== undefined && nameSchema.safeParse(given.symbol).success
    const symbol =
      kind === 'native' ? 'native' : isUsable ? given.symbol : `token${index}`
    const isTaken = (name: string) => taken.has(name) || /^set\d+$/.test(name)
    // A token may call itself what another one would be called instead.
    let unique = symbol
    while (isTaken(unique)) unique = `${unique}-${index}`
    taken.add(unique)
    const decimals = kind === 'erc721' ? 0 : (given?.decimals ?? 0)
    return {
      decimals: kind === 'native' || kind === 'gas' ? 18 : decimals,
      symbol: unique,
    }
  })
  const byHash = new Map(blobs.map((bytes) => [getBlobHash(bytes), bytes]))
  const getSet = (set: number) => `set${set}`
  return {
    assets: Object.fromEntries(
      policy.assets.flatMap((asset, index) => {
        const { decimals, symbol } = names[index] ?? { decimals: 0, symbol: '' }
        const named = toDocumentAsset(asset, decimals)
        return named === undefined ? [] : [[symbol, named]]
      }),
    ),
    getDecimals: (asset) => names[asset]?.decimals ?? 0,
    getSet,
    getSymbol: (asset) => names[asset]?.symbol ?? '',
    sets: Object.fromEntries(
      policy.sets.map((set, index) => [
        getSet(index),
        toDocumentSet(set, byHash),
      ]),
    ),
  }
}

function toDocumentAsset(
  { address, id, kind }: PolicyData['assets'][number],
  decimals: number,
): PolicyDocument['assets'][string] | undefined {
  switch (kind) {
    case 'native':
      return { type: 'native' }
    case 'erc20':
      return { address, decimals, type: 'erc20' }
    case 'erc721':
      return { address, type: 'erc721' }
    case 'erc1155':
      return { address, decimals, id: id.toString(), type: 'erc1155' }
    default:
      return undefined
  }
}

function toDocumentSet(
  set: PolicySet,
  blobs: ReadonlyMap<Hex, Hex>,
): Names['sets'][string] {
  if (!('blobHash' in set)) {
    if (set.kind === 'words') return { external: false, values: [...set.words] }
    return set.addresses.length * 20 > maxPlainSize
      ? { external: false, members: [...set.addresses] }
      : [...set.addresses]
  }
  const bytes = blobs.get(set.blobHash)
  if (bytes === undefined)
    return {
      published: set.blobHash,
      type: set.kind === 'addressesBlob' ? 'addresses' : 'words',
    }
  const elements = decodeSet(bytes)
  return elements.kind === 'addresses'
    ? { external: true, members: [...elements.addresses] }
    : { external: true, values: [...elements.words] }
}
