import type { PolicyTier } from '../../types/tier.ts'

/** Tiers by the numbers that the validator has for them. */
const tiers: readonly PolicyTier[] = ['instant', 'notify', 'delay', 'approval']

/** Returns the tier of a number; nothing for one that is none. */
export function getTier(number: bigint): PolicyTier | undefined {
  return tiers[Number(number)]
}
