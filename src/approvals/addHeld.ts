import type { PolicyAsset } from '../policy/format/types.ts'
import type { HeldAmount } from './approvalRecord.ts'

/** Whether two assets are one. */
export function isSameAsset(one: PolicyAsset, other: PolicyAsset): boolean {
  return (
    one.kind === other.kind &&
    one.id === other.id &&
    one.address.toLowerCase() === other.address.toLowerCase()
  )
}

/** Adds amounts up, a sum an asset, in the order in which the assets come. */
export function addHeld(amounts: readonly HeldAmount[]): readonly HeldAmount[] {
  const sums: HeldAmount[] = []
  for (const { amount, asset } of amounts) {
    const sum = sums.find((sum) => isSameAsset(sum.asset, asset))
    if (sum) sum.amount += amount
    else sums.push({ amount, asset })
  }
  return sums
}
