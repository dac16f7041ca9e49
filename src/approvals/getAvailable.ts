import type { GetUsageReturnType } from '../actions/read/getUsage.ts'
import { isSameAsset } from './addHeld.ts'
import type { HeldAmount } from './approvalRecord.ts'

type Limits = NonNullable<GetUsageReturnType>['limits']

export type GetAvailableParameters = {
  /** As the store's `getHeld` returns it. */
  held: readonly HeldAmount[]
  /** As `getUsage` returns it. */
  limits: Limits
}

/** Amounts are in base units of the limit's asset. */
export type AvailableLimit = Limits[number] & {
  /** What is left, less what is held. */
  available: bigint
  held: bigint
}

/**
 * Subtracts what open requests hold from what is left of each limit. A limit on one
 * operation is left as it is.
 *
 * Advisory: the chain holds nothing for requests. A limit of a group or a later
 * period may have more available than this says.
 *
 * @param parameters - {@link GetAvailableParameters}
 * @returns Limits, in the policy's order
 */
export function getAvailable(
  parameters: GetAvailableParameters,
): readonly AvailableLimit[] {
  return parameters.limits.map((usage) => {
    const sum = parameters.held.find(({ asset }) =>
      isSameAsset(asset, usage.asset),
    )
    const held = usage.limit.kind === 'operation' ? 0n : (sum?.amount ?? 0n)
    const { remaining } = usage
    return {
      ...usage,
      available: remaining > held ? remaining - held : 0n,
      held,
    }
  })
}
