import type { Address, Hex } from 'viem'

import type { AccountProfile } from '../../policy/compile/compileHeader.ts'
import type { Call, EncodedCall } from '../../types/call.ts'

/**
 * What differs between families of ERC-7579 accounts, as far as agents and owners
 * of policies meet it.
 */
export type AccountAdapter = {
  /** Decodes what `encodeCalls` made. */
  decodeCalls: (callData: Hex) => readonly EncodedCall[]
  /** Encodes calls as callData of a UserOperation. */
  encodeCalls: (calls: readonly Call[]) => Hex
  /** Encodes the call with which the account installs a validator. */
  encodeInstallValidator: (parameters: {
    account: Address
    /** Data for the validator's `onInstall`. */
    data: Hex
    validator: Address
  }) => EncodedCall
  /** Encodes the call with which the account uninstalls a validator. */
  encodeUninstallValidator: (parameters: {
    account: Address
    /** Data for the validator's `onUninstall`. */
    data: Hex
    validator: Address
  }) => EncodedCall
  /** Bits of the nonce key that tell lanes apart. */
  laneBits: number
  /** Returns the nonce key (192 bits) that leads to the validator. */
  getNonceKey: (parameters: { lane: bigint; validator: Address }) => bigint
  /**
   * Returns what a policy pins of the account, for `compilePolicy`. With it an
   * agent reaches no other mode of the account and no other validator.
   */
  getProfile: (parameters: { validator: Address }) => AccountProfile
  /** Name of the family. */
  name: string
}
