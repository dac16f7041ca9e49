import {
  type Address,
  encodeFunctionData,
  keccak256,
  numberToHex,
  type PrivateKeyAccount,
  parseEther,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import {
  type EntryPointOf,
  getEntryPoint,
} from '../../src/accounts/getEntryPoint.ts'
import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import {
  referenceAccountAbi,
  referenceAccountFactoryAbi,
} from '../../src/local/generated/contracts.ts'
import { type Bench, mint, send } from './bench.ts'

export type BenchAccount = {
  address: Address
  /** Key of the agent, and of the plain validator. */
  agent: PrivateKeyAccount
  entryPoint: EntryPointOf<EntryPointVersion>
  owner: PrivateKeyAccount
}

/**
 * Creates an account that holds what it is going to spend and has paid its gas
 * in advance.
 *
 * @param options.isDirect - Whether its code is the implementation's, and not a
 *   clone that delegates to it
 */
export async function createAccount(
  bench: Bench,
  options: { isDirect?: boolean; version: EntryPointVersion },
): Promise<BenchAccount> {
  const { client, localChain } = bench
  const { accounts, contracts } = localChain
  const { isDirect = false, version } = options

  const owner = privateKeyToAccount(accounts.owner.privateKey)
  const agent = privateKeyToAccount(accounts.agent.privateKey)
  const factory = contracts.referenceAccountFactories[version]
  const salt = bench.getSalt()
  const address = isDirect
    ? await putAccount(bench, { factory, owner: owner.address, salt })
    : await cloneAccount(bench, { factory, owner: owner.address, salt })

  const entryPoint = getEntryPoint(version)
  await client.setBalance({ address, value: parseEther('100') })
  await mint(bench, address, 10n ** 15n)
  await send(
    bench,
    {
      data: encodeFunctionData({
        abi: entryPoint.abi,
        args: [address],
        functionName: 'depositTo',
      }),
      to: entryPoint.address,
      value: parseEther('10'),
    },
    'deposit',
  )
  return { address, agent, entryPoint, owner }
}

type Creation = { factory: Address; owner: Address; salt: bigint }

async function cloneAccount(
  bench: Bench,
  { factory, owner, salt }: Creation,
): Promise<Address> {
  const parameters = {
    abi: referenceAccountFactoryAbi,
    args: [owner, numberToHex(salt, { size: 32 })],
  } as const
  await send(
    bench,
    {
      data: encodeFunctionData({
        ...parameters,
        functionName: 'createAccount',
      }),
      to: factory,
    },
    'creation of an account',
  )
  return bench.client.readContract({
    ...parameters,
    address: factory,
    functionName: 'predictAccount',
  })
}

/** The implementation itself is locked, but a copy of its code is not. */
async function putAccount(
  bench: Bench,
  { factory, owner, salt }: Creation,
): Promise<Address> {
  const { client } = bench
  const implementation = await client.readContract({
    abi: referenceAccountFactoryAbi,
    address: factory,
    functionName: 'IMPLEMENTATION',
  })
  const bytecode = await client.getCode({ address: implementation })
  const address: Address = `0x${keccak256(numberToHex(salt)).slice(-40)}`
  await client.setCode({ address, bytecode: bytecode ?? '0x' })
  await send(
    bench,
    {
      data: encodeFunctionData({
        abi: referenceAccountAbi,
        args: [owner],
        functionName: 'initialize',
      }),
      to: address,
    },
    'initialisation of an account',
  )
  return address
}
