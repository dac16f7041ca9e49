import { expect } from 'chai'
import {
  concatHex,
  createTestClient,
  decodeErrorResult,
  encodeFunctionData,
  type Hex,
  http,
  pad,
  parseEther,
  publicActions,
  type RpcError,
  walletActions,
} from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'
import { privateKeyToAccount, sign } from 'viem/accounts'

import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { getBlobHash } from '../../src/policy/format/getBlobHash.ts'
import {
  agentKey,
  compileExample,
  createStack,
  recipient,
} from '../e2e/sdkStack.ts'
import {
  encodeCalls,
  encodeWindow,
  hashWindow,
  type Operation,
  packPair,
} from '../helpers/operations.ts'
import { stopConforming } from '../helpers/stopConforming.ts'

const forkId = 31_338

// INV-1: what an agent signs is for one chain, and a fork is another one.
describe('a chain that forks', () => {
  let localChain: LocalChain<'0.7' | '0.8', false>

  before(async () => {
    localChain = await startLocalChain({ bundler: false })
  })
  after(() => stopConforming(localChain))

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

  for (const version of ['0.7', '0.8'] as const)
    it(`takes no operation of before along on EntryPoint ${version}`, async () => {
      const node = createNode()
      const entryPoint = localChain.entryPoints[version]
      const stack = await createStack({
        localChain,
        salt: pad(version === '0.7' ? '0xf07' : '0xf08'),
        version,
      })
      const account = stack.ownerAccount.address
      const policy = compileExample(stack.token)
      await publishPolicy(stack.wallet, { policy })
      const { factory, factoryData } = await stack.ownerAccount.getFactoryArgs()
      if (!factory || !factoryData) throw new Error('It is deployed.')
      const send = async (transaction: {
        account?: typeof account
        data: Hex
        to: Hex
      }) => {
        const hash = await node.sendTransaction(transaction)
        const { status } = await node.waitForTransactionReceipt({ hash })
        expect(status).to.equal('success')
      }
      await send({ data: factoryData, to: factory })
      await node.impersonateAccount({ address: account })
      await send({
        ...encodeInstallPolicyValidatorCall({
          account,
          grant: {
            agent: agentKey.address,
            policyHash: getBlobHash(policy.bytes),
          },
        }),
        account,
      })

      const { timestamp } = await node.getBlock()
      const window = {
        validAfter: timestamp - 60n,
        validUntil: timestamp + 600n,
      }
      const key = (BigInt(policyValidatorAddress) << 32n) | 0n
      const unsigned: Operation = {
        accountGasLimits: packPair(500_000n, 200_000n),
        callData: encodeCalls([{ to: recipient, value: parseEther('0.5') }]),
        gasFees: packPair(10n ** 9n, 10n ** 10n),
        initCode: '0x',
        nonce: key << 64n,
        paymasterAndData: '0x',
        preVerificationGas: 50_000n,
        sender: account,
        signature: '0x',
      }
      /** Signs for the chain with this id, whatever the node says. */
      const signFor = async (chainId: number): Promise<Operation> => {
        const userOpHash = await node.readContract({
          abi: entryPoint08Abi,
          address: entryPoint,
          args: [unsigned as never],
          functionName: 'getUserOpHash',
        })
        const hash = hashWindow(
          { chainId: BigInt(chainId), validator: policyValidatorAddress },
          userOpHash,
          window,
        )
        const { r, s, yParity } = await sign({
          hash: hash as Hex,
          privateKey: developmentAccounts.agent.privateKey,
        })
        const compact = BigInt(s) | (BigInt(yParity ?? 0) << 255n)
        return {
          ...unsigned,
          signature: concatHex([
            encodeWindow(agentKey.address, window),
            r,
            pad(`0x${compact.toString(16)}`),
          ]),
        }
      }
      /** How the EntryPoint takes the operation; nothing is sent. */
      const tryOut = async (operation: Operation): Promise<string> => {
        const data = encodeFunctionData({
          abi: entryPoint08Abi,
          args: [[operation as never], recipient],
          functionName: 'handleOps',
        })
        try {
          await node.request({
            method: 'eth_call',
            params: [
              { data, from: node.account.address, to: entryPoint },
              'latest',
            ],
          } as never)
          return 'runs'
        } catch (error) {
          const data = (error as RpcError & { data?: Hex }).data
          if (data === undefined) throw error
          const { args, errorName } = decodeErrorResult({
            abi: entryPoint08Abi,
            data,
          })
          return [errorName, ...(args ?? []).slice(1)].join()
        }
      }
      const readState = async () =>
        [
          await node.getBalance({ address: recipient }),
          await node.getBalance({ address: account }),
          await stack.client.getUsage({ account, agent: agentKey.address }),
        ] as const

      const operation = await signFor(localChain.chainId)
      expect(await tryOut(operation)).to.equal('runs')
      const before = await readState()
      const setChainId = (id: number) =>
        node.request({
          method: 'anvil_setChainId',
          params: [id],
        } as never)
      await setChainId(forkId)
      try {
        const refused = 'FailedOp,AA24 signature error'
        expect(await tryOut(operation)).to.equal(refused)
        // Neither half of the signature alone is for the fork.
        expect(await tryOut(await signFor(localChain.chainId))).to.equal(
          refused,
        )
        // What is signed for the fork is the fork's own, with the budget there.
        const ofFork = await signFor(forkId)
        expect(await tryOut(ofFork)).to.equal('runs')
        await setChainId(localChain.chainId)
        expect(await tryOut(ofFork)).to.equal(refused)
      } finally {
        await setChainId(localChain.chainId)
      }
      expect(await readState()).to.deep.equal(before)
      expect(await tryOut(operation)).to.equal('runs')
    })
})
