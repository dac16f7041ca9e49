import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { createClient, custom, http } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { createLocalAccount } from '../../scripts/demo/createLocalAccount.ts'
import { withToken } from '../../scripts/demo/readDemoPolicy.ts'
import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { toPolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import { installPolicyValidator } from '../../src/actions/owner/installPolicyValidator.ts'
import type { PolicyErrorJson } from '../../src/errors/policyErrorJson.ts'
import { startLocalChain } from '../../src/local/startLocalChain.ts'
import { createPolicyMcpServer } from '../../src/mcp/createPolicyMcpServer.ts'
import { createOperationStore } from '../../src/mcp/operations/operationStore.ts'
import type { PolicyMcpServerConfig } from '../../src/mcp/policyMcpServerConfig.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { parsePolicy } from '../../src/policy/parsePolicy.ts'
import { stopConforming } from '../helpers/stopConforming.ts'

const policyFile = new URL('../../examples/demo/policy.yaml', import.meta.url)

export type Answer = {
  error?: PolicyErrorJson
  ok: boolean
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
  [name: string]: any
}

type Request = { method: string; params?: unknown }

/** Stands between the server and a node or bundler: may refuse, or lose answers. */
export type Interceptor = (
  request: Request,
  pass: () => Promise<unknown>,
) => Promise<unknown>

/**
 * Starts a local chain with an account whose owner has granted the demo's policy,
 * and an MCP server of its agent in this process.
 */
export async function startAgentStack() {
  const localChain = await startLocalChain()
  const { accounts, bundlerUrl, chain, contracts, rpcUrl } = localChain
  const account = await createLocalAccount(localChain)
  const directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))

  const document = withToken(
    parsePolicy(readFileSync(policyFile, 'utf8'), { format: 'yaml' }),
    contracts.testToken,
  )
  const compile = (document: PolicyDocument) =>
    compilePolicy(document, {
      ...openZeppelin.getProfile({ validator: contracts.policyValidator }),
      chainId: chain.id,
    })
  await account.waitForOwner(
    await installPolicyValidator(account.owner, {
      grant: { agent: accounts.agent.address, policy: compile(document) },
      policyStore: contracts.policyStore,
      validator: contracts.policyValidator,
    }),
  )

  const interceptors: { bundler?: Interceptor; node?: Interceptor } = {}
  const intercept = (url: string, name: 'bundler' | 'node') => {
    const { request } = http(url, { retryCount: 0 })({ chain })
    return custom(
      {
        request: (asked: Request) => {
          const pass = () => request(asked as never)
          return interceptors[name]?.(asked, pass) ?? pass()
        },
      },
      { retryCount: 0 },
    )
  }

  const client = createClient({
    cacheTime: 0,
    chain,
    transport: intercept(rpcUrl, 'node'),
  })
  const config = {
    account: await toPolicyAgentAccount({
      account: account.address,
      agent: privateKeyToAccount(accounts.agent.privateKey),
      client,
      validator: contracts.policyValidator,
    }),
    bundlerClient: createBundlerClient({
      chain,
      client,
      transport: intercept(bundlerUrl, 'bundler'),
    }),
    document,
    operations: createOperationStore({ directory, scope: 'test' }),
    policyStore: contracts.policyStore,
    waitTimeout: 10_000,
  } satisfies PolicyMcpServerConfig

  const clients: Client[] = []
  /** Connects a client to a server, which shares the records of all others. */
  async function connect(changes: Partial<PolicyMcpServerConfig> = {}) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    const server = createPolicyMcpServer({ ...config, ...changes })
    const mcpClient = new Client({ name: 'test', version: '1.0.0' })
    await Promise.all([server.connect(theirs), mcpClient.connect(ours)])
    clients.push(mcpClient)
    return {
      client: mcpClient,
      async call(name: string, args: Record<string, unknown> = {}) {
        const result = await mcpClient.callTool({ arguments: args, name })
        return result.structuredContent as Answer
      },
    }
  }

  return {
    account,
    compile,
    config,
    connect,
    directory,
    document,
    interceptors,
    localChain,
    async stop() {
      await Promise.all(clients.map((mcpClient) => mcpClient.close()))
      config.operations.close()
      await stopConforming(localChain)
      rmSync(directory, { force: true, recursive: true })
    },
  }
}

export type AgentStack = Awaited<ReturnType<typeof startAgentStack>>
