import type { Hash, Hex } from 'viem'

/** Set that a policy names by its id. */
export type SetBlob = {
  bytes: Hex
  hash: Hash
}

/** What is published of a compiled policy. */
export type PolicyBlobs = {
  bytes: Hex
  /** Id of `bytes`. */
  policyHash: Hash
  /** Sets that are blobs of their own. Those embedded in `bytes` are not here. */
  sets: readonly SetBlob[]
}
