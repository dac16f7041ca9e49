import type { EncodedCall } from '../../types/call.ts'
import { type AgentCallParameters, encodeAgentCall } from './encodeAgentCall.ts'

export type EncodeRevokeAgentCallParameters = AgentCallParameters

export type EncodeRevokeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account takes an agent's policy away.
 *
 * @param parameters - {@link EncodeRevokeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeRevokeAgentCallReturnType}
 */
export function encodeRevokeAgentCall(
  parameters: EncodeRevokeAgentCallParameters,
): EncodeRevokeAgentCallReturnType {
  return encodeAgentCall('revoke', parameters)
}
