import type { Account, Chain, Client, Hash, Transport } from 'viem'

import { encodeContractCalls } from '../accounts/encodeContractCalls.ts'
import { hashCalls } from '../accounts/hashCalls.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { checkOperation, toCheckSubject } from '../actions/checkOperation.ts'
import { TierNotReachedError } from '../actions/errors.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'
import type { EncodedCall } from '../types/call.ts'
import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'

/** Calls that the policy lets run once they are announced or approved. */
export type TieredCalls = {
  account: PolicyAgentAccount
  calls: readonly EncodedCall[]
  /** EIP-712's hash of the calls. */
  callsHash: Hash
  context: PolicyErrorContext
}

/**
 * Makes sure that it is this tier which keeps an agent's calls from being sent.
 *
 * Throws `TierNotReachedError` where they may be sent as they are, and the reason
 * where the policy denies them for another one, or where nothing is known.
 *
 * @param client - Client of the agent
 * @param parameters - The calls, and whose they are
 * @param tier - What the caller would do about them
 */
export async function demandTier(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: {
    account?: PolicyAgentAccount | undefined
    calls: readonly unknown[]
    names?: PolicyErrorPolicy | undefined
  },
  tier: 'approval' | 'delay',
): Promise<TieredCalls> {
  const account = getAgentAccount(client, parameters)
  const calls = encodeContractCalls(parameters.calls)
  const callsHash = hashCalls(calls)
  const context = getErrorContext(account, parameters)

  const check = await checkOperation(toCheckSubject(account), {
    calls,
    context,
  })
  if (check.verdict === 'allowed') throw new TierNotReachedError({ tier })
  if (check.verdict === 'unknown' || check.tier !== tier) throw check.error
  return { account, calls, callsHash, context }
}
