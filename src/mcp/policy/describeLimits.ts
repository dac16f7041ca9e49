import type { z } from 'zod'

import { formatAmount } from '../input/parseAmount.ts'
import type { limitSchema } from '../tools/schemas.ts'
import type { LoadedPolicy } from './loadPolicy.ts'

export type LimitDescription = z.input<typeof limitSchema>

/** Describes each limit of a policy, in its order. */
export function describeLimits(
  loaded: Pick<LoadedPolicy, 'assets' | 'names' | 'policy'>,
): LimitDescription[] {
  const { assets, names, policy } = loaded
  return policy.data.limits.map((limit, index) => {
    const asset = assets[limit.asset] ?? { decimals: 0, symbol: '?' }
    const name = names.limits[index]?.name
    const group =
      limit.group === undefined ? undefined : policy.data.groups[limit.group]
    return {
      ...(name === undefined ? {} : { name }),
      amount: `${limit.amount}`,
      asset: asset.symbol,
      beyond: limit.action,
      formatted: formatAmount(limit.amount, asset),
      ...(group === undefined ? {} : { group }),
      per: names.limits[index]?.per ?? limit.kind,
      scope: limit.scope,
      ...(policy.data.assets[limit.asset]?.kind === 'erc20'
        ? { token: policy.data.assets[limit.asset]?.address }
        : {}),
    }
  })
}
