import { type Hex, hexToBigInt, size, slice } from 'viem'

/** Reads a blob's fields, and throws a `RangeError` beyond its end. */
export class Reader {
  readonly blob: Hex

  constructor(blob: Hex) {
    this.blob = blob
  }

  bytes(offset: number, length: number): Hex {
    if (length < 0 || offset + length > size(this.blob)) throw new RangeError()
    return length === 0 ? '0x' : slice(this.blob, offset, offset + length)
  }

  integer(offset: number, length: number): bigint {
    return length === 0 ? 0n : hexToBigInt(this.bytes(offset, length))
  }

  number(offset: number, length: number): number {
    return Number(this.integer(offset, length))
  }

  records(offset: number, end: number, length: number): Hex[] {
    return Array.from({ length: Math.floor((end - offset) / length) }, (_, i) =>
      this.bytes(offset + i * length, length),
    )
  }
}
