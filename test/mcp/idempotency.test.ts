import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createTestClient, http, parseEther } from 'viem'

import { sendCalls } from '../../src/bundler/sendCalls.ts'
import {
  createOperationStore,
  type OperationStore,
} from '../../src/mcp/operations/operationStore.ts'
import { type AgentStack, startAgentStack } from './startAgentStack.ts'

type Connection = Awaited<ReturnType<AgentStack['connect']>>

const payment = parseEther('0.001')
const calls = [{ amount: '0.001 ETH', to: 'vendor', transfer: 'ETH' }]

describe('idempotent sending', () => {
  let stack: AgentStack
  let agent: Connection

  before(async () => {
    stack = await startAgentStack()
    agent = await stack.connect()
  })
  after(() => stack.stop())
  afterEach(() => {
    delete stack.interceptors.bundler
    delete stack.interceptors.node
  })

  const getPaid = () =>
    stack.account.client.getBalance({
      address: stack.localChain.accounts.recipient.address,
    })

  /** Returns how many payments were made meanwhile. */
  async function countPayments(act: () => Promise<unknown>): Promise<number> {
    const before = await getPaid()
    await act()
    return Number(((await getPaid()) - before) / payment)
  }

  const send = (idempotencyKey: string, connection = agent) =>
    connection.call('send_calls', { calls, idempotencyKey })

  it('pays once for a key that is sent twice', async () => {
    const count = await countPayments(async () => {
      const first = await send('twice-0001')
      const second = await send('twice-0001')

      expect(first).to.include({ replayed: false, status: 'mined' })
      expect(second).to.deep.equal({ ...first, replayed: true })
    })

    expect(count).to.equal(1)
  })

  it('settles nothing by the word of the bundler alone', async () => {
    const hash = `0x${'cd'.repeat(32)}`
    const { transactionHash } = await send('twice-0001')
    stack.interceptors.bundler = async ({ method }, pass) =>
      method === 'eth_getUserOperationReceipt'
        ? {
            actualGasCost: '0x1',
            actualGasUsed: '0x1',
            logs: [],
            nonce: '0x0',
            receipt: { logs: [], transactionHash },
            success: true,
            userOpHash: hash,
          }
        : pass()

    const answer = await agent.call('get_operation', { userOpHash: hash })

    expect(answer).to.include({ ok: false, status: 'unknown' })
  })

  it('pays once for calls with one key that come at once', async () => {
    const count = await countPayments(async () => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => send('at-once-01')),
      )

      const hashes = answers.map(({ userOpHash }) => userOpHash)
      expect(new Set(hashes)).to.have.length(1)
      expect(answers.map(({ status }) => status)).to.deep.equal(
        Array(5).fill('mined'),
      )
      expect(answers.filter(({ replayed }) => !replayed)).to.have.length(1)
    })

    expect(count).to.equal(1)
  })

  it('pays once for two servers on one folder that get the key at once', async () => {
    const { directory } = stack
    const operations = createOperationStore({ directory, scope: 'test' })
    const other = await stack.connect({ operations })

    const count = await countPayments(async () => {
      const answers = await Promise.all([
        send('servers-01'),
        send('servers-01', other),
      ])

      expect(answers.map(({ status }) => status)).to.deep.equal([
        'mined',
        'mined',
      ])
      const [one, two] = answers
      expect(one?.transactionHash).to.equal(two?.transactionHash)
    })
    operations.close()

    expect(count).to.equal(1)
  })

  it('pays each of several keys that come at once, on lanes of their own', async () => {
    const keys = ['lane-00001', 'lane-00002', 'lane-00003']
    const count = await countPayments(async () => {
      const answers = await Promise.all(keys.map((key) => send(key)))

      expect(answers.map(({ status }) => status)).to.deep.equal([
        'mined',
        'mined',
        'mined',
      ])
      const nonces = answers.map(({ nonce }) => BigInt(nonce) >> 64n)
      expect(new Set(nonces)).to.have.length(3)
    })

    expect(count).to.equal(3)
  })

  it('refuses a key that was used for other calls', async () => {
    const count = await countPayments(async () => {
      const answer = await agent.call('send_calls', {
        calls: [{ amount: '0.002 ETH', to: 'vendor', transfer: 'ETH' }],
        idempotencyKey: 'twice-0001',
      })

      expect(answer.error).to.include({
        code: 'IDEMPOTENCY_CONFLICT',
        retry: 'reconcile',
      })
    })

    expect(count).to.equal(0)
  })

  it('pays once when the answer of the bundler is lost', async () => {
    const count = await countPayments(async () => {
      stack.interceptors.bundler = async ({ method }, pass) => {
        const answer = await pass()
        if (method === 'eth_sendUserOperation') throw new Error('fetch failed')
        if (method === 'eth_getUserOperationByHash') return null
        return answer
      }
      const lost = await send('lost-00001')
      delete stack.interceptors.bundler

      expect(lost.error).to.include({
        code: 'OUTCOME_UNKNOWN',
        retry: 'reconcile',
      })
      const again = await send('lost-00001')
      expect(again).to.include({
        replayed: true,
        status: 'mined',
        userOpHash: lost.error?.userOpHash,
      })
    })

    expect(count).to.equal(1)
  })

  it('sends the very same operation after a crash between signing and sending', async () => {
    const count = await countPayments(async () => {
      stack.interceptors.bundler = async ({ method }, pass) => {
        if (method === 'eth_sendUserOperation') throw new Error('fetch failed')
        return pass()
      }
      const crashed = await send('crash-0001')
      delete stack.interceptors.bundler
      const restarted = createOperationStore({
        directory: stack.directory,
        scope: 'test',
      })
      const other = await stack.connect({ operations: restarted })

      const found = await other.call('get_operation', {
        idempotencyKey: 'crash-0001',
      })
      expect(found.status).to.equal('pending')
      const answer = await send('crash-0001', other)
      restarted.close()

      expect(crashed.ok).to.equal(false)
      expect(answer).to.include({
        replayed: true,
        status: 'mined',
        userOpHash: found.userOpHash,
      })
    })

    expect(count).to.equal(1)
  })

  it('keeps to the nonce after a crash between storing and signing', async () => {
    const { operations } = stack.config
    const probe = await agent.call('send_calls', {
      calls,
      idempotencyKey: 'crash-0002-probe',
    })
    const { callsHash, calls: stored } = operations.get(
      'crash-0002-probe',
    ) as NonNullable<ReturnType<OperationStore['get']>>
    const nonce = BigInt(probe.nonce) + 1n

    const claim = operations.claim({
      block: 0n,
      calls: stored,
      callsHash,
      createdAt: Math.floor(Date.now() / 1_000) - 60,
      key: 'crash-0002',
      slots: [{ lane: 0, nonce, sequence: 0 }],
    })
    expect(claim.status).to.equal('claimed')

    const count = await countPayments(async () => {
      const other = await send('crash-0002-other')
      const answer = await send('crash-0002')

      expect(BigInt(other.nonce) >> 64n).not.to.equal(nonce >> 64n)
      expect(answer).to.include({ replayed: false, status: 'mined' })
      expect(BigInt(answer.nonce)).to.equal(nonce)
    })

    expect(count).to.equal(2)
  })

  it('gives another nonce only after the chain has given the first one away', async () => {
    const { account, operations } = stack.config
    // Signed for a nonce that another operation takes.
    stack.interceptors.bundler = async ({ method }, pass) => {
      if (method === 'eth_sendUserOperation') throw new Error('fetch failed')
      return pass()
    }
    await send('replaced-1')
    delete stack.interceptors.bundler
    const first = operations.get('replaced-1')
    await sendCalls(stack.config.bundlerClient, {
      account,
      calls: [
        { to: stack.localChain.accounts.guardian.address, value: payment },
      ],
      nonce: first?.nonce,
      pollingInterval: 50,
    })

    // A node that has the state of a block, and not yet its logs.
    stack.interceptors.node = ({ method }, pass) =>
      method === 'eth_getLogs' ? Promise.resolve([]) : pass()
    const doubtful = await send('replaced-1')
    delete stack.interceptors.node
    expect(doubtful.error?.code).to.equal('OUTCOME_UNKNOWN')

    const found = await agent.call('get_operation', {
      idempotencyKey: 'replaced-1',
    })
    expect(found).to.include({ ok: true, status: 'dropped' })
    const count = await countPayments(async () => {
      const answer = await send('replaced-1')

      expect(answer).to.include({ replayed: false, status: 'mined' })
      expect(BigInt(answer.nonce)).not.to.equal(first?.nonce)
    })

    expect(count).to.equal(1)
  })

  it('signs anew, for the same nonce, when the gas price no longer does', async () => {
    stack.interceptors.bundler = async ({ method }, pass) => {
      if (method === 'eth_sendUserOperation') throw new Error('fetch failed')
      return pass()
    }
    await send('rebuild-01')
    let refusals = 0
    stack.interceptors.bundler = async ({ method }, pass) => {
      if (method !== 'eth_sendUserOperation' || refusals > 0) return pass()
      refusals += 1
      throw Object.assign(new Error('maxFeePerGas must be at least 5'), {
        code: -32602,
      })
    }

    const count = await countPayments(async () => {
      const answer = await send('rebuild-01')

      expect(answer).to.include({ replayed: false, status: 'mined' })
      const record = stack.config.operations.get('rebuild-01')
      expect(record?.attempts).to.have.length(2)
      expect(`${record?.nonce}`).to.equal(answer.nonce)
    })

    expect(refusals).to.equal(1)
    expect(count).to.equal(1)
  })

  it('answers pending in time when the bundler is slow', async () => {
    const hasty = await stack.connect({ waitTimeout: 0 })

    const count = await countPayments(async () => {
      const answer = await send('pending-01', hasty)
      expect(answer).to.include({ ok: true, status: 'pending' })
      expect(answer.userOpHash).to.match(/^0x[0-9a-f]{64}$/)

      const later = await send('pending-01')
      expect(later).to.include({ replayed: true, status: 'mined' })
      expect(later.userOpHash).to.equal(answer.userOpHash)
    })

    expect(count).to.equal(1)
  })

  it('keeps what reverted, and does not try it again', async () => {
    const { accounts, contracts, rpcUrl } = stack.localChain
    // The check passes, and the token is gone when the operation runs.
    const test = createTestClient({
      chain: stack.localChain.chain,
      mode: 'anvil',
      transport: http(rpcUrl),
    })
    const transfer = [{ amount: '1 TUSD', to: 'vendor', transfer: 'TUSD' }]
    const code = await stack.account.client.getCode({
      address: contracts.testToken,
    })
    const hasty = await stack.connect({ waitTimeout: 0 })
    await test.setAutomine(false)
    await hasty.call('send_calls', {
      calls: transfer,
      idempotencyKey: 'reverts-01',
    })
    await test.setCode({ address: contracts.testToken, bytecode: '0x5f5ffd' })
    await test.setAutomine(true)
    await test.mine({ blocks: 1 })

    let answer = await agent.call('get_operation', {
      idempotencyKey: 'reverts-01',
    })
    for (let look = 0; look < 50 && answer.status === 'pending'; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      answer = await agent.call('get_operation', {
        idempotencyKey: 'reverts-01',
      })
    }
    const again = await agent.call('send_calls', {
      calls: transfer,
      idempotencyKey: 'reverts-01',
    })
    await test.setCode({
      address: contracts.testToken,
      bytecode: code ?? '0x',
    })

    expect(accounts.recipient.address).to.be.a('string')
    expect(answer).to.include({ ok: false, status: 'failed' })
    expect(answer.error?.code).to.equal('CALL_REVERTED')
    expect(answer.transactionHash).to.match(/^0x/)
    expect(again).to.include({ ok: false, replayed: true, status: 'failed' })
    expect(again.transactionHash).to.equal(answer.transactionHash)
  })

  it('asks to wait while operations that may still be included hold every lane', async () => {
    stack.interceptors.bundler = async ({ method }, pass) => {
      if (method === 'eth_sendUserOperation') throw new Error('fetch failed')
      return pass()
    }
    for (const key of ['busy-00001', 'busy-00002', 'busy-00003', 'busy-00004'])
      await send(key)
    const answer = await send('busy-00005')

    expect(answer.error).to.include({
      code: 'TOOL_RATE_LIMITED',
      retry: 'after',
    })
    expect(answer.error?.retryAfter).to.be.within(
      Math.floor(Date.now() / 1_000),
      Math.floor(Date.now() / 1_000) + 600,
    )
    expect(answer.error?.details?.pendingKeys).to.have.length(4)
  })

  it('frees the lanes once the windows are over', async () => {
    const test = createTestClient({
      chain: stack.localChain.chain,
      mode: 'anvil',
      transport: http(stack.localChain.rpcUrl),
    })
    await test.increaseTime({ seconds: 600 })
    await test.mine({ blocks: 1 })

    const found = await agent.call('get_operation', {
      idempotencyKey: 'busy-00001',
    })

    expect(found).to.include({ ok: true, status: 'dropped' })
    expect(found.nextStep).to.match(/same key/)
    expect(stack.config.operations.get('busy-00001')?.state).to.equal(
      'released',
    )
  })
})

describe('createOperationStore', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
  })
  afterEach(() => rmSync(directory, { force: true, recursive: true }))

  const claim = (
    store: OperationStore,
    key: string,
    nonces: readonly bigint[],
  ) =>
    store.claim({
      block: 1n,
      calls: [],
      callsHash: '0x',
      createdAt: 1,
      key,
      slots: nonces.map((nonce, lane) => ({ lane, nonce, sequence: 0 })),
    })

  it('creates a file that nobody else may open', () => {
    const store = createOperationStore({ directory, scope: 'one' })
    claim(store, 'a', [1n])

    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777).to.equal(0o600)
    store.close()
  })

  it('never gives one nonce to two keys', () => {
    const stores = [1, 2].map(() =>
      createOperationStore({ directory, scope: 'one' }),
    )
    const [one, two] = stores as [OperationStore, OperationStore]

    expect(claim(one, 'a', [1n, 2n])).to.have.nested.property(
      'record.nonce',
      1n,
    )
    expect(claim(two, 'b', [1n, 2n])).to.have.nested.property(
      'record.nonce',
      2n,
    )
    expect(claim(one, 'c', [1n, 2n]).status).to.equal('busy')
    for (const store of stores) store.close()
  })

  it('never gives two nonces to one key', () => {
    const store = createOperationStore({ directory, scope: 'one' })
    claim(store, 'a', [1n])

    const second = claim(store, 'a', [2n])

    expect(second.status).to.equal('existing')
    expect(second).to.have.nested.property('record.nonce', 1n)
    store.close()
  })

  it('remembers after a restart, and keeps scopes apart', () => {
    const first = createOperationStore({ directory, scope: 'one' })
    claim(first, 'a', [2n ** 200n])
    first.close()

    const second = createOperationStore({ directory, scope: 'one' })
    const other = createOperationStore({ directory, scope: 'two' })

    expect(second.get('a')?.nonce).to.equal(2n ** 200n)
    expect(other.get('a')).to.equal(undefined)
    expect(claim(other, 'b', [2n ** 200n]).status).to.equal('claimed')
    second.close()
    other.close()
  })

  it('keeps each window of an operation that was signed twice', () => {
    const store = createOperationStore({ directory, scope: 'one' })
    claim(store, 'a', [1n])
    const sign = (validUntil: number) =>
      store.addAttempt(
        { key: 'a', nonce: 1n },
        {
          prepared: {
            calls: [],
            entryPoint: '0x',
            userOperation: {} as never,
            userOpHash: '0xab',
            window: { validAfter: 0, validUntil },
          },
          sent: false,
        },
      )
    const before = store.get('a')

    expect(sign(100)).to.equal(true)
    expect(sign(200)).to.equal(true)

    const attempts = store.get('a')?.attempts ?? []
    expect(
      attempts.map(({ prepared }) => prepared.window.validUntil),
    ).to.deep.equal([100, 200])
    expect(before && store.release(before)).to.equal(false)
    store.close()
  })

  const attempt = {
    prepared: {
      calls: [],
      entryPoint: '0x',
      userOperation: {} as never,
      userOpHash: '0xab',
      window: { validAfter: 0, validUntil: 100 },
    },
    sent: false,
  } as const

  it('keeps an operation of each key that has signed for the same hash', () => {
    const store = createOperationStore({ directory, scope: 'one' })
    claim(store, 'a', [1n])
    expect(store.addAttempt({ key: 'a', nonce: 1n }, attempt)).to.equal(true)
    const first = store.get('a')
    expect(first && store.release(first)).to.equal(true)
    claim(store, 'b', [1n])

    expect(store.addAttempt({ key: 'b', nonce: 1n }, attempt)).to.equal(true)

    expect(store.get('b')?.attempts).to.have.length(1)
    expect(store.getByHash('0xab')?.key).to.equal('b')
    store.close()
  })

  it('takes over the records of the first version, and refuses a newer one', () => {
    const path = join(directory, 'operations.sqlite')
    const store = createOperationStore({ directory, scope: 'one' })
    claim(store, 'a', [1n])
    store.addAttempt({ key: 'a', nonce: 1n }, attempt)
    store.close()
    const database = new DatabaseSync(path)
    database.exec(`
      CREATE TABLE first (
        userOpHash TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL,
        nonce TEXT NOT NULL, validUntil INTEGER NOT NULL,
        prepared TEXT NOT NULL, sent INTEGER NOT NULL,
        PRIMARY KEY (scope, userOpHash, validUntil),
        FOREIGN KEY (scope, key) REFERENCES operation (scope, key)
      ) STRICT;
      INSERT INTO first SELECT * FROM attempt;
      DROP TABLE attempt;
      ALTER TABLE first RENAME TO attempt;
      ALTER TABLE operation DROP COLUMN inputHash;
      PRAGMA user_version = 0;`)

    const again = createOperationStore({ directory, scope: 'one' })
    expect(again.get('a')?.attempts).to.deep.equal([attempt])
    again.close()

    database.exec('PRAGMA user_version = 3')
    database.close()
    expect(() => createOperationStore({ directory, scope: 'one' })).to.throw(
      'newer version',
    )
  })

  it('forgets a key for which nothing was signed', () => {
    const store = createOperationStore({ directory, scope: 'one' })
    const claimed = claim(store, 'a', [1n])
    if (claimed.status !== 'claimed') throw new Error('Not claimed.')

    expect(store.release(claimed.record)).to.equal(true)
    expect(store.get('a')).to.equal(undefined)
    store.close()
  })
})
