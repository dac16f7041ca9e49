import { checkHeader } from './checkHeader.ts'
import { checkLimits } from './checkLimits.ts'
import { checkPermissions } from './checkPermissions.ts'
import { checkTables } from './checkTables.ts'
import { checkUse } from './checkUse.ts'
import { recordCounts } from './constants.ts'
import type { FormatFault } from './fault.ts'
import type { GetBlobAddresses, PolicyData } from './types.ts'

/**
 * Returns every reason for which a store would refuse the policy, as far as the
 * policy itself tells.
 */
export function checkPolicy(
  policy: PolicyData,
  getBlobAddresses: GetBlobAddresses = () => undefined,
): readonly FormatFault[] {
  const counts = checkCounts(policy)
  if (counts.length > 0) return counts
  return [
    ...checkHeader(policy),
    ...checkTables(policy),
    ...checkLimits(policy),
    ...checkPermissions(policy, getBlobAddresses),
    ...checkUse(policy),
  ]
}

function checkCounts(policy: PolicyData): readonly FormatFault[] {
  return Object.entries(recordCounts).flatMap(([name, max]) => {
    const { length } = policy[name as keyof typeof recordCounts]
    return length <= max
      ? []
      : [
          {
            at: [name],
            fix: `Have ${max} at most, or use a second agent.`,
            message: `There are ${length}, and a policy holds ${max}.`,
          },
        ]
  })
}
