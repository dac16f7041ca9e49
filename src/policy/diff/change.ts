/** What one change does to what the agent may do. */
export type PolicyChange = {
  /**
   * `looser` also where it is not certain; `tighter` only where it is. What is
   * `neutral` changes nothing that the chain enforces.
   */
  kind: 'looser' | 'neutral' | 'tighter'
  message: string
  /** Place in the later document; in the earlier one for what is gone. */
  path: string
}

/** Puts what loosens first, each change once. */
export function sortChanges(
  changes: readonly PolicyChange[],
): readonly PolicyChange[] {
  const order = ['looser', 'tighter', 'neutral']
  const known = new Map(
    changes.map((change) => [Object.values(change).join(' '), change]),
  )
  return [...known.values()].sort(
    (one, other) => order.indexOf(one.kind) - order.indexOf(other.kind),
  )
}

/** Says which way a number went, where less of it is tighter. */
export function compareMost(
  before: bigint | number,
  after: bigint | number,
): PolicyChange['kind'] | undefined {
  if (before === after) return undefined
  return after < before ? 'tighter' : 'looser'
}
