import type { DocumentPath } from '../document/path.ts'
import type { PolicyPlainRule } from '../format/types.ts'
import { getLeast } from '../getLeast.ts'
import { CompileFault } from './context.ts'
import type { NamedAsset } from './createAssetTable.ts'
import { getBaseUnits } from './getBaseUnits.ts'
import type { PermissionScope } from './permissionEntry.ts'

/** Most wei of one call: as stated, or the smallest limit on the asset. */
export function getValueCap(
  { assets, limits }: PermissionScope,
  max: number | string | undefined,
  { group }: PolicyPlainRule,
  native: NamedAsset,
  path: DocumentPath,
): bigint {
  const index = assets.getIndex(native, path)
  if (max !== undefined) {
    const cap = getBaseUnits(max, native, [...path, 'max'])
    if (cap > 0n) return cap
    throw new CompileFault(
      [...path, 'max'],
      'The amount is zero, which permits nothing.',
      'Have it above zero.',
    )
  }
  const amounts = limits
    .filter((limit) => limit.asset === index && limit.action === 'deny')
    .filter((limit) => limit.group === undefined || limit.group === group)
    .map(({ amount }) => amount)
  return getLeast(amounts) ?? 0n
}
