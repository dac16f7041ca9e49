import { concatHex, type Hex, keccak256, numberToHex, pad } from 'viem'

import { PolicyBytesError } from '../../errors/policyDocument.ts'
import { assetKinds, periodKinds } from './constants.ts'
import { encodeScope } from './encodePolicy.ts'
import type { PolicyData } from './types.ts'

export type GetMeterIdParameters = {
  /** Number that the account has given the agent. */
  agentNumber: number
  /** Index of the limit in the policy. */
  limit: number
  policy: Pick<PolicyData, 'assets' | 'groups' | 'limits'>
}

/**
 * Returns the key of the meter that counts for a limit.
 *
 * It does not depend on the limit's amount, nor on where the policy has it.
 */
export function getMeterId({
  agentNumber,
  limit: index,
  policy,
}: GetMeterIdParameters): Hex {
  const limit = policy.limits[index]
  const asset = policy.assets[limit?.asset ?? -1]
  if (limit === undefined || asset === undefined)
    throw new PolicyBytesError({
      reasons: [`The policy has no limit with index ${index}.`],
    })

  const window = concatHex([
    encodeScope(limit),
    numberToHex(periodKinds.indexOf(limit.kind), { size: 1 }),
    numberToHex(limit.length, { size: 4 }),
    numberToHex(limit.anchor, { size: 6 }),
    numberToHex(limit.scope === 'account' ? 0 : agentNumber, { size: 2 }),
  ])
  const group = limit.group === undefined ? '0x' : policy.groups[limit.group]
  return keccak256(
    concatHex([
      pad(window, { size: 32 }),
      pad(group ?? '0x', { dir: 'right', size: 32 }),
      pad(
        concatHex([
          numberToHex(assetKinds.indexOf(asset.kind), { size: 1 }),
          asset.address,
        ]),
        { size: 32 },
      ),
      numberToHex(asset.id, { size: 32 }),
    ]),
  )
}
