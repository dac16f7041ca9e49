import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  type Address,
  createWalletClient,
  erc20Abi,
  http,
  parseEther,
  publicActions,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { z } from 'zod'

import { freezeAgent } from '../../src/actions/owner/freezeAgent.ts'
import { grantPolicy } from '../../src/actions/owner/grantPolicy.ts'
import { revokeAgent } from '../../src/actions/owner/revokeAgent.ts'
import { unfreezeAgent } from '../../src/actions/owner/unfreezeAgent.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import { type AgentStack, startAgentStack } from './startAgentStack.ts'

type Connection = Awaited<ReturnType<AgentStack['connect']>>

const toVendor = (amount: string) => [
  { amount, to: 'vendor', transfer: amount.split(' ')[1] },
]

describe('agent tools', () => {
  let stack: AgentStack
  let agent: Connection

  before(async () => {
    stack = await startAgentStack()
    agent = await stack.connect()
  })
  after(() => stack.stop())

  describe('the list', () => {
    it('names the tools, in this order, and what each does to the world', async () => {
      const { tools } = await agent.client.listTools()
      const reads = {
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: true,
        readOnlyHint: true,
      }

      expect(
        tools.map(({ annotations, name }) => {
          const { title, ...hints } = annotations ?? {}
          expect(title).to.be.a('string')
          return [name, hints]
        }),
      ).to.deep.equal([
        ['get_policy', reads],
        ['get_budget', reads],
        ['check_calls', reads],
        [
          'send_calls',
          {
            destructiveHint: true,
            idempotentHint: true,
            openWorldHint: true,
            readOnlyHint: false,
          },
        ],
        ['get_operation', reads],
      ])
    })

    it('says what each tool takes', async () => {
      const { tools } = await agent.client.listTools()
      const call = ['amount', 'args', 'data', 'function', 'to', 'transfer']

      expect(
        tools.map(({ inputSchema, name }) => [
          name,
          Object.keys(inputSchema.properties ?? {}).sort(),
          inputSchema.required ?? [],
        ]),
      ).to.deep.equal([
        ['get_policy', [], []],
        ['get_budget', [], []],
        ['check_calls', ['calls'], ['calls']],
        [
          'send_calls',
          ['calls', 'idempotencyKey'],
          ['calls', 'idempotencyKey'],
        ],
        ['get_operation', ['idempotencyKey', 'userOpHash'], []],
      ])
      const calls = tools[3]?.inputSchema.properties?.calls as unknown as {
        items: { properties: object; required: string[] }
      }
      expect(Object.keys(calls.items.properties).sort()).to.deep.equal([
        ...call,
        'value',
      ])
      expect(calls.items.required).to.deep.equal(['to'])
    })

    it('has plain object schemas that every client can read', async () => {
      const { tools } = await agent.client.listTools()

      for (const { inputSchema, outputSchema } of tools)
        for (const schema of [inputSchema, outputSchema]) {
          expect(schema?.type).to.equal('object')
          const text = JSON.stringify(schema)
          expect(text).not.to.match(/"\$ref"|"\$defs"|"oneOf"|"allOf"|#bigint/)
        }
    })

    it('stays small enough for the context of a model', async () => {
      const { tools } = await agent.client.listTools()

      expect(JSON.stringify(tools).length).to.be.lessThan(24_000)
    })

    it('tells a model what to do before it uses a tool', () => {
      const instructions = agent.client.getInstructions() ?? ''

      expect(instructions).to.match(/Call get_policy first/)
      for (const retry of ['never', 'same', 'rebuild', 'after', 'reconcile'])
        expect(instructions).to.include(`- ${retry}: `)
    })
  })

  describe('every answer', () => {
    const requests: [name: string, args: Record<string, unknown>][] = [
      ['get_policy', {}],
      ['get_budget', {}],
      ['check_calls', { calls: toVendor('1 TUSD') }],
      ['check_calls', { calls: toVendor('101 TUSD') }],
      ['check_calls', { calls: [] }],
      [
        'send_calls',
        { calls: toVendor('101 TUSD'), idempotencyKey: 'form-01' },
      ],
      ['send_calls', { calls: 'all of them' }],
      ['get_operation', {}],
    ]

    it('has the form that its schema says, failures included', async () => {
      const { tools } = await agent.client.listTools()

      for (const [name, args] of requests) {
        const tool = tools.find((tool) => tool.name === name)
        const schema = z.fromJSONSchema(tool?.outputSchema as never)
        const result = await agent.client.callTool({ arguments: args, name })

        const parsed = schema.safeParse(result.structuredContent)
        expect(parsed.error?.issues, name).to.equal(undefined)
      }
    })

    it('is the same as text', async () => {
      for (const [name, args] of requests) {
        const { content, isError, structuredContent } =
          await agent.client.callTool({ arguments: args, name })

        const [first] = content
        const text = first?.type === 'text' ? first.text : ''
        expect(JSON.parse(text)).to.deep.equal(structuredContent)
        expect((structuredContent as { ok: boolean }).ok).to.equal(!isError)
      }
    })
  })

  describe('get_policy', () => {
    it('says what the chain has granted, in the words of the document', async () => {
      const answer = await agent.call('get_policy')

      expect(answer).to.include({
        account: stack.account.address,
        agent: stack.localChain.accounts.agent.address,
        chainId: 31_337,
        frozen: false,
        name: 'Vendor payments',
        ok: true,
        policyHash: stack.compile(stack.document).policyHash,
        version: 1,
      })
      expect(answer.validity.status).to.equal('valid')
      expect(answer.warnings).to.deep.equal([])
      expect(answer.sentences).to.include('At most 150 TUSD a day.')
      expect(answer.permissions[0]).to.include({
        name: 'Pay in ETH',
        onDeny: 'Only the two payees are paid.',
      })
      expect(answer.limits[3]).to.deep.equal({
        amount: '150000000',
        asset: 'TUSD',
        beyond: 'deny',
        formatted: '150 TUSD',
        name: 'Daily dollars',
        per: 'day',
        scope: 'agent',
        token: stack.localChain.contracts.testToken,
      })
      expect(answer.document.contracts.vendor).to.equal(
        stack.localChain.accounts.recipient.address,
      )
    })

    it('reads the bytes where there is no document', async () => {
      const { call } = await stack.connect({ document: undefined })

      const answer = await call('get_policy')

      expect(answer.ok).to.equal(true)
      expect(answer.name).to.equal(undefined)
      expect(answer.limits[3]).to.include({ formatted: '150 TUSD', per: 'day' })
      expect(JSON.stringify(answer.document)).to.include(
        stack.localChain.accounts.recipient.address,
      )
    })

    it('says so where the document is not what is granted', async () => {
      const { call } = await stack.connect({
        document: definePolicy({ ...stack.document, maxCalls: 3 }),
      })

      const answer = await call('get_policy')

      expect(answer.maxCalls).to.equal(4)
      expect(answer.name).to.equal(undefined)
      expect(answer.warnings).to.have.length(1)
    })

    it('takes no names from a document that is not what is granted', async () => {
      const { call } = await stack.connect({
        document: definePolicy({ ...stack.document, maxCalls: 3 }),
      })

      const answer = await call('check_calls', { calls: toVendor('1 TUSD') })

      expect(answer.error?.code).to.equal('INPUT_INVALID')
    })

    it('supposes no decimals when the node fails', async () => {
      const { call } = await stack.connect({ document: undefined })
      stack.interceptors.node = async ({ params }, pass) => {
        const [asked] = (params ?? []) as { data?: string }[]
        if (asked?.data === '0x313ce567') throw new Error('fetch failed')
        return pass()
      }
      const answer = await call('get_budget').finally(() => {
        delete stack.interceptors.node
      })

      expect(answer.error?.code).to.equal('RPC_UNAVAILABLE')
    })
  })

  describe('get_budget', () => {
    it('says what is spent, what is left, and what the account holds', async () => {
      const answer = await agent.call('get_budget')

      expect(answer.limits[3]).to.include({
        name: 'Daily dollars',
        remaining: '150000000',
        remainingFormatted: '150 TUSD',
        spent: '0',
        warning: false,
      })
      expect(answer.limits[3].resetsAt).to.be.greaterThan(answer.timestamp)
      expect(answer.gas.amount).to.equal(`${parseEther('0.05')}`)
      expect(answer.balances[1]).to.include({
        asset: 'TUSD',
        formatted: '1000 TUSD',
      })
      expect(answer.warnings).to.deep.equal([])
    })
  })

  describe('check_calls', () => {
    it('allows what the chain would accept', async () => {
      const answer = await agent.call('check_calls', {
        calls: toVendor('1 TUSD'),
      })

      expect(answer).to.deep.equal({
        calls: [
          `Transfer 1 TUSD to ${stack.localChain.accounts.recipient.address}`,
        ],
        ok: true,
        verdict: 'allowed',
        violations: [],
      })
    })

    it('lists every violation of a batch', async () => {
      const { stranger } = stack.localChain.accounts

      const answer = await agent.call('check_calls', {
        calls: [
          ...toVendor('101 TUSD'),
          { amount: '1 TUSD', to: stranger.address, transfer: 'TUSD' },
        ],
      })

      expect(answer.ok).to.equal(true)
      expect(answer.verdict).to.equal('denied')
      expect(
        answer.violations.map(({ code }: { code: string }) => code),
      ).to.have.members(['CAP_EXCEEDED', 'RECIPIENT_NOT_ALLOWED'])
    })

    it('knows nothing while the node is down, and does not say allowed', async () => {
      stack.interceptors.node = async () => {
        throw new Error('fetch failed')
      }
      const answer = await agent
        .call('check_calls', { calls: toVendor('1 TUSD') })
        .finally(() => {
          delete stack.interceptors.node
        })

      expect(answer.ok).to.equal(false)
      expect(answer.verdict).to.equal('unknown')
      expect(answer.error).to.include({
        code: 'RPC_UNAVAILABLE',
        retry: 'same',
      })
    })

    it('knows nothing when the node fails after the policy was read', async () => {
      stack.interceptors.node = async ({ method, params }, pass) => {
        const [call] = (params ?? []) as { to?: string }[]
        if (method === 'eth_call' && call?.to === stack.account.address)
          throw new Error('fetch failed')
        return pass()
      }
      const answer = await agent
        .call('check_calls', { calls: toVendor('1 TUSD') })
        .finally(() => {
          delete stack.interceptors.node
        })

      expect(answer.verdict).to.equal('unknown')
      expect(answer.error?.code).to.equal('RPC_UNAVAILABLE')
    })
  })

  describe('send_calls', () => {
    it('pays in ETH, and says what it has cost', async () => {
      const { client } = stack.account
      const { address } = stack.localChain.accounts.recipient
      const before = await client.getBalance({ address })

      const answer = await agent.call('send_calls', {
        calls: toVendor('0.01 ETH'),
        idempotencyKey: 'send-eth-1',
      })

      expect(answer).to.include({
        ok: true,
        replayed: false,
        status: 'mined',
      })
      const after = await client.getBalance({ address })
      expect(after - before).to.equal(parseEther('0.01'))
      const receipt = await client.getTransactionReceipt({
        hash: answer.transactionHash,
      })
      expect(receipt.status).to.equal('success')
      expect(`${receipt.blockNumber}`).to.equal(answer.blockNumber)
      expect(Number(answer.gasUsed)).to.be.within(100_000, 300_000)
    })

    it('takes raw calldata and functions by their signatures', async () => {
      const { contracts } = stack.localChain
      const answer = await agent.call('send_calls', {
        calls: [
          {
            args: ['vendor', '1 TUSD'],
            function: 'transfer(address to, uint256 amount)',
            to: 'TUSD',
          },
          {
            data: `0xa9059cbb${'0'.repeat(24)}${stack.localChain.accounts.guardian.address.slice(2)}${(2_000_000).toString(16).padStart(64, '0')}`,
            to: contracts.testToken,
          },
        ],
        idempotencyKey: 'send-raw-1',
      })

      expect(answer.status).to.equal('mined')
      const paid = await stack.account.client.readContract({
        abi: erc20Abi,
        address: contracts.testToken,
        args: [stack.localChain.accounts.guardian.address],
        functionName: 'balanceOf',
      })
      expect(paid).to.equal(2_000_000n)
    })

    it('is denied with the reason, the way out, and the words of the owner', async () => {
      const answer = await agent.call('send_calls', {
        calls: toVendor('101 TUSD'),
        idempotencyKey: 'send-cap-1',
      })

      expect(answer.ok).to.equal(false)
      expect(answer.status).to.equal(undefined)
      expect(answer.error).to.include({
        actor: 'agent',
        category: 'policy',
        code: 'CAP_EXCEEDED',
        ownerMessage:
          'One payment is at most 100 TUSD. Ask the owner for larger ones.',
        retryable: false,
      })
    })

    it('leaves the key of a denied payment free for a smaller one', async () => {
      const answer = await agent.call('send_calls', {
        calls: toVendor('2 TUSD'),
        idempotencyKey: 'send-cap-1',
      })

      expect(answer.status).to.equal('mined')
    })

    it('lists what is wrong with the input, with the place of each fault', async () => {
      const answer = await agent.call('send_calls', {
        calls: [
          { amount: '12.5', to: 'vendor', transfer: 'TUSD' },
          { amount: '1 EURC', to: '0x1234', transfer: 'TUSD' },
          {
            args: ['vendor'],
            function: 'approve(address,uint256)',
            to: 'TUSD',
          },
        ],
        idempotencyKey: 'send-input-1',
      })

      expect(answer.error?.code).to.equal('INPUT_INVALID')
      const issues = answer.error?.details?.issues as unknown as {
        path: string
      }[]
      expect(issues.map(({ path }) => path)).to.deep.equal([
        'calls[0].amount',
        'calls[1].to',
        'calls[2].args',
      ])
    })
  })

  describe('get_operation', () => {
    it('finds an operation by its key, and by its hash', async () => {
      const byKey = await agent.call('get_operation', {
        idempotencyKey: 'send-eth-1',
      })
      const byHash = await agent.call('get_operation', {
        userOpHash: byKey.userOpHash,
      })

      expect(byKey).to.include({ ok: true, status: 'mined' })
      expect(byHash).to.deep.equal(byKey)
    })

    it('finds an operation that another server has sent', async () => {
      const { userOpHash } = await agent.call('get_operation', {
        idempotencyKey: 'send-eth-1',
      })
      const forgetful = {
        ...stack.config.operations,
        getByHash: () => undefined,
      }
      const { call } = await stack.connect({ operations: forgetful })

      const answer = await call('get_operation', { userOpHash })

      expect(answer).to.include({ ok: true, status: 'mined', userOpHash })
    })

    it('does not know a hash that nobody has sent', async () => {
      const userOpHash = `0x${'ab'.repeat(32)}`
      const answer = await agent.call('get_operation', { userOpHash })

      expect(answer.status).to.equal('unknown')
      expect(answer.error).to.include({
        code: 'OUTCOME_UNKNOWN',
        retry: 'reconcile',
        userOpHash,
      })
    })

    it('refuses a key that was never used', async () => {
      const answer = await agent.call('get_operation', {
        idempotencyKey: 'never-used-1',
      })

      expect(answer.error?.code).to.equal('INPUT_INVALID')
    })
  })

  describe('after an act of the owner', () => {
    const subject = () => ({
      agent: stack.localChain.accounts.agent.address,
      validator: stack.localChain.contracts.policyValidator,
    })

    it('a frozen agent reads why, and is denied', async () => {
      const { owner, waitForOwner } = stack.account
      await waitForOwner(await freezeAgent(owner, subject()))

      const policy = await agent.call('get_policy')
      const answer = await agent.call('send_calls', {
        calls: toVendor('1 TUSD'),
        idempotencyKey: 'frozen-01',
      })

      expect(policy).to.include({ frozen: true, version: 2 })
      expect(policy.warnings).to.have.length(1)
      expect(answer.error?.code).to.equal('AGENT_FROZEN')
      await waitForOwner(await unfreezeAgent(owner, subject()))
    })

    it('another policy is in force at once, without the old words', async () => {
      const { owner, waitForOwner } = stack.account
      const document = definePolicy({
        ...stack.document,
        limits: stack.document.limits.map((limit) =>
          'asset' in limit && limit.per === 'operation'
            ? { ...limit, amount: '0.05' }
            : limit,
        ),
      })
      await waitForOwner(
        await grantPolicy(owner, {
          ...subject(),
          policy: stack.compile(document),
          policyStore: stack.localChain.contracts.policyStore,
        }),
      )

      const answer = await agent.call('send_calls', {
        calls: [
          {
            amount: '1 TUSD',
            to: stack.localChain.accounts.recipient.address,
            transfer: 'TUSD',
          },
        ],
        idempotencyKey: 'replaced-1',
      })

      expect(answer.error).to.include({ code: 'CAP_EXCEEDED' })
      expect(answer.error?.ownerMessage).to.equal(undefined)
      expect(answer.error?.message).to.include('0.05 TUSD')
    })

    it('a token that takes the name of another one stands for neither', async () => {
      const { owner, waitForOwner } = stack.account
      const { accounts, chain, contracts, rpcUrl } = stack.localChain
      const { abi, bytecode } = JSON.parse(
        readFileSync(
          'artifacts/contracts/mocks/TestToken.sol/TestToken.json',
          'utf8',
        ),
      )
      const wallet = createWalletClient({
        account: privateKeyToAccount(accounts.deployer.privateKey),
        chain,
        transport: http(rpcUrl),
      }).extend(publicActions)
      const { contractAddress: twin } = await wallet
        .deployContract({ abi, args: ['Test', 'tusd', 6], bytecode })
        .then((hash) => wallet.waitForTransactionReceipt({ hash }))
      const document = definePolicy({
        ...stack.document,
        assets: {
          ...stack.document.assets,
          twin: { address: twin as Address, decimals: 6, type: 'erc20' },
        },
        limits: [
          ...stack.document.limits,
          { amount: 1, asset: 'twin', per: 'day' },
        ],
        permissions: [
          ...stack.document.permissions,
          { to: 'vendor', transfer: 'twin' },
        ],
      })
      await waitForOwner(
        await grantPolicy(owner, {
          ...subject(),
          policy: stack.compile(document),
          policyStore: contracts.policyStore,
        }),
      )

      const { limits } = await agent.call('get_policy')
      const names = new Set(
        limits.map(({ asset }: { asset: string }) => asset.toLowerCase()),
      )
      for (const address of [contracts.testToken, twin as Address])
        expect([...names], address).to.include(
          `tusd (${address.slice(0, 6)}…${address.slice(-4)})`.toLowerCase(),
        )
      const answer = await agent.call('check_calls', {
        calls: [
          {
            amount: '1 TUSD',
            to: accounts.recipient.address,
            transfer: 'TUSD',
          },
        ],
      })
      expect(answer.ok).to.equal(false)
    })

    it('a revoked agent is denied by every tool', async () => {
      const { owner, waitForOwner } = stack.account
      await waitForOwner(await revokeAgent(owner, subject()))

      for (const [name, args] of [
        ['get_policy', {}],
        ['get_budget', {}],
        [
          'send_calls',
          { calls: toVendor('1 TUSD'), idempotencyKey: 'revoked-1' },
        ],
      ] as const) {
        const answer = await agent.call(name, args)
        expect(answer.error?.code, name).to.equal('AGENT_NOT_GRANTED')
      }
      const retried = await agent.call('send_calls', {
        calls: toVendor('0.01 ETH'),
        idempotencyKey: 'send-eth-1',
      })
      expect(retried).to.include({ ok: true, replayed: true, status: 'mined' })

      const checked = await agent.call('check_calls', {
        calls: toVendor('1 TUSD'),
      })
      expect(checked).to.include({ ok: true, verdict: 'denied' })
      expect(checked.violations[0].code).to.equal('AGENT_NOT_GRANTED')
    })
  })
})
