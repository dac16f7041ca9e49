import type { Address } from 'viem'

import type { AmountAsset } from './parseAmount.ts'

/** An asset that an agent may speak of by its symbol. */
export type KnownAsset = AmountAsset & {
  /** Token; nothing for the native asset. */
  address: Address | undefined
}

/** Names that an agent may use in place of addresses and base units. */
export type KnownNames = {
  /** The native asset first. */
  assets: readonly KnownAsset[]
  /** Contracts of the policy document. */
  contracts: { readonly [name: string]: Address }
}
