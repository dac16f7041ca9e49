import type { Address, Hex } from 'viem'

import type { SignedWindow } from '../types/signedWindow.ts'
import { encodeAgentSignature } from './encodeAgentSignature.ts'

/** Recovers to some address, but to nobody's. */
const signature: Hex =
  '0xfffffffffffffffffffffffffffffff000000000000000000000000000000000faaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'

export type EncodeStubSignatureParameters = SignedWindow & {
  agent: Address
  /** Approvals that the operation will carry, as `encodeApprovals` has them. */
  approvals?: Hex | undefined
}

/**
 * Encodes a signature that is not valid, but of which all else is as the validator
 * reads it. The validator goes through the whole policy with it, and then answers
 * `SIG_VALIDATION_FAILED`. Approvals behind it deny nothing then; without any, an
 * operation that needs them is denied.
 *
 * @param parameters - {@link EncodeStubSignatureParameters}
 * @returns 96 bytes, or more with approvals
 */
export function encodeStubSignature(
  parameters: EncodeStubSignatureParameters,
): Hex {
  return encodeAgentSignature({ ...parameters, signature })
}
