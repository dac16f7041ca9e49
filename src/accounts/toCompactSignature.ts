import {
  concatHex,
  type Hex,
  hexToBigInt,
  numberToHex,
  parseCompactSignature,
  parseSignature,
  size,
} from 'viem'

import { SignatureMalformedError } from './errors.ts'

/** Order of the curve secp256k1. */
const curveOrder =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * Returns an ECDSA signature as EIP-2098 has it: `r(32) ‖ yParityAndS(32)`.
 *
 * @param signature - Signature of 65 bytes, or of 64
 * @returns 64 bytes
 */
export function toCompactSignature(signature: Hex): Hex {
  const length = size(signature)
  if (length === 64) {
    const { r, yParityAndS } = parseCompactSignature(signature)
    return concatHex([r, yParityAndS])
  }
  if (length !== 65)
    throw new SignatureMalformedError({ expected: '64 or 65', length })

  const { r, s, yParity } = parseSignature(signature)
  // EIP-2098 has no bit for a high s, which some signing services return. The
  // lower of the two belongs to the other parity and is the same signature.
  const high = hexToBigInt(s) > curveOrder / 2n
  const lowS = high ? curveOrder - hexToBigInt(s) : hexToBigInt(s)
  const parity = high ? 1 - yParity : yParity
  return concatHex([
    r,
    numberToHex(lowS | (BigInt(parity) << 255n), { size: 32 }),
  ])
}
