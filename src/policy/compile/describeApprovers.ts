import { getAddress } from 'viem'

import type { Approver } from '../../types/approval.ts'
import type { PolicyData } from '../format/types.ts'
import { type CompileContext, getOwn } from './context.ts'

/**
 * Returns the approvers that a document lists, ascending, with the names that it
 * has for them; nothing where it does not list them.
 *
 * @param tiers - Compiled tiers, whose approvers are a handle
 */
export function describeApprovers(
  { chainId, document, sets }: CompileContext,
  tiers: PolicyData['tiers'],
): readonly Approver[] | undefined {
  if (tiers?.approvers === undefined) return undefined

  const names = new Map(
    Object.entries(document.contracts ?? {}).flatMap(([name, location]) => {
      const address =
        typeof location === 'string'
          ? location
          : getOwn(location, `eip155:${chainId}`)
      return address === undefined
        ? []
        : [[address.toLowerCase(), name] as const]
    }),
  )
  return sets.get(tiers.approvers).elements?.map((element) => {
    const name = names.get(element)
    return {
      address: getAddress(element),
      ...(name === undefined ? {} : { name }),
    }
  })
}
