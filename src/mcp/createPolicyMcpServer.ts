import { McpServer } from '@modelcontextprotocol/server'

import { version } from '../version.ts'
import { instructions } from './instructions.ts'
import type { PolicyMcpServerConfig } from './policyMcpServerConfig.ts'
import { agentTools } from './tools/agentTools.ts'

/**
 * Creates an MCP server through which an agent reads its policy and acts within
 * it. Nothing is decided here: what the policy forbids, the chain denies.
 *
 * It keeps no state of its own, so that one may be created for each connection or
 * request, from the same configuration.
 *
 * @param config - {@link PolicyMcpServerConfig}
 * @returns Server that is not connected yet
 *
 * @example
 * import { createOperationStore, createPolicyMcpServer } from 'mandate/mcp'
 * import { serveStdio } from '@modelcontextprotocol/server/stdio'
 *
 * const operations = createOperationStore({ directory: '/var/lib/agent', scope })
 * serveStdio(() => createPolicyMcpServer({ account, bundlerClient, operations }))
 */
export function createPolicyMcpServer(
  config: PolicyMcpServerConfig,
): McpServer {
  const server = new McpServer(
    { name: 'mandate', title: 'Mandate', version },
    { capabilities: { tools: {} }, instructions },
  )
  for (const tool of agentTools) tool.register(server, config)
  return server
}
