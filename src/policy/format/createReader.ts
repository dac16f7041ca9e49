import {
  type Address,
  getAddress,
  type Hex,
  hexToBigInt,
  hexToNumber,
  isHex,
} from 'viem'

import { PolicyBytesError } from '../../errors/policyDocument.ts'

/** Reads fields of a blob. Offsets and sizes are in bytes. */
export type Reader = {
  address: (offset: number) => Address
  bigint: (offset: number, size: number) => bigint
  /** The whole blob, in lower case. */
  bytes: Hex
  hex: (offset: number, size: number) => Hex
  /** The name of the number in one byte. */
  name: <name extends string>(
    names: readonly (name | undefined)[],
    offset: number,
  ) => name
  number: (offset: number, size: number) => number
  refuse: (reason: string) => never
  size: number
}

/** Every read beyond the blob's end is refused. */
export function createReader(bytes: Hex): Reader {
  const refuse = (reason: string): never => {
    throw new PolicyBytesError({ reasons: [reason] })
  }
  if (!isHex(bytes) || bytes.length % 2 !== 0)
    refuse('The blob is not a hexadecimal string of whole bytes.')

  const blob = bytes.toLowerCase() as Hex
  const size = blob.length / 2 - 1
  const hex = (offset: number, length: number): Hex => {
    if (offset + length > size)
      refuse(`A field at ${offset} reaches beyond the blob's end.`)
    return `0x${blob.slice(2 + 2 * offset, 2 + 2 * (offset + length))}`
  }
  return {
    address: (offset) => getAddress(hex(offset, 20)),
    bigint: (offset, length) => hexToBigInt(hex(offset, length)),
    bytes: blob,
    hex,
    name: (names, offset) =>
      names[hexToNumber(hex(offset, 1))] ??
      refuse(`The kind at ${offset} is unknown.`),
    number: (offset, length) => {
      const value = hexToBigInt(hex(offset, length))
      if (value > BigInt(Number.MAX_SAFE_INTEGER))
        refuse(`The number at ${offset} is above 2^53 - 1.`)
      return Number(value)
    },
    refuse,
    size,
  }
}
