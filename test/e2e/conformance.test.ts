import { expect } from 'chai'
import {
  createTestClient,
  erc20Abi,
  type Hex,
  http,
  pad,
  parseEther,
  publicActions,
  walletActions,
} from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import {
  agentKey,
  compileExample,
  createStack,
  recipient,
  stranger,
  toUnits,
} from './sdkStack.ts'

type Changes = Partial<PolicyDocument>
type Kind = readonly [name: string, changes: Changes]

const toTokens = (
  per: NonNullable<PolicyDocument['limits']>[number]['per'],
  amount = '500',
) => ({ amount, asset: 'TUSD', per }) as const
const native = { amount: '1', asset: 'ETH', per: 'day' } as const

/** Policies that between them have every kind of limit and of rule. */
const kinds: readonly Kind[] = [
  [
    'every period, and groups',
    {
      groups: ['payroll'],
      limits: [
        toTokens('operation'),
        toTokens('hour'),
        toTokens('day'),
        toTokens('week'),
        toTokens('month'),
        toTokens({ every: '30d', from: '2026-01-01' }),
        toTokens('lifetime', '900'),
        { ...toTokens('lifetime', '900'), scope: 'account' },
        { ...toTokens('day', '100'), group: 'payroll' },
        native,
      ],
      permissions: [
        { group: 'payroll', to: [recipient], transfer: 'TUSD' },
        { to: [recipient], transfer: 'ETH' },
      ],
    },
  ],
  [
    'rolling limits, gas over months, and a schedule',
    {
      limits: [
        toTokens({ rolling: '1h' }),
        toTokens('lifetime', '900'),
        { operations: 100, per: { rolling: '1h' } },
        { operations: 100, per: 'day' },
        { gas: '2', per: 'month', scope: 'account' },
        native,
      ],
      schedule: {
        blackouts: [
          { from: '2026-01-01', reason: 'It was closed.', until: '2026-01-02' },
        ],
        weekly: [
          {
            days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
            from: '00:00',
            to: '24:00',
          },
        ],
      },
    },
  ],
  [
    'a set in a blob of its own, a switch, and a settlement that is demanded',
    {
      permissions: [
        { to: ['crowd'], transfer: 'TUSD' },
        { approve: 'TUSD', spenders: { [recipient]: '10', [stranger]: '20' } },
        { to: ['crowd'], transfer: 'ETH' },
      ],
      sets: { crowd: { external: true, members: [recipient, stranger] } },
      settlement: 'demanded',
    },
  ],
]

// INV-17: a bundler in safe mode takes operations of every kind.
describe('operations of every kind, with a bundler in safe mode', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => localChain.stop())

  for (const version of ['0.7', '0.8'] as const)
    describe(`on EntryPoint ${version}`, () => {
      const createFirst = () =>
        createStack({
          localChain,
          salt: pad(version === '0.7' ? '0xc07' : '0xc08'),
          version,
        })
      let stack: Awaited<ReturnType<typeof createFirst>>
      let account: Hex
      let node: ReturnType<typeof createNode>

      const createNode = () =>
        createTestClient({
          account: privateKeyToAccount(developmentAccounts.deployer.privateKey),
          cacheTime: 0,
          chain: localChain.chain,
          mode: 'anvil',
          pollingInterval: 20,
          transport: http(localChain.rpcUrl),
        })
          .extend(publicActions)
          .extend(walletActions)

      const send = async (transaction: {
        account?: Hex
        data: Hex
        to: Hex
      }) => {
        const hash = await node.sendTransaction(transaction)
        const { status } = await node.waitForTransactionReceipt({ hash })
        expect(status).to.equal('success')
      }

      before(async () => {
        stack = await createFirst()
        node = createNode()
        account = stack.ownerAccount.address
        const { factory, factoryData } =
          await stack.ownerAccount.getFactoryArgs()
        if (!factory || !factoryData) throw new Error('It is deployed.')
        await send({ data: factoryData, to: factory })
        await node.impersonateAccount({ address: account })
        await send({
          ...encodeInstallPolicyValidatorCall({ account }),
          account,
        })
        const hash = await node.writeContract({
          abi: entryPoint08Abi,
          address: localChain.entryPoints[version],
          args: [account],
          functionName: 'depositTo',
          value: parseEther('1'),
        })
        await node.waitForTransactionReceipt({ hash })
      })

      for (const [index, [name, changes]] of kinds.entries())
        it(`under ${name}: a single call, and a batch that settles`, async () => {
          const policy = compileExample(stack.token, changes)
          await publishPolicy(stack.wallet, { policy })
          await send({
            ...encodeGrantPolicyCall({
              agent: agentKey.address,
              expectedVersion: index,
              policyHash: policy.policyHash,
            }),
            account,
          })
          const agent = await stack.createAgent({ policy })
          const before = await stack.getBalance(recipient)
          const approval = {
            abi: erc20Abi,
            args: [stranger, 20_000_000n],
            functionName: 'approve',
            to: stack.token,
          } as const
          const prepare = async (key: bigint, calls: readonly unknown[]) =>
            agent.prepareCalls({
              calls: calls as never,
              nonce: await agent.account.getNonce({ key }),
            })
          // A lane each, so that the bundler takes both at once.
          const prepared = [
            await prepare(0n, [stack.pay('1')]),
            await prepare(1n, [
              stack.pay('2'),
              changes.settlement
                ? approval
                : { data: '0x', to: recipient, value: 1n },
            ]),
          ]
          const settled = prepared.map(({ charges }) => charges !== undefined)
          expect(settled).to.deep.equal([
            changes.settlement !== undefined,
            true,
          ])

          const hashes = await Promise.all(
            prepared.map((operation) => agent.sendPreparedCalls(operation)),
          )
          for (const hash of hashes) {
            const { success } = await agent.waitForUserOperationReceipt({
              hash,
            })
            expect(success).to.equal(true)
          }
          expect((await stack.getBalance(recipient)) - before).to.equal(
            toUnits('3'),
          )
        })
    })
})
