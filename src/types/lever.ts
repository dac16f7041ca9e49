import type { Address, Hash, Hex } from 'viem'

/** What an owner may sign instead of sending it. */
export type LeverAction = 'Freeze' | 'Grant' | 'Revoke' | 'Rotate' | 'Unfreeze'

/**
 * One limit of a policy, as the owner who signs it is shown it. Kinds, scopes and
 * actions have the numbers of the policy format.
 */
export type LeverCap = {
  /** What happens beyond the amount: 0 it is denied, 1 to 3 a tier. */
  action: bigint
  /** Most in one period, in base units. */
  amount: bigint
  /** First second of the first period; 0 where the kind says it. */
  anchor: bigint
  /** Token; zero for the native asset, operations and gas. */
  asset: Address
  /** Kind of the asset. */
  assetKind: bigint
  /** The group's name as the policy has it, 16 bytes; zero for all permissions. */
  group: Hex
  /** Token id of an ERC-1155 asset; 0 otherwise. */
  id: bigint
  /** Length of the period, in seconds; 0 where the kind says it. */
  length: bigint
  /** Kind of period. */
  period: bigint
  /** Bit 0: all agents of the account; bit 1: the permissions of a group. */
  scope: bigint
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
