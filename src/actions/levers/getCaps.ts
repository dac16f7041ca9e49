import { zeroAddress } from 'viem'

import { periodKinds } from '../../policy/format/constants.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { LeverCap } from '../../types/lever.ts'

/** Returns the limits of a policy as a lever shows them. */
export function getCaps(
  policy: Pick<PolicyData, 'assets' | 'limits'>,
): readonly LeverCap[] {
  return policy.limits.map(({ amount, asset, kind, length }) => ({
    amount,
    asset: policy.assets[asset]?.address ?? zeroAddress,
    kind: BigInt(periodKinds.indexOf(kind)),
    length: BigInt(length),
  }))
}
