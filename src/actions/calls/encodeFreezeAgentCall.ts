import type { EncodedCall } from '../../types/call.ts'
import { type AgentCallParameters, encodeAgentCall } from './encodeAgentCall.ts'

export type EncodeFreezeAgentCallParameters = AgentCallParameters

export type EncodeFreezeAgentCallReturnType = EncodedCall

/**
 * Encodes the call with which an account freezes an agent.
 *
 * @param parameters - {@link EncodeFreezeAgentCallParameters}
 * @returns Call for the account to make. {@link EncodeFreezeAgentCallReturnType}
 */
export function encodeFreezeAgentCall(
  parameters: EncodeFreezeAgentCallParameters,
): EncodeFreezeAgentCallReturnType {
  return encodeAgentCall('freeze', parameters)
}
