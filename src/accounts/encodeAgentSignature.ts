import {
  type Address,
  concatHex,
  encodePacked,
  type Hex,
  hexToBigInt,
  numberToHex,
  parseCompactSignature,
  parseSignature,
  size,
} from 'viem'

import type { SignedWindow } from '../types/signedWindow.ts'
import { SignatureMalformedError } from './errors.ts'

/** Order of the curve secp256k1. */
const curveOrder =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

export type EncodeAgentSignatureParameters = SignedWindow & {
  agent: Address
  /** ECDSA signature of 65 bytes, or of 64 (EIP-2098). */
  signature: Hex
}

/**
 * Encodes a signature as the validator reads it:
 * `agent(20) ‖ validAfter(6) ‖ validUntil(6) ‖ r(32) ‖ yParityAndS(32)`.
 *
 * @param parameters - {@link EncodeAgentSignatureParameters}
 * @returns 96 bytes
 */
export function encodeAgentSignature(
  parameters: EncodeAgentSignatureParameters,
): Hex {
  const { agent, signature, validAfter, validUntil } = parameters
  return concatHex([
    encodePacked(
      ['address', 'uint48', 'uint48'],
      [agent, validAfter, validUntil],
    ),
    toCompact(signature),
  ])
}

function toCompact(signature: Hex): Hex {
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
