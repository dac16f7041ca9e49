import type { DocumentPath } from '../document/path.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { parseDuration } from '../document/times.ts'
import { weekAnchor } from '../format/constants.ts'
import { encodeLimitKey } from '../format/encodePolicy.ts'
import type { PolicyLimit } from '../format/types.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import {
  type AssetTable,
  gasAsset,
  getAsset,
  type NamedAsset,
  operationsAsset,
} from './createAssetTable.ts'
import type { GroupTable } from './createGroupTable.ts'
import { getBaseUnits } from './getBaseUnits.ts'
import { getTime } from './getTime.ts'

type DocumentLimit = PolicyDocument['limits'][number]
type Period = Pick<PolicyLimit, 'anchor' | 'kind' | 'length'>

/** A limit, and where its owner wrote it. */
export type LimitEntry = {
  limit: PolicyLimit
  path: DocumentPath
  source: DocumentLimit
  symbol: string
}

/** Compiles the limits, in the policy's order. */
export function compileLimits(
  context: CompileContext,
  assets: AssetTable,
  groups: GroupTable,
): readonly LimitEntry[] {
  const entries = context.document.limits.flatMap((source, index) => {
    const path = ['limits', index]
    return (
      attempt(context, () => {
        const asset = getLimitAsset(context, source, path)
        return {
          limit: {
            ...getPeriod(source, asset, path),
            action: source.action ?? 'deny',
            amount: getAmount(source, asset, path),
            asset: assets.getIndex(asset, path),
            group: groups.getIndex(source.group, [...path, 'group']),
            scope: source.scope ?? 'agent',
          },
          path,
          source,
          symbol: asset.symbol,
        } satisfies LimitEntry
      }) ?? []
    )
  })
  const sorted = entries
    .map((entry) => ({ entry, key: encodeLimitKey(entry.limit) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
  sorted.forEach(({ entry, key }, index) => {
    const before = sorted[index - 1]
    if (before?.key !== key) return
    context.faults.push({
      fix: 'Keep the smaller one.',
      message: `It counts the same as limits[${before.entry.path[1]}].`,
      path: entry.path,
    })
  })
  return sorted.map(({ entry }) => entry)
}

function getLimitAsset(
  context: CompileContext,
  limit: DocumentLimit,
  path: DocumentPath,
): NamedAsset {
  if ('asset' in limit)
    return getAsset(context, limit.asset, [...path, 'asset'])
  return 'gas' in limit ? gasAsset : operationsAsset
}

function getAmount(
  limit: DocumentLimit,
  asset: NamedAsset,
  path: DocumentPath,
): bigint {
  const key =
    'asset' in limit ? 'amount' : 'gas' in limit ? 'gas' : 'operations'
  const written =
    'asset' in limit
      ? limit.amount
      : 'gas' in limit
        ? limit.gas
        : limit.operations
  const amount = getBaseUnits(written, asset, [...path, key])
  if (amount === 0n && limit.action === undefined)
    throw new CompileFault(
      [...path, key],
      'The amount is zero, which permits nothing.',
      'Have it above zero, or leave out what moves the asset.',
    )
  return amount
}

function getPeriod(
  { per }: DocumentLimit,
  asset: NamedAsset,
  path: DocumentPath,
): Period {
  const fixed = (length: number, anchor: number): Period => ({
    anchor,
    kind: 'fixed',
    length,
  })
  if (per === 'hour') return fixed(3_600, 0)
  if (per === 'day') return fixed(86_400, 0)
  if (per === 'week') return fixed(604_800, weekAnchor)
  if (typeof per === 'string') return { anchor: 0, kind: per, length: 0 }
  if ('every' in per) {
    const from = getTime(per.from ?? 0, [...path, 'per', 'from'])
    return fixed(getLength(per.every, [...path, 'per', 'every']), from)
  }
  return {
    anchor: 0,
    kind: asset.kind === 'operations' ? 'rollingCount' : 'rollingAmount',
    length: getLength(per.rolling, [...path, 'per', 'rolling']),
  }
}

function getLength(duration: string, path: DocumentPath): number {
  const length = parseDuration(duration)
  if (length < 60 || length >= 2 ** 32)
    throw new CompileFault(
      path,
      `${duration} is no period.`,
      'Have a minute or more, and 136 years at most.',
    )
  return length
}
