import type { PolicyDocument } from '../document/policySchema.ts'
import type { PolicyChange } from './change.ts'

/** What a document says to people, which the chain does not know. */
export function diffTexts(
  before: PolicyDocument,
  after: PolicyDocument,
): readonly PolicyChange[] {
  const keys = ['name', 'description', 'labels'] as const
  return keys
    .filter((key) => String(before[key]) !== String(after[key]))
    .map((key) => ({
      kind: 'neutral',
      message: `The ${key} ${key === 'labels' ? 'are others' : 'is another'}.`,
      path: key,
    }))
}

/** Chains that a document is for. */
export function diffChains(
  before: PolicyDocument,
  after: PolicyDocument,
): readonly PolicyChange[] {
  const find = (one: PolicyDocument, other: PolicyDocument) =>
    one.chains.filter((chain) => !other.chains.includes(chain))
  return [
    ...find(after, before).map(
      (chain): PolicyChange => ({
        kind: 'looser',
        message: `It is for ${chain} too, with budgets of its own there.`,
        path: 'chains',
      }),
    ),
    ...find(before, after).map(
      (chain): PolicyChange => ({
        kind: 'tighter',
        message: `It is no more for ${chain}.`,
        path: 'chains',
      }),
    ),
  ]
}
