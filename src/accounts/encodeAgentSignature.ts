import { type Address, concatHex, encodePacked, type Hex } from 'viem'

import type { SignedWindow } from '../types/signedWindow.ts'
import { toCompactSignature } from './toCompactSignature.ts'

export type EncodeAgentSignatureParameters = SignedWindow & {
  agent: Address
  /** Approvals that the operation carries, as `encodeApprovals` has them. */
  approvals?: Hex | undefined
  /** ECDSA signature of 65 bytes, or of 64 (EIP-2098). */
  signature: Hex
}

/**
 * Encodes a signature as the validator reads it:
 * `agent(20) ‖ validAfter(6) ‖ validUntil(6) ‖ r(32) ‖ yParityAndS(32)`, and the
 * approvals behind it.
 *
 * @param parameters - {@link EncodeAgentSignatureParameters}
 * @returns 96 bytes, or more with approvals
 */
export function encodeAgentSignature(
  parameters: EncodeAgentSignatureParameters,
): Hex {
  const {
    agent,
    approvals = '0x',
    signature,
    validAfter,
    validUntil,
  } = parameters
  return concatHex([
    encodePacked(
      ['address', 'uint48', 'uint48'],
      [agent, validAfter, validUntil],
    ),
    toCompactSignature(signature),
    approvals,
  ])
}
