import {
  type Address,
  compactSignatureToSignature,
  getAddress,
  type Hex,
  hexToNumber,
  parseCompactSignature,
  serializeSignature,
  size,
  slice,
} from 'viem'

import type { SignedWindow } from '../types/signedWindow.ts'
import { SignatureMalformedError } from './errors.ts'

/** Bytes of a signature as the validator reads it. */
export const agentSignatureSize = 96

export type DecodeAgentSignatureReturnType = SignedWindow & {
  agent: Address
  /** ECDSA signature of 65 bytes. */
  signature: Hex
}

/**
 * Decodes a signature that the validator reads.
 *
 * @param data - Signature of 96 bytes
 * @returns Its parts. {@link DecodeAgentSignatureReturnType}
 */
export function decodeAgentSignature(
  data: Hex,
): DecodeAgentSignatureReturnType {
  if (size(data) !== agentSignatureSize)
    throw new SignatureMalformedError({
      expected: `${agentSignatureSize}`,
      length: size(data),
    })

  return {
    agent: getAddress(slice(data, 0, 20)),
    signature: serializeSignature(
      compactSignatureToSignature(parseCompactSignature(slice(data, 32))),
    ),
    validAfter: hexToNumber(slice(data, 20, 26)),
    validUntil: hexToNumber(slice(data, 26, 32)),
  }
}
