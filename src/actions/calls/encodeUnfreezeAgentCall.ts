import type { EncodedCall } from '../../types/call.ts'
import { type AgentCallParameters, encodeAgentCall } from './encodeAgentCall.ts'

export type EncodeUnfreezeAgentCallParameters = AgentCallParameters

export type EncodeUnfreezeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account lifts the freeze of an agent.
 *
 * @param parameters - {@link EncodeUnfreezeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeUnfreezeAgentCallReturnType}
 */
export function encodeUnfreezeAgentCall(
  parameters: EncodeUnfreezeAgentCallParameters,
): EncodeUnfreezeAgentCallReturnType {
  return encodeAgentCall('unfreeze', parameters)
}
