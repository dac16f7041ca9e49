import { zeroAddress } from 'viem'

import { decompilePolicy } from '../../policy/decompilePolicy.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import type { LoadedPolicy } from './loadPolicy.ts'

/**
 * Returns the granted policy as a document: the owner's own where it compiles to
 * the bytes on chain, else one that is written from these bytes.
 */
export function toDocument(
  { document }: PolicyMcpServerConfig,
  { assets, compiled, policy }: LoadedPolicy,
): PolicyDocument {
  if (document && compiled) return document
  return decompilePolicy(policy.bytes, {
    sets: policy.sets.map(({ bytes }) => bytes),
    tokens: Object.fromEntries(
      assets.flatMap(({ address, decimals, symbol }) =>
        address !== zeroAddress && decimals !== undefined
          ? [[address, { decimals, symbol }]]
          : [],
      ),
    ),
  })
}
