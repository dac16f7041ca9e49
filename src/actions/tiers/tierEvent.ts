import type { Address, Hash } from 'viem'

import type { PolicyTier } from '../../types/tier.ts'
import { getTier } from './getTier.ts'

/** An operation that has reached a tier. */
export type TierEvent = {
  agent: Address
  blockNumber: bigint
  tier: Exclude<PolicyTier, 'instant'>
  transactionHash: Hash
  userOpHash: Hash
}

/** Reads a log of the validator. */
export function toTierEvent(log: {
  args: { agent: Address; tier: bigint; userOpHash: Hash }
  blockNumber: bigint
  transactionHash: Hash
}): TierEvent {
  const { agent, tier, userOpHash } = log.args
  return {
    agent,
    blockNumber: log.blockNumber,
    tier: getTier(tier) as TierEvent['tier'],
    transactionHash: log.transactionHash,
    userOpHash,
  }
}
