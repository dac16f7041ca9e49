import {
  createWalletClient,
  encodeFunctionData,
  http,
  parseEther,
  parseGwei,
} from 'viem'
import {
  createBundlerClient,
  entryPoint07Abi,
  entryPoint07Address,
  formatUserOperationRequest,
  toPackedUserOperation,
  type UserOperation,
} from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { toPolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import { prepareCalls } from '../../src/bundler/prepareCalls.ts'
import { toPolicyError } from '../../src/errors/toPolicyError.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import type { LocalAccount } from './createLocalAccount.ts'

/** Something that somebody tries who has the agent's key and no use for a server. */
export type Bypass = {
  code: string
  name: string
  /** Tries it. Returns what came of it. */
  run: () => Promise<unknown>
}

/** What the agent's key cannot do outside of the server either. */
export async function getBypasses(
  localChain: LocalChain<'0.7' | '0.8', true>,
  { address, client }: LocalAccount,
): Promise<readonly Bypass[]> {
  const { accounts, bundlerUrl, chain, contracts, rpcUrl } = localChain
  const account = await toPolicyAgentAccount({
    account: address,
    agent: privateKeyToAccount(accounts.agent.privateKey),
    client,
    validator: contracts.policyValidator,
  })
  const bundlerClient = createBundlerClient({
    account,
    client,
    transport: http(bundlerUrl),
  })
  const toStranger = {
    data: '0x',
    to: accounts.stranger.address,
    value: parseEther('0.01'),
  } as const

  /** Signs by viem alone an operation that nobody has checked. */
  async function signUnchecked(): Promise<UserOperation<'0.7'>> {
    const userOperation = {
      callData: await account.encodeCalls([toStranger]),
      callGasLimit: 200_000n,
      maxFeePerGas: parseGwei('10'),
      maxPriorityFeePerGas: parseGwei('1'),
      nonce: await account.getNonce(),
      preVerificationGas: 100_000n,
      sender: address,
      signature: '0x',
      verificationGasLimit: 500_000n,
    } as const satisfies UserOperation<'0.7'>
    return {
      ...userOperation,
      signature: await account.signUserOperation(userOperation),
    }
  }

  return [
    {
      code: 'FEE_PER_GAS_EXCEEDS_CAP',
      name: "signs for a gas price that drains the account into a bundler's pocket",
      run: () =>
        prepareCalls(bundlerClient, {
          account,
          calls: [{ to: accounts.recipient.address, value: 1n }],
          maxFeePerGas: parseGwei('500'),
        }),
    },
    {
      code: 'RECIPIENT_NOT_ALLOWED',
      name: 'signs by itself, and hands the operation to the bundler',
      run: async () =>
        bundlerClient.request({
          method: 'eth_sendUserOperation',
          params: [
            formatUserOperationRequest(await signUnchecked()),
            entryPoint07Address,
          ],
        }),
    },
    {
      code: 'RECIPIENT_NOT_ALLOWED',
      name: 'is its own bundler, and goes to the EntryPoint',
      run: async () => {
        const bundler = createWalletClient({
          account: privateKeyToAccount(accounts.deployer.privateKey),
          chain,
          transport: http(rpcUrl),
        })
        const transaction = {
          data: encodeFunctionData({
            abi: entryPoint07Abi,
            args: [
              [toPackedUserOperation(await signUnchecked())],
              bundler.account.address,
            ],
            functionName: 'handleOps',
          }),
          to: entryPoint07Address,
        }
        // Sent whatever the node says of it, so that the chain itself answers.
        const hash = await bundler.sendTransaction({
          ...transaction,
          gas: 2_000_000n,
        })
        const { status } = await client.waitForTransactionReceipt({ hash })
        if (status === 'success') return hash
        return client.call({ ...transaction, account: bundler.account })
      },
    },
  ].map((bypass) => ({
    ...bypass,
    run: () =>
      bypass.run().catch((error: unknown) => {
        throw toPolicyError(error, { account: address, calls: [toStranger] })
      }),
  }))
}
