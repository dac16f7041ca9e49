import fc from 'fast-check'
import { getAddress, type Hex } from 'viem'

const arbitraryHex = (parameters: { maxLength?: number; size?: number }) =>
  fc
    .uint8Array({
      maxLength: parameters.size ?? parameters.maxLength ?? 100,
      minLength: parameters.size ?? 0,
    })
    .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)

/** Any call to an address without code, which is no precompile. */
export const arbitraryCall = fc.record({
  data: arbitraryHex({ maxLength: 100 }),
  to: arbitraryHex({ size: 19 }).map((end) =>
    getAddress(`0x11${end.slice(2)}`),
  ),
  value: fc.bigInt({ max: 2n ** 128n, min: 0n }),
})
