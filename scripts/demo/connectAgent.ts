import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Address, Hex } from 'viem'

import type { PolicyErrorJson } from '../../src/errors/policyErrorJson.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'

const serverPath = fileURLToPath(
  new URL('../../src/mcp/stdio.ts', import.meta.url),
)

/** What a tool answers. */
export type ToolAnswer = {
  error?: PolicyErrorJson
  ok: boolean
  [name: string]: unknown
}

export type ConnectAgentParameters = {
  account: Address
  agentKey: Hex
  /** Folder for the key, the document and the server's records. */
  directory: string
  document?: PolicyDocument | undefined
  localChain: LocalChain<'0.7' | '0.8', true>
  /** Variables that replace those that follow from the rest. */
  variables?: Record<string, string> | undefined
}

/** Returns the variables that the server is started with, and writes its files. */
export function prepareServer(
  parameters: ConnectAgentParameters,
): Record<string, string> {
  const { account, agentKey, directory, document, localChain } = parameters
  const { contracts } = localChain

  const keyFile = join(directory, 'agent.key')
  writeFileSync(keyFile, `${agentKey}\n`, { mode: 0o600 })
  const stateDirectory = join(directory, 'state')
  mkdirSync(stateDirectory, { mode: 0o700, recursive: true })
  const policyFile = join(directory, 'policy.json')
  if (document) writeFileSync(policyFile, JSON.stringify(document))

  return {
    MANDATE_ACCOUNT: account,
    MANDATE_AGENT_KEY_FILE: keyFile,
    MANDATE_BUNDLER_URL: localChain.bundlerUrl,
    MANDATE_ENTRY_POINT: '0.7',
    ...(document ? { MANDATE_POLICY_FILE: policyFile } : {}),
    MANDATE_POLICY_STORE: contracts.policyStore,
    MANDATE_RPC_URL: localChain.rpcUrl,
    MANDATE_STATE_DIR: stateDirectory,
    MANDATE_VALIDATOR: contracts.policyValidator,
    ...parameters.variables,
  }
}

/**
 * Starts the MCP server as a host would, as a program that is spoken with over its
 * standard input and output, and connects a client to it.
 */
export async function connectAgent(parameters: ConnectAgentParameters) {
  const transport = new StdioClientTransport({
    args: [serverPath],
    command: process.execPath,
    env: prepareServer(parameters),
    stderr: 'pipe',
  })
  const client = new Client({ name: 'demo', version: '1.0.0' })
  await client.connect(transport)

  return {
    client,
    /** Calls a tool. A denial is an answer, and does not throw. */
    async call(
      name: string,
      args: Record<string, unknown> = {},
    ): Promise<ToolAnswer> {
      const result = await client.callTool(
        { arguments: args, name },
        { timeout: 60_000 },
      )
      return result.structuredContent as ToolAnswer
    },
    /** Ends the server and resolves when it is gone. */
    close: () => client.close(),
    /** Process of the server. */
    pid: transport.pid,
  }
}

export type ConnectedAgent = Awaited<ReturnType<typeof connectAgent>>
