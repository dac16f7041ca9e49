import { type Hex, zeroAddress } from 'viem'

import {
  actions,
  assetKinds,
  periodKinds,
} from '../../policy/format/constants.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { LeverCap } from '../../types/lever.ts'

const noGroup: Hex = `0x${'00'.repeat(16)}`

/** Returns the limits of a policy as a lever shows them. */
export function getCaps(
  policy: Pick<PolicyData, 'assets' | 'groups' | 'limits'>,
): readonly LeverCap[] {
  return policy.limits.map((limit) => {
    const asset = policy.assets[limit.asset]
    const group =
      limit.group === undefined ? undefined : policy.groups[limit.group]
    return {
      action: BigInt(actions.indexOf(limit.action)),
      amount: limit.amount,
      anchor: BigInt(limit.anchor),
      asset: asset?.address ?? zeroAddress,
      assetKind: BigInt(assetKinds.indexOf(asset?.kind)),
      group: group ?? noGroup,
      id: asset?.id ?? 0n,
      length: BigInt(limit.length),
      period: BigInt(periodKinds.indexOf(limit.kind)),
      scope:
        (limit.scope === 'account' ? 1n : 0n) + (group === undefined ? 0n : 2n),
    }
  })
}
