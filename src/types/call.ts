import type { Address, Hex } from 'viem'

/** One call of a smart account. */
export type Call = {
  /** @default '0x' */
  data?: Hex | undefined
  to: Address
  /** Native value, in wei. @default 0n */
  value?: bigint | undefined
}

/** {@link Call} with nothing left out. Any wallet can send it. */
export type EncodedCall = {
  data: Hex
  to: Address
  /** Native value, in wei. */
  value: bigint
}
