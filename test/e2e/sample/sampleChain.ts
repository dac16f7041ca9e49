import { readFileSync } from 'node:fs'
import {
  type Abi,
  type Address,
  createTestClient,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  type Hex,
  http,
  pad,
  parseAbi,
  parseEther,
  publicActions,
  walletActions,
  zeroAddress,
} from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { encodeInstallPolicyValidatorCall } from '../../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { developmentAccounts } from '../../../src/local/developmentAccounts.ts'
import type { LocalChain } from '../../../src/local/startLocalChain.ts'
import { createStack, recipient, stranger } from '../sdkStack.ts'
import type { Places } from './recipe.ts'

type Version = '0.7' | '0.8'

const paymasterAbi = parseAbi([
  'function fund() payable',
  'function addStake(uint32 unstakeDelaySec) payable',
])
const mintAbi = parseAbi([
  'function mint(address to, uint256 id)',
  'function mint(address to, uint256 id, uint256 amount)',
])
/** Contracts without constructors, at addresses of their own. */
const mocks = {
  collection: 'TestCollection',
  items: 'TestItems',
  otherRecorder: 'Recorder',
  recorder: 'Recorder',
  weth: 'TestWrappedNative',
} as const

function readArtifact(name: string) {
  return JSON.parse(
    readFileSync(`artifacts/contracts/mocks/${name}.sol/${name}.json`, 'utf8'),
  ) as { abi: Abi; bytecode: Hex; deployedBytecode: Hex }
}

export type SampleChain = Awaited<ReturnType<typeof createSampleChain>>

/** Puts on a local chain what the policies of the sample name. */
export async function createSampleChain(localChain: LocalChain<Version, true>) {
  const node = createTestClient({
    account: privateKeyToAccount(developmentAccounts.deployer.privateKey),
    cacheTime: 0,
    chain: localChain.chain,
    mode: 'anvil',
    pollingInterval: 20,
    transport: http(localChain.rpcUrl),
  })
    .extend(publicActions)
    .extend(walletActions)

  async function send(transaction: {
    account?: Address
    data: Hex
    to: Address
    value?: bigint
  }) {
    const hash = await node.sendTransaction(transaction)
    const receipt = await node.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`It reverts: ${hash}`)
  }

  const addresses = {} as Record<keyof typeof mocks, Address>
  for (const [index, [name, contract]] of Object.entries(mocks).entries()) {
    const address = getAddress(pad(`0xaa0${index}`, { dir: 'right', size: 20 }))
    const { deployedBytecode } = readArtifact(contract)
    await node.setCode({ address, bytecode: deployedBytecode })
    addresses[name as keyof typeof mocks] = address
  }
  await node.impersonateAccount({ address: addresses.recorder })
  await node.setBalance({
    address: addresses.recorder,
    value: parseEther('1'),
  })

  /** One that asks for a callback, which safe mode takes of the staked alone. */
  async function deployPaymaster(version: Version): Promise<Address> {
    const entryPoint = localChain.entryPoints[version]
    const { abi, bytecode } = readArtifact('TakingPaymaster')
    const hash = await node.deployContract({
      abi,
      args: [entryPoint, localChain.contracts.testToken],
      bytecode,
    })
    const { contractAddress } = await node.waitForTransactionReceipt({ hash })
    const paymaster = contractAddress ?? zeroAddress
    await send({
      data: encodeFunctionData({ abi: paymasterAbi, functionName: 'fund' }),
      to: paymaster,
      value: parseEther('100'),
    })
    await node.impersonateAccount({ address: paymaster })
    await node.setBalance({ address: paymaster, value: parseEther('10') })
    await send({
      account: paymaster,
      data: encodeFunctionData({
        abi: paymasterAbi,
        args: [86_400],
        functionName: 'addStake',
      }),
      to: entryPoint,
      value: parseEther('2'),
    })
    return paymaster
  }
  const paymasters = {
    '0.7': await deployPaymaster('0.7'),
    '0.8': await deployPaymaster('0.8'),
  }

  /** An account with the module and with something of everything. */
  async function createAccount(version: Version, salt: Hex) {
    const stack = await createStack({ localChain, salt, version })
    const { ownerAccount, token } = stack
    const account = ownerAccount.address
    const { factory, factoryData } = await ownerAccount.getFactoryArgs()
    if (!factory || !factoryData) throw new Error('It is deployed.')
    await send({ data: factoryData, to: factory })
    await node.impersonateAccount({ address: account })
    await send({ ...encodeInstallPolicyValidatorCall({ account }), account })
    for (const [to, args] of [
      [addresses.collection, [account, BigInt(account)]],
      [addresses.items, [account, 5n, 1_000n]],
    ] as const)
      await send({
        data: encodeFunctionData({
          abi: mintAbi,
          args: args as never,
          functionName: 'mint',
        }),
        to,
      })
    await send({
      data: encodeFunctionData({
        abi: entryPoint08Abi,
        args: [account],
        functionName: 'depositTo',
      }),
      to: localChain.entryPoints[version],
      value: parseEther('3'),
    })
    // What it moves by `transferFrom`, it has to allow itself.
    await send({
      account,
      data: encodeFunctionData({
        abi: erc20Abi,
        args: [account, 2n ** 128n],
        functionName: 'approve',
      }),
      to: token,
    })
    const places: Places = {
      ...addresses,
      account,
      paymaster: paymasters[version],
      recipient,
      stranger,
      token,
    }
    return { ...stack, account, places }
  }

  return { createAccount, node, send }
}
