#!/usr/bin/env node
// The MCP server as a program: a host starts it and speaks with it over standard
// input and output. Nothing else may be written to standard output.
import { serveStdio } from '@modelcontextprotocol/server/stdio'

import { BaseError } from '../errors/base.ts'
import { version } from '../version.ts'
import { connect } from './config/connect.ts'
import { openStateDirectory } from './config/openStateDirectory.ts'
import { readAgentKey } from './config/readAgentKey.ts'
import { readEnvironment } from './config/readEnvironment.ts'
import { readPolicyFile } from './config/readPolicyFile.ts'
import { createPolicyMcpServer } from './createPolicyMcpServer.ts'
import type { PolicyMcpServerConfig } from './policyMcpServerConfig.ts'

// A host that is gone is told nothing more.
process.stdin.once('end', () => process.exit(0))
process.stdin.once('close', () => process.exit(0))

try {
  serve(await start())
} catch (error) {
  console.error(
    error instanceof BaseError ? error.message : 'The server failed to start.',
  )
  process.exit(1)
}

async function start(): Promise<PolicyMcpServerConfig> {
  const environment = readEnvironment(process.env)
  const agent = readAgentKey(environment.agentKeyFile)
  const document = environment.policyFile
    ? readPolicyFile(environment.policyFile)
    : undefined
  openStateDirectory(environment.stateDirectory)
  return connect(environment, { agent, document })
}

function serve(config: PolicyMcpServerConfig): void {
  const { account } = config
  console.error(
    `mandate ${version}: agent ${account.agent.address} of account ${account.address} on chain ${account.client.chain?.id}.`,
  )
  const handle = serveStdio(() => createPolicyMcpServer(config), {
    onerror: (error) => console.error(`Protocol error: ${error.message}`),
  })
  const stop = () => void handle.close().finally(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
