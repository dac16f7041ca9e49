import type { Hash } from 'viem'

/** One amount that an operation reserves of a meter, and that its `settle` writes. */
export type Charge = {
  /** `period(128) ‖ amount(128)`. */
  charge: bigint
  meterId: Hash
}
