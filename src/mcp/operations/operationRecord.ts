import type { Hash } from 'viem'

import type { PreparedCalls } from '../../bundler/prepareCalls.ts'
import type { PolicyErrorJson } from '../../errors/policyErrorJson.ts'
import type { EncodedCall } from '../../types/call.ts'

/**
 * One signed operation for a key. All of a key's have the same nonce; some may have
 * the same hash, which does not tell the windows that they were signed for.
 */
export type Attempt = {
  prepared: PreparedCalls
  /** Whether the bundler has said that it took it. */
  sent: boolean
}

/** What became of an operation that was included. */
export type OperationOutcome = {
  blockNumber: string
  /** Why its calls failed, if they did. */
  error?: PolicyErrorJson | undefined
  /** What the account paid for gas, in wei. */
  gasCost: string
  gasUsed: string
  status: 'failed' | 'mined'
  transactionHash: Hash
  userOpHash: Hash
}

/** A call, and what it does in words, where that was written down. */
export type RecordedCall = EncodedCall & { summary?: string | undefined }

/** What is remembered about an idempotency key. */
export type OperationRecord = {
  /** Signed operations with this nonce, the oldest first. */
  attempts: readonly Attempt[]
  /** Number of the last block when the nonce was chosen. */
  block: bigint
  calls: readonly RecordedCall[]
  /** What the key is bound to. */
  callsHash: Hash
  /** Unix seconds, by the clock of this machine. */
  createdAt: number
  /** Hash of the calls as they were written. Records of older versions have none. */
  inputHash?: Hash | undefined
  key: string
  lane: number
  nonce: bigint
  /** There once the operation is settled. */
  outcome: OperationOutcome | undefined
  /** Sequence number of the nonce in its lane. */
  sequence: number
  /**
   * `open`: the nonce is this key's, and its operation may be included.
   * `released`: none of its operations was or can be included, so that the key
   * may be given another nonce. `settled`: one was included.
   */
  state: 'open' | 'released' | 'settled'
}
