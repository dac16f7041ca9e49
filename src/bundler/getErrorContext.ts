import type { ContractCall } from '../accounts/encodeContractCalls.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'

/** Returns what an error about an agent's operation should tell. */
export function getErrorContext(
  account: PolicyAgentAccount,
  parameters: {
    calls?: readonly unknown[] | undefined
    names?: PolicyErrorPolicy | undefined
  },
): PolicyErrorContext {
  const { calls, names = account.names } = parameters
  return {
    account: account.address,
    agent: account.agent.address,
    calls: calls as readonly ContractCall[] | undefined,
    chainId: account.client.chain?.id,
    policy: names,
  }
}
