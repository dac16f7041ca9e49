import type { Address, Hash, Hex } from 'viem'

/** What an owner may sign instead of sending it. */
export type LeverAction = 'Freeze' | 'Grant' | 'Revoke' | 'Rotate' | 'Unfreeze'

/** One limit of a policy, as the owner who signs it is shown it. */
export type LeverCap = {
  /** Most in one period, in base units. */
  amount: bigint
  /** Token; zero for the native asset, operations and gas. */
  asset: Address
  /** Number of the kind of period in the policy format. */
  kind: bigint
  /** Length of the period, in seconds; 0 where the kind says it. */
  length: bigint
}

/** An act of an owner. What its action has no use for is zero or empty. */
export type Lever = {
  account: Address
  action: LeverAction
  agent: Address
  /** For `Grant`, every limit of the policy, in its order. */
  caps: readonly LeverCap[]
  /** Last second at which it may be relayed, in Unix seconds. */
  deadline: bigint
  /** For `Grant`, the policy's last second, in Unix seconds. */
  expires: bigint
  /** For `Rotate`, the new key. */
  newAgent: Address
  /** For `Grant`, the policy's id. */
  policyHash: Hash
  /** Version that the agent has. The act raises it, so that it works once. */
  version: bigint
}

/** A lever that anyone may relay. */
export type SignedLever = {
  lever: Lever
  /** Signature as the account's ERC-1271 takes it. */
  signature: Hex
}

/** A freeze that the agent or its guardian has signed, for anyone to relay. */
export type SignedFreeze = {
  account: Address
  agent: Address
  /** Version that the agent has. */
  expectedVersion: number
  signature: Hex
}
