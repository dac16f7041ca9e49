import { type Address, getCreate2Address, type Hex } from 'viem'

export type GetBlobAddressParameters = {
  /** Id of the blob. */
  blobHash: Hex
  /** Store that has checked it. */
  store: Address
}

/** Returns the address at which the store keeps, or would keep, the blob. */
export function getBlobAddress({
  blobHash,
  store,
}: GetBlobAddressParameters): Address {
  return getCreate2Address({
    bytecodeHash: blobHash,
    from: store,
    salt: '0x0000000000000000000000000000000000000000000000000000000000000000',
  })
}
