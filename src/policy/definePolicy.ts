import type { PolicyDocumentErrorType } from '../errors/policyDocument.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { findFaults } from './findFaults.ts'
import { toDocumentError } from './toDocumentError.ts'

export type DefinePolicyErrorType = PolicyDocumentErrorType

/**
 * Checks a policy document, for each of its chains, and freezes it.
 *
 * @param document - The document, with human units
 * @returns A frozen copy
 * @throws {@link PolicyDocumentError} with every fault that was found
 *
 * @example
 * const policy = definePolicy({
 *   version: 1,
 *   name: 'Payments',
 *   chains: ['eip155:8453'],
 *   validity: { until: '2027-01-01' },
 *   assets: { ETH: { type: 'native' } },
 *   limits: [{ asset: 'ETH', amount: '0.5', per: 'day' }],
 *   permissions: [{ transfer: 'ETH', to: ['0x…'] }],
 *   gas: { maxFeePerGas: '5 gwei', perDay: '0.01' },
 * })
 */
export function definePolicy(document: PolicyDocument): PolicyDocument {
  const result = findFaults(document)
  if (result.document === undefined) throw toDocumentError(result.faults)
  return deepFreeze(structuredClone(result.document))
}

function deepFreeze<value>(value: value): value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
