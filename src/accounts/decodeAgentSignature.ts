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

/** Bytes of a signature as the validator reads it, without approvals. */
export const agentSignatureSize = 96

export type DecodeAgentSignatureReturnType = SignedWindow & {
  agent: Address
  /** What stands behind it; nothing where it carries no approvals. */
  approvals?: Hex | undefined
  /** ECDSA signature of 65 bytes. */
  signature: Hex
}

/**
 * Decodes a signature that the validator reads.
 *
 * @param data - Signature of 96 bytes, or more with approvals
 * @returns Its parts. {@link DecodeAgentSignatureReturnType}
 */
export function decodeAgentSignature(
  data: Hex,
): DecodeAgentSignatureReturnType {
  const length = size(data)
  const isPlain = length === agentSignatureSize
  if (!isPlain && !isApproved(length))
    throw new SignatureMalformedError({
      expected: `${agentSignatureSize}, or with approvals ${agentSignatureSize} + 6 + 64 each,`,
      length,
    })

  return {
    agent: getAddress(slice(data, 0, 20)),
    ...(isPlain ? {} : { approvals: slice(data, agentSignatureSize) }),
    signature: serializeSignature(
      compactSignatureToSignature(
        parseCompactSignature(slice(data, 32, agentSignatureSize)),
      ),
    ),
    validAfter: hexToNumber(slice(data, 20, 26)),
    validUntil: hexToNumber(slice(data, 26, 32)),
  }
}

/** Whether a signature of this many bytes may carry approvals. */
function isApproved(length: number): boolean {
  const approvals = length - agentSignatureSize - 6
  return approvals >= 64 && approvals % 64 === 0
}
