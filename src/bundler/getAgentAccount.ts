import type { Account, Chain, Client, Transport } from 'viem'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { AgentAccountMissingError } from '../actions/errors.ts'

/** Returns the agent's account that an operation is for. */
export function getAgentAccount(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: { account?: PolicyAgentAccount | undefined },
): PolicyAgentAccount {
  const account =
    parameters.account ?? (client.account as PolicyAgentAccount | undefined)
  if (!account?.agent) throw new AgentAccountMissingError()
  return account
}
