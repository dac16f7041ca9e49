import type { Hex } from 'viem'

import { decodeSet } from '../../src/policy/format/decodeSet.ts'
import { getBlobHash } from '../../src/policy/format/getBlobHash.ts'
import type { PolicyData } from '../../src/policy/format/types.ts'

/** Writes out sets that lie in blobs of their own. */
export function writeOut(
  policy: PolicyData,
  blobs: readonly Hex[],
): PolicyData {
  const known = new Map(blobs.map((blob) => [getBlobHash(blob), blob]))
  return {
    ...policy,
    sets: policy.sets.map((set) => {
      const blob = 'blobHash' in set ? known.get(set.blobHash) : undefined
      return blob === undefined ? set : decodeSet(blob)
    }),
  }
}
