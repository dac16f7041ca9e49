import { concatHex, type Hex, keccak256, numberToHex, size } from 'viem'

/**
 * Returns the id of a blob: the hash of the code that creates it.
 *
 * @param bytes - The blob, at most 24,576 bytes
 */
export function getBlobHash(bytes: Hex): Hex {
  return keccak256(
    concatHex([
      '0x61',
      numberToHex(size(bytes), { size: 2 }),
      '0x80600a3d393df3',
      bytes,
    ]),
  )
}
