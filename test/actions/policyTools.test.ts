import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  type Address,
  createPublicClient,
  createTestClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  type Hex,
  http,
  pad,
  parseAbi,
  publicActions,
  walletActions,
  zeroAddress,
} from 'viem'

import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import {
  PolicyBlobMismatchError,
  type PolicyBlobMismatchErrorType,
} from '../../src/actions/errors.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import { lintPolicyOnChain } from '../../src/actions/read/lintPolicyOnChain.ts'
import { reviewAccount } from '../../src/actions/read/reviewAccount.ts'
import { verifyGrant } from '../../src/actions/read/verifyGrant.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { chainLintCodes } from '../../src/policy/lint/lintTable.ts'
import {
  agentKey,
  compileExample,
  createStack,
  getError,
  recipient,
  stranger,
} from '../e2e/sdkStack.ts'
import { stopConforming } from '../helpers/stopConforming.ts'

const agent = agentKey.address
const empty: Address = '0x00000000000000000000000000000000000eeee1'
const delegated: Address = '0x00000000000000000000000000000000000dddd1'
const proxy: Address = '0x00000000000000000000000000000000000aaaa1'
const implementationSlot =
  '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
const collectionAbi = parseAbi([
  'function setApprovalForAll(address operator, bool approved)',
])

describe('tools that ask the chain', () => {
  let localChain: LocalChain<'0.7' | '0.8', false>
  let stack: Awaited<ReturnType<typeof startStack>>
  let node: ReturnType<typeof createNode>
  let account: Address
  let collection: Address
  let document: PolicyDocument

  const createNode = () =>
    createTestClient({
      cacheTime: 0,
      chain: localChain.chain,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(localChain.rpcUrl),
    })
      .extend(publicActions)
      .extend(walletActions)

  /** A client of a node that answers one method otherwise. */
  const createLiar = (method: string, answer: (params: unknown) => unknown) =>
    createPublicClient({
      chain: localChain.chain,
      transport: custom(
        {
          request: async (request: { method: string; params?: unknown }) =>
            request.method === method
              ? answer(request.params)
              : node.request(request as never),
        },
        { retryCount: 0 },
      ),
    })
  const fail = () => {
    throw new Error('The node is down.')
  }

  const startStack = () =>
    createStack({ localChain, salt: pad('0x01'), version: '0.7' })

  async function act(call: { data: Hex; to: Address }) {
    const hash = await node.sendTransaction({
      account,
      chain: localChain.chain,
      ...call,
    })
    const receipt = await node.waitForTransactionReceipt({ hash })
    expect(receipt.status).to.equal('success')
  }

  async function grant(changes: Partial<PolicyDocument> = {}) {
    const policy = compileExample(stack.token, changes)
    await publishPolicy(stack.wallet, { policy })
    const { version } = await verifyGrant(node, { account, agent })
    await act(
      encodeGrantPolicyCall({
        agent,
        expectedVersion: version,
        policyHash: policy.policyHash,
      }),
    )
    return policy
  }

  before(async () => {
    localChain = await startLocalChain({ bundler: false })
    node = createNode()
    stack = await startStack()
    account = stack.ownerAccount.address
    const { factory, factoryData } = await stack.ownerAccount.getFactoryArgs()
    await stack.wallet
      .sendTransaction({ data: factoryData as Hex, to: factory as Address })
      .then((hash) => node.waitForTransactionReceipt({ hash }))
    await node.impersonateAccount({ address: account })
    await act(encodeInstallPolicyValidatorCall({ account }))

    const { abi, bytecode } = JSON.parse(
      readFileSync(
        'artifacts/contracts/mocks/TestCollection.sol/TestCollection.json',
        'utf8',
      ),
    )
    const deployed = await stack.wallet
      .deployContract({ abi, bytecode })
      .then((hash) => node.waitForTransactionReceipt({ hash }))
    collection = getAddress(deployed.contractAddress ?? zeroAddress)

    const code = await node.getCode({ address: stack.token })
    await node.setCode({ address: proxy, bytecode: code as Hex })
    await node.setStorageAt({
      address: proxy,
      index: implementationSlot,
      value: pad('0x1234'),
    })
    await node.setCode({
      address: delegated,
      bytecode: `0xef0100${'12'.repeat(20)}`,
    })
    document = {
      version: 1,
      name: 'Tools',
      chains: ['eip155:31337'],
      validity: { until: '2100-01-01' },
      assets: {
        TUSD: { address: stack.token, decimals: 6, type: 'erc20' },
        art: { address: collection, type: 'erc721' },
      },
      contracts: { router: collection },
      limits: [
        { amount: '100', asset: 'TUSD', per: 'day' },
        { amount: '1', asset: 'art', per: 'day' },
      ],
      permissions: [
        { transfer: 'TUSD', to: [recipient] },
        { transfer: 'art', to: [recipient] },
        {
          approve: 'TUSD',
          spenders: { [localChain.contracts.policyStore]: 5 },
        },
      ],
      gas: { maxFeePerGas: '50 gwei', perDay: '1' },
    }
  })
  after(() => stopConforming(localChain))

  const calls = (to: Address): Partial<PolicyDocument> => ({
    permissions: [...document.permissions, { call: to, function: 'poke()' }],
  })

  describe('lintPolicyOnChain', () => {
    const lint = async (changes: Partial<PolicyDocument>, client = node) => {
      const findings = await lintPolicyOnChain(client as typeof node, {
        account,
        policy: { ...document, ...changes },
      })
      return findings.map(({ code, path }) => [code, path])
    }

    it('has nothing to say of contracts that are what they seem', async () =>
      expect(await lint(calls(localChain.contracts.policyStore))).to.deep.equal(
        [],
      ))

    it('finds what targets, spenders, payers and tokens are', async () => {
      const approve = (spender: Address): Partial<PolicyDocument> => ({
        permissions: [
          ...document.permissions.slice(0, 2),
          { approve: 'TUSD', spenders: { [spender]: 5 } },
        ],
      })
      const asset = (changes: object): Partial<PolicyDocument> => ({
        assets: {
          ...document.assets,
          TUSD: {
            address: stack.token,
            decimals: 6,
            type: 'erc20',
            ...changes,
          },
        },
      })
      const wrong: Partial<PolicyDocument> = {
        assets: {
          ...document.assets,
          art: { address: collection, id: '1', type: 'erc1155' },
        },
      }
      const cases: readonly [string, string, Partial<PolicyDocument>][] = [
        [
          'SPENDER_WITHOUT_CODE',
          `permissions[2].spenders.${getAddress(empty)}`,
          approve(empty),
        ],
        [
          'SPENDER_DELEGATED',
          `permissions[2].spenders.${getAddress(delegated)}`,
          approve(delegated),
        ],
        ['TARGET_WITHOUT_CODE', 'permissions[3].call', calls(empty)],
        ['TARGET_IS_ACCOUNT', 'permissions[3].call', calls(account)],
        [
          'TARGET_IS_INSTALLED',
          'permissions[3].call',
          calls(policyValidatorAddress),
        ],
        ['TARGET_IS_PROXY', 'permissions[3].call', calls(proxy)],
        [
          'TOKEN_WITHOUT_CODE',
          'assets.TUSD.address',
          asset({ address: empty }),
        ],
        [
          'TOKEN_DECIMALS_DIFFER',
          'assets.TUSD.decimals',
          asset({ decimals: 18 }),
        ],
        ['TOKEN_TYPE_DIFFERS', 'assets.art.type', wrong],
        [
          'PAYMASTER_WITHOUT_CODE',
          'gas.paymasters',
          { gas: { ...document.gas, paymasters: [empty] } },
        ],
      ]
      for (const [code, path, changes] of cases)
        expect(await lint(changes), code).to.deep.equal([[code, path]])

      const module = await lintPolicyOnChain(node, {
        policy: { ...document, ...calls(policyValidatorAddress) },
      })
      expect(module.map(({ code }) => code)).to.deep.equal(['TARGET_IS_MODULE'])
      expect(
        [
          ...cases.map(([code]) => code),
          'TARGET_IS_MODULE',
          'CHAIN_UNREAD',
        ].sort(),
      ).to.deep.equal([...chainLintCodes].sort())
    })

    it('says that it is unknown where the node does not answer', async () => {
      for (const method of ['eth_getCode', 'eth_getStorageAt', 'eth_call']) {
        const client = createLiar(method, fail) as unknown as typeof node
        const found = await lint(
          calls(localChain.contracts.policyStore),
          client,
        )

        expect(found.length, method).to.be.greaterThan(0)
        for (const [code] of found) expect(code).to.equal('CHAIN_UNREAD')
      }
    })
  })

  describe('reviewAccount', () => {
    it('lists what was given away before', async () => {
      const spender = localChain.contracts.policyStore
      for (const [to, amount] of [
        [spender, 7n],
        [stranger, 2n ** 256n - 1n],
        [recipient, 5n],
        [recipient, 0n],
      ] as const)
        await act({
          data: encodeFunctionData({
            abi: erc20Abi,
            args: [to, amount],
            functionName: 'approve',
          }),
          to: stack.token,
        })
      await act({
        data: encodeFunctionData({
          abi: collectionAbi,
          args: [stranger, true],
          functionName: 'setApprovalForAll',
        }),
        to: collection,
      })

      const review = await reviewAccount(node, { account, policy: document })
      const token = getAddress(stack.token)

      expect(review.allowances).to.have.deep.members([
        { amount: 7n, inPolicy: true, spender, symbol: 'TUSD', token },
        {
          amount: 2n ** 256n - 1n,
          inPolicy: false,
          spender: getAddress(stranger),
          symbol: 'TUSD',
          token,
        },
      ])
      expect(review.operators).to.deep.equal([
        {
          approved: true,
          collection,
          inPolicy: false,
          operator: getAddress(stranger),
          symbol: 'art',
        },
      ])
      expect(review.modules).to.deep.equal([
        { installed: true, module: policyValidatorAddress, type: 'validator' },
      ])
      expect(review.unknown).to.deep.equal([])
    })

    it('never takes what is unknown for nothing', async () => {
      const silent = createLiar('eth_call', fail)
      const review = await reviewAccount(silent, { account, policy: document })
      expect(review.allowances.length).to.be.greaterThan(0)
      for (const { amount } of review.allowances)
        expect(amount).to.equal('unknown')
      for (const { installed } of review.modules)
        expect(installed).to.equal('unknown')

      const logless = createLiar('eth_getLogs', fail)
      const { unknown } = await reviewAccount(logless, {
        account,
        policy: document,
      })
      expect([...unknown].sort()).to.deep.equal([
        'modules in the logs',
        'operators of art in the logs',
        'spenders of TUSD in the logs',
      ])
    })
  })

  describe('verifyGrant', () => {
    it('says that there is no grant', async () => {
      const found = await verifyGrant(node, {
        account,
        agent: stranger,
        policy: document,
      })

      expect(found).to.deep.include({
        document: undefined,
        explanation: [],
        matches: false,
        number: 0,
        policyHash: undefined,
      })
    })

    it('tells tokens apart that call themselves the same', async () => {
      const { abi, bytecode } = JSON.parse(
        readFileSync(
          'artifacts/contracts/mocks/TestToken.sol/TestToken.json',
          'utf8',
        ),
      )
      const deployed = await stack.wallet
        .deployContract({ abi, args: ['Test', 'tusd', 2], bytecode })
        .then((hash) => node.waitForTransactionReceipt({ hash }))
      const twin = getAddress(deployed.contractAddress ?? zeroAddress)
      await grant({
        assets: {
          TUSD: { address: stack.token, decimals: 6, type: 'erc20' },
          other: { address: twin, decimals: 2, type: 'erc20' },
        },
        limits: [
          { amount: '100', asset: 'TUSD', per: 'day' },
          { amount: '7', asset: 'other', per: 'day' },
        ],
        permissions: [
          { to: [recipient], transfer: 'TUSD' },
          { to: [recipient], transfer: 'other' },
        ],
      })

      const { explanation } = await verifyGrant(node, { account, agent })
      const toTail = (address: Address) => address.slice(2, 10).toLowerCase()
      expect(explanation).to.include.members([
        `At most 100 TUSD-${toTail(stack.token)} a day.`,
        `At most 7 tusd-${toTail(twin)} a day.`,
        `TUSD-${toTail(stack.token)} is the token ${getAddress(stack.token)}, counted with 6 decimals.`,
        `tusd-${toTail(twin)} is the token ${twin}, counted with 2 decimals.`,
      ])
    })

    it('compares the bytes of the chain with a document', async () => {
      const policy = await grant()
      const believed: PolicyDocument = {
        version: 1,
        name: 'Example',
        chains: ['eip155:31337'],
        validity: { until: '2100-01-01' },
        assets: {
          ETH: { type: 'native' },
          TUSD: { address: stack.token, decimals: 6, type: 'erc20' },
        },
        limits: [
          { amount: '100', asset: 'TUSD', per: 'day' },
          { amount: '40', asset: 'TUSD', per: 'operation' },
          { amount: '1', asset: 'ETH', per: 'day' },
        ],
        permissions: [
          { to: [recipient], transfer: 'TUSD' },
          { to: [recipient], transfer: 'ETH' },
        ],
        gas: { maxFeePerGas: '50 gwei', perDay: '1' },
      }
      const verify = (document: PolicyDocument) =>
        verifyGrant(node, { account, agent, policy: document })

      const same = await verify(believed)
      expect(same).to.deep.include({
        changes: [],
        expired: false,
        frozen: false,
        matches: true,
        number: 1,
        policyHash: policy.policyHash,
      })
      expect(same.usage?.limits).to.have.length(3)
      // The token's own name and decimals.
      expect(same.explanation).to.include('At most 100 TUSD a day.')

      // Whoever shows a harmless document is found out.
      const other = await verify({
        ...believed,
        limits: [
          { amount: '1', asset: 'TUSD', per: 'day' },
          ...believed.limits.slice(1),
        ],
      })
      expect(other.matches).to.equal(false)
      expect(
        other.changes.map(({ kind, message }) => [kind, message]),
      ).to.deep.equal([
        ['looser', 'The limit is 100 TUSD a day, and was 1 TUSD a day.'],
      ])
    })

    it('refuses other bytes than those that the address binds', async () => {
      await grant()
      const other = compileExample(stack.token, { maxCalls: 200 })
      const liar = createLiar('eth_getCode', () => other.bytes)

      expect(
        await getError<PolicyBlobMismatchErrorType>(
          verifyGrant(liar, { account, agent }),
        ),
      ).to.be.instanceOf(PolicyBlobMismatchError)
    })

    it('says when a policy has not begun', async () => {
      await grant({ validity: { from: '2099-01-01', until: '2100-01-01' } })

      const { expired, expiresAt } = await verifyGrant(node, { account, agent })
      expect(expired).to.equal(true)
      expect(expiresAt).to.equal(Date.UTC(2100, 0, 1) / 1000 - 1)
    })
  })
})
