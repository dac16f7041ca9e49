import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect } from 'chai'

import { connectAgent, prepareServer } from '../../scripts/demo/connectAgent.ts'
import { findFreePort, waitUntil } from '../local/findProcesses.ts'
import { type AgentStack, startAgentStack } from './startAgentStack.ts'

const serverPath = fileURLToPath(
  new URL('../../src/mcp/stdio.ts', import.meta.url),
)

const initialize = {
  id: 1,
  jsonrpc: '2.0',
  method: 'initialize',
  params: {
    capabilities: {},
    clientInfo: { name: 'test', version: '1.0.0' },
    protocolVersion: '2025-11-25',
  },
}

describe('stdio server', () => {
  let stack: AgentStack
  let directory: string

  before(async () => {
    stack = await startAgentStack()
  })
  after(() => stack.stop())
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
  })
  afterEach(() => rmSync(directory, { force: true, recursive: true }))

  const getParameters = (variables: Record<string, string> = {}) => ({
    account: stack.account.address,
    agentKey: stack.localChain.accounts.agent.privateKey,
    directory,
    document: stack.document,
    localChain: stack.localChain,
    variables,
  })

  const spawnServer = (env: Record<string, string>) =>
    spawn(process.execPath, [serverPath], {
      env: { ...env, PATH: process.env.PATH },
    })

  /** Starts the server with these variables, and waits for its end. */
  async function runServer(env: Record<string, string>) {
    const server = spawnServer(env)
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(server.stdout),
      text(server.stderr),
      once(server, 'exit'),
    ])
    return { exitCode, stderr, stdout }
  }

  const fail = async (variables: Record<string, string>) => {
    const env = prepareServer(getParameters(variables))
    const result = await runServer(env)
    expect(result.exitCode).to.equal(1)
    expect(result.stdout).to.equal('')
    return result.stderr
  }

  it('serves a client, which pays with it', async () => {
    const agent = await connectAgent(getParameters())

    const { tools } = await agent.client.listTools()
    const answer = await agent.call('send_calls', {
      calls: [{ amount: '0.01 ETH', to: 'vendor', transfer: 'ETH' }],
      idempotencyKey: 'stdio-00001',
    })
    await agent.close()

    expect(tools).to.have.length(5)
    expect(answer.status).to.equal('mined')
    // Throws when the server is gone.
    expect(() => process.kill(agent.pid ?? 0, 0)).to.throw('ESRCH')
  })

  it('serves clients of the newest revision of the protocol too', async () => {
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      { versionNegotiation: { mode: 'auto' } },
    )
    await client.connect(
      new StdioClientTransport({
        args: [serverPath],
        command: process.execPath,
        env: prepareServer(getParameters()),
        stderr: 'ignore',
      }),
    )
    const { structuredContent } = await client.callTool({
      arguments: {},
      name: 'get_policy',
    })
    await client.close()

    expect(structuredContent).to.include({ name: 'Vendor payments', ok: true })
  })

  it('remembers its payments when it is started again', async () => {
    const pay = async () => {
      const agent = await connectAgent(getParameters())
      const answer = await agent.call('send_calls', {
        calls: [{ amount: '0.01 ETH', to: 'vendor', transfer: 'ETH' }],
        idempotencyKey: 'stdio-00002',
      })
      await agent.close()
      return answer
    }

    const first = await pay()
    const second = await pay()
    expect(second.replayed).to.equal(true)
    expect(second.transactionHash).to.equal(first.transactionHash)
  })

  it('writes nothing but the protocol, and ends with its standard input', async () => {
    const server = spawnServer(prepareServer(getParameters()))
    const stdout = text(server.stdout)
    const stderr = text(server.stderr)
    const exited = once(server, 'exit')
    server.stdin.write(`${JSON.stringify(initialize)}\n`)
    server.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\nnot even JSON\n`,
    )
    server.stdin.write(
      `${JSON.stringify({ id: 2, jsonrpc: '2.0', method: 'tools/call', params: { arguments: {}, name: 'get_policy' } })}\n`,
    )
    let printed = ''
    server.stdout.on('data', (chunk) => {
      printed += chunk
    })
    await waitUntil(() => printed.includes('"id":2'))
    const ended = performance.now()
    server.stdin.end()
    const [exitCode] = await exited

    expect(performance.now() - ended).to.be.lessThan(2_000)
    expect(exitCode).to.equal(0)
    const messages = (await stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(messages.map(({ jsonrpc }) => jsonrpc)).to.deep.equal(
      messages.map(() => '2.0'),
    )
    expect(messages.map(({ id }) => id)).to.include.members([1, 2])
    const key = readFileSync(join(directory, 'agent.key'), 'utf8').trim()
    expect(`${await stdout}${await stderr}`).not.to.include(key.slice(2))
  })

  it('ends when its host ends without a word', async () => {
    const server = spawnServer(prepareServer(getParameters()))
    const exited = once(server, 'exit')
    server.stdin.destroy()

    const [exitCode] = await exited
    expect(exitCode).to.equal(0)
  })

  it('names every variable that is missing', async () => {
    const { exitCode, stderr, stdout } = await runServer({})

    expect(exitCode).to.equal(1)
    expect(stdout).to.equal('')
    for (const name of ['ACCOUNT', 'AGENT_KEY_FILE', 'BUNDLER_URL', 'RPC_URL'])
      expect(stderr).to.include(`MANDATE_${name}: It is not set.`)
  })

  it('refuses a key file that others may read', async () => {
    const env = prepareServer(getParameters())
    chmodSync(env.MANDATE_AGENT_KEY_FILE ?? '', 0o644)
    const { exitCode, stderr } = await runServer(env)

    expect(exitCode).to.equal(1)
    expect(stderr).to.include('MANDATE_AGENT_KEY_FILE')
    expect(stderr).to.include('chmod 600')
  })

  it('says that the node is down, without the path of its URL', async () => {
    const port = await findFreePort()
    const stderr = await fail({
      MANDATE_RPC_URL: `http://127.0.0.1:${port}/v2/a-secret-key`,
    })

    expect(stderr).to.include(
      `MANDATE_RPC_URL: The node at 127.0.0.1:${port} does not answer as one.`,
    )
    expect(stderr).not.to.include('a-secret-key')
  })

  it('says that the bundler is down', async () => {
    const stderr = await fail({
      MANDATE_BUNDLER_URL: `http://127.0.0.1:${await findFreePort()}`,
    })

    expect(stderr).to.include('MANDATE_BUNDLER_URL: The bundler at')
  })

  it('says that the account works with another EntryPoint', async () => {
    const stderr = await fail({ MANDATE_ENTRY_POINT: '0.8' })

    expect(stderr).to.include('MANDATE_ENTRY_POINT: The account')
    expect(stderr).to.include('Set it to 0.7.')
  })

  it('says that the document pins what the account is not', async () => {
    const document = {
      ...stack.document,
      account: { executeUserOp: true },
    }
    const env = prepareServer({ ...getParameters(), document })
    const { exitCode, stderr } = await runServer(env)

    expect(exitCode).to.equal(1)
    expect(stderr).to.include('MANDATE_POLICY_FILE: The document pins')
  })

  it('says that there is no account', async () => {
    const stderr = await fail({
      MANDATE_ACCOUNT: stack.localChain.accounts.stranger.address,
    })

    expect(stderr).to.include('MANDATE_ACCOUNT: There is no contract at')
  })

  it('says that the contract is no account', async () => {
    const stderr = await fail({
      MANDATE_ACCOUNT: stack.localChain.contracts.testToken,
    })

    expect(stderr).to.include('does not answer as an ERC-7579 account')
  })

  it('says that the account has no such module', async () => {
    const stderr = await fail({
      MANDATE_VALIDATOR: stack.localChain.contracts.policyStore,
    })

    expect(stderr).to.include('has not installed the policy validator')
    expect(stderr).to.include('Let the owner install it')
  })

  it('says that there is no validator', async () => {
    const stderr = await fail({
      MANDATE_VALIDATOR: stack.localChain.accounts.stranger.address,
    })

    expect(stderr).to.include('MANDATE_VALIDATOR: There is no policy validator')
  })
})
