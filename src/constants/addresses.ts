import type { Address, Hash } from 'viem'
import * as generated from './generated/addresses.ts'

/**
 * Contract that passes `salt ‖ creation code` to CREATE2, at the same address on
 * every chain that has it.
 */
export const create2DeployerAddress: Address =
  '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** Address of the policy store, the same on every chain. */
export const policyStoreAddress: Address = generated.policyStoreAddress

/** Address of the policy validator, the same on every chain. */
export const policyValidatorAddress: Address = generated.policyValidatorAddress

/** keccak-256 of the store's creation code. */
export const policyStoreCreationCodeHash: Hash =
  generated.policyStoreCreationCodeHash

/** keccak-256 of the validator's creation code with its constructor argument. */
export const policyValidatorCreationCodeHash: Hash =
  generated.policyValidatorCreationCodeHash
