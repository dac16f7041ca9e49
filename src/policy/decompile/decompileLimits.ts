import { formatAmount } from '../document/amounts.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { formatDuration, formatTime } from '../document/times.ts'
import { weekAnchor } from '../format/constants.ts'
import type { PolicyData, PolicyLimit } from '../format/types.ts'
import type { Names } from './names.ts'

type DocumentLimit = PolicyDocument['limits'][number]

/** Writes the limits as a document has them. */
export function decompileLimits(
  policy: PolicyData,
  names: Names,
): readonly DocumentLimit[] {
  return policy.limits.map((limit): DocumentLimit => {
    const group =
      limit.group === undefined ? undefined : policy.groups[limit.group]
    const shared = {
      ...(group === undefined ? {} : { group }),
      per: getPeriod(limit),
      ...(limit.scope === 'account' ? { scope: limit.scope } : {}),
      ...(limit.action === 'deny' ? {} : { action: limit.action }),
    }
    const kind = policy.assets[limit.asset]?.kind
    if (kind === 'operations')
      return { operations: Number(limit.amount), ...shared }
    const decimals = names.getDecimals(limit.asset)
    const amount = formatAmount(limit.amount, decimals)
    return kind === 'gas'
      ? { gas: amount, ...shared }
      : { amount, asset: names.getSymbol(limit.asset), ...shared }
  })
}

function getPeriod({
  anchor,
  kind,
  length,
}: PolicyLimit): DocumentLimit['per'] {
  switch (kind) {
    case 'fixed':
      if (length === 3_600 && anchor === 0) return 'hour'
      if (length === 86_400 && anchor === 0) return 'day'
      if (length === 604_800 && anchor === weekAnchor) return 'week'
      return { every: formatDuration(length), from: formatTime(anchor) }
    case 'rollingAmount':
    case 'rollingCount':
      return { rolling: formatDuration(length) }
    default:
      return kind
  }
}
