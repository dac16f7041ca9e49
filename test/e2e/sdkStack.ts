import type { Address, Hex } from 'viem'
import {
  createPublicClient,
  createWalletClient,
  erc20Abi,
  http,
  parseEther,
  parseUnits,
} from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import {
  type ToPolicyAgentAccountParameters,
  toPolicyAgentAccount,
} from '../../src/accounts/toPolicyAgentAccount.ts'
import { toReferenceAccount } from '../../src/accounts/toReferenceAccount.ts'
import { policyAgentActions } from '../../src/bundler/policyAgentActions.ts'
import { policyOwnerActions } from '../../src/clients/decorators/policyOwnerActions.ts'
import { policyReadActions } from '../../src/clients/decorators/policyReadActions.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'

export const ownerKey = privateKeyToAccount(
  developmentAccounts.owner.privateKey,
)
export const agentKey = privateKeyToAccount(
  developmentAccounts.agent.privateKey,
)
export const recipient: Address = developmentAccounts.recipient.address
export const stranger: Address = developmentAccounts.stranger.address

/** Amount of the test token, in base units. */
export const toUnits = (amount: string) => parseUnits(amount, 6)

/** 100 tokens a day and 40 an operation, and 1 ETH a day, to one recipient. */
export function compileExample(
  token: Address,
  changes: Partial<PolicyDocument> = {},
) {
  const document: PolicyDocument = {
    version: 1,
    name: 'Example',
    chains: ['eip155:31337'],
    validity: { until: '2100-01-01' },
    assets: {
      ETH: { type: 'native' },
      TUSD: { address: token, decimals: 6, type: 'erc20' },
    },
    limits: [
      { amount: '100', asset: 'TUSD', name: 'daily', per: 'day' },
      { amount: '40', asset: 'TUSD', per: 'operation' },
      { amount: '1', asset: 'ETH', per: 'day' },
    ],
    permissions: [
      { to: [recipient], transfer: 'TUSD' },
      { to: [recipient], transfer: 'ETH' },
    ],
    gas: { maxFeePerGas: '50 gwei', perDay: '1' },
    ...changes,
  }
  return compilePolicy(document, {
    ...openZeppelin.getProfile({ validator: policyValidatorAddress }),
    chainId: 31_337,
  })
}

/**
 * Returns an account with 10 ETH and 1,000 tokens, its owner's client and its
 * agent's, on a local chain. The account is not deployed.
 */
export async function createStack<version extends '0.7' | '0.8'>(parameters: {
  localChain: LocalChain<'0.7' | '0.8', boolean>
  /** Tells apart the accounts of one test file. */
  salt: Hex
  version: version
}) {
  const { localChain, salt, version } = parameters
  const { chain, contracts, rpcUrl } = localChain
  const token = contracts.testToken
  const bundlerUrl = localChain.bundlerUrl ?? 'http://127.0.0.1:1'

  const shared = { cacheTime: 0, chain, pollingInterval: 50 } as const
  const client = createPublicClient({
    ...shared,
    transport: http(rpcUrl),
  }).extend(policyReadActions())
  const wallet = createWalletClient({
    ...shared,
    account: privateKeyToAccount(developmentAccounts.deployer.privateKey),
    transport: http(rpcUrl),
  })

  const ownerAccount = await toReferenceAccount({
    client,
    entryPoint: version,
    factory: contracts.referenceAccountFactories[version],
    owner: ownerKey,
    salt,
  })
  const owner = createBundlerClient({
    account: ownerAccount,
    client,
    pollingInterval: 100,
    transport: http(bundlerUrl),
  }).extend(policyOwnerActions())

  const hash = await wallet.sendTransaction({
    to: ownerAccount.address,
    value: parseEther('10'),
  })
  await client.waitForTransactionReceipt({ hash })
  const mint = await wallet.writeContract({
    abi: testTokenAbi,
    address: token,
    args: [ownerAccount.address, toUnits('1000')],
    functionName: 'mint',
  })
  await client.waitForTransactionReceipt({ hash: mint })

  async function createAgent(
    changes: Partial<ToPolicyAgentAccountParameters<version>> = {},
  ) {
    const account = await toPolicyAgentAccount<version>({
      account: ownerAccount.address,
      agent: agentKey,
      client,
      entryPoint: version,
      ...changes,
    })
    return createBundlerClient({
      account,
      client,
      pollingInterval: 100,
      transport: http(bundlerUrl),
    }).extend(policyAgentActions())
  }

  /** Waits for an operation of the owner, and says whether it succeeded. */
  async function settle(hash: Hex) {
    const { success } = await owner.waitForUserOperationReceipt({ hash })
    return success
  }

  const pay = (amount: string, to: Address = recipient) =>
    ({
      abi: erc20Abi,
      args: [to, toUnits(amount)],
      functionName: 'transfer',
      to: token,
    }) as const

  const getBalance = (address: Address) =>
    client.readContract({
      abi: testTokenAbi,
      address: token,
      args: [address],
      functionName: 'balanceOf',
    })

  return {
    client,
    createAgent,
    getBalance,
    owner,
    ownerAccount,
    pay,
    settle,
    token,
    wallet,
  }
}

/** What an attempt throws. Fails when it throws nothing. */
export async function getError<type extends Error>(
  attempt: Promise<unknown>,
): Promise<type> {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof Error) return error as type
  throw new Error('Nothing was thrown.')
}
