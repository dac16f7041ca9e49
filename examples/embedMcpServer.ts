// An MCP server of one agent inside a program of your own, which has its own way
// to keep the agent's key: anything that signs typed data will do.
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { type Address, createClient, getAddress, http } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { base } from 'viem/chains'
import { toPolicyAgentAccount } from '../src/index.ts'
import {
  createOperationStore,
  createPolicyMcpServer,
} from '../src/mcp/index.ts'
import type { AgentSigner } from '../src/types/agentSigner.ts'

/** Serves the agent over standard input and output. */
export async function serveAgent(parameters: {
  account: Address
  agent: AgentSigner
  bundlerUrl: string
  /** Folder that only this user may open. */
  directory: string
  rpcUrl: string
}): Promise<void> {
  const { agent, bundlerUrl, directory, rpcUrl } = parameters

  const client = createClient({ chain: base, transport: http(rpcUrl) })
  const account = await toPolicyAgentAccount({
    account: parameters.account,
    agent,
    client,
  })
  const server = createPolicyMcpServer({
    account,
    bundlerClient: createBundlerClient({
      client,
      transport: http(bundlerUrl),
    }),
    operations: createOperationStore({
      directory,
      // One folder may serve several agents, accounts and chains. An address has
      // one spelling here, since another would be another memory.
      scope: `${base.id}:${getAddress(account.address)}:${getAddress(agent.address)}`,
    }),
  })
  await server.connect(new StdioServerTransport())
}
