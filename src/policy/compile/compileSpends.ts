import type { DocumentPath } from '../document/path.ts'
import type { PolicySpend } from '../format/types.ts'
import { getAsset } from './createAssetTable.ts'
import type { CallPermission, PermissionScope } from './permissionEntry.ts'

/** Compiles what a call spends; `getWord` finds the word of each amount. */
export function compileSpends(
  { assets, context }: PermissionScope,
  { spends }: CallPermission,
  path: DocumentPath,
  getWord: (index: number) => number | undefined,
): readonly PolicySpend[] {
  return (spends ?? []).map(({ asset: symbol }, index) => {
    const place = [...path, 'spends', index, 'asset']
    const asset = assets.getIndex(getAsset(context, symbol, place), place)
    const word = getWord(index)
    return word === undefined ? { asset } : { asset, word }
  })
}
