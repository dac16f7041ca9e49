import { concatHex, type Hex } from 'viem'

import type { PolicySet } from './types.ts'

/** Elements of a set, strictly ascending. */
export type PolicySetElements = Extract<
  PolicySet,
  { kind: 'addresses' | 'words' }
>

/** Encodes a set as a blob of its own. */
export function encodeSet(set: PolicySetElements): Hex {
  const bytes =
    set.kind === 'addresses'
      ? concatHex(['0x00020100', ...set.addresses])
      : concatHex(['0x00030100', ...set.words])
  return bytes.toLowerCase() as Hex
}
