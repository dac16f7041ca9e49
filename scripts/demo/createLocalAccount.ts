import {
  type Address,
  createPublicClient,
  createWalletClient,
  type Hash,
  http,
  parseEther,
} from 'viem'
import {
  createBundlerClient,
  type UserOperationReceipt,
  waitForUserOperationReceipt,
} from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { toReferenceAccount } from '../../src/accounts/toReferenceAccount.ts'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'

/** Time between two looks for a receipt, in ms. */
const pollingInterval = 50

/**
 * Creates the owner's view of a reference account on the local chain, with ETH and
 * test dollars. The account is deployed by its first operation.
 */
export async function createLocalAccount(
  localChain: LocalChain<'0.7' | '0.8', true>,
) {
  const { accounts, bundlerUrl, chain, contracts, rpcUrl } = localChain

  const client = createPublicClient({
    cacheTime: 0,
    chain,
    pollingInterval,
    transport: http(rpcUrl),
  })
  const deployer = createWalletClient({
    account: privateKeyToAccount(accounts.deployer.privateKey),
    chain,
    transport: http(rpcUrl),
  })
  const account = await toReferenceAccount({
    client,
    factory: contracts.referenceAccountFactories['0.7'],
    owner: privateKeyToAccount(accounts.owner.privateKey),
  })
  const owner = createBundlerClient({
    account,
    client,
    pollingInterval,
    transport: http(bundlerUrl),
  })

  const { address } = account
  await client.waitForTransactionReceipt({
    hash: await deployer.sendTransaction({
      to: address,
      value: parseEther('2'),
    }),
  })
  await client.waitForTransactionReceipt({
    hash: await deployer.writeContract({
      abi: testTokenAbi,
      address: contracts.testToken,
      args: [address, 1_000_000_000n],
      functionName: 'mint',
    }),
  })

  /** Waits for an operation of the owner, which must succeed. */
  async function waitForOwner(hash: Hash): Promise<UserOperationReceipt> {
    return waitForUserOperationReceipt(owner, { hash, pollingInterval })
  }

  return {
    address: address as Address,
    client,
    owner,
    /** Time of the chain, in Unix seconds. */
    startedAt: Number((await client.getBlock()).timestamp),
    waitForOwner,
  }
}

export type LocalAccount = Awaited<ReturnType<typeof createLocalAccount>>
