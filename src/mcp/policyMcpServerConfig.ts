import type { Address, Chain, Client, Transport } from 'viem'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { PolicyDocument } from '../policy/document/policySchema.ts'
import type { OperationStore } from './operations/operationStore.ts'

/** What an MCP server acts with: one agent of one account on one chain. */
export type PolicyMcpServerConfig = {
  /**
   * The agent's view of the account. Leave its `policy` out: the server reads
   * what is granted from the chain, each time anew.
   */
  account: PolicyAgentAccount
  /** Client of the bundler. */
  bundlerClient: Client<Transport, Chain | undefined>
  /**
   * Policy document of the owner. It lends names, symbols and the owner's own
   * words, as far as it says the same as the chain; it permits nothing.
   */
  document?: PolicyDocument | undefined
  /** Memory of the operations that were sent. */
  operations: OperationStore
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** Longest that `send_calls` waits for the inclusion, in ms. @default 20_000 */
  waitTimeout?: number | undefined
}
