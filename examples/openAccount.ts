import { readFileSync } from 'node:fs'
import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { policyAgentActions } from '../src/bundler/index.ts'
import {
  type CompiledPolicy,
  compilePolicy,
  openZeppelin,
  type PolicyDocument,
  parsePolicy,
  policyOwnerActions,
  policyReadActions,
  policyValidatorAddress,
  toPolicyAgentAccount,
  toReferenceAccount,
} from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'

const policyFile = new URL('./policies/payments.yaml', import.meta.url)

/** Opens an account with some ETH and the validator, for the other examples. */
export async function openAccount(localChain: LocalChain, balance: string) {
  const { accounts, bundlerUrl, chain, contracts, rpcUrl } = localChain
  const createWallet = (name: keyof typeof accounts) =>
    createWalletClient({
      account: privateKeyToAccount(accounts[name].privateKey),
      chain,
      transport: http(rpcUrl),
    })
  const client = createPublicClient({ chain, transport: http(rpcUrl) }).extend(
    policyReadActions(),
  )
  const account = await toReferenceAccount({
    client,
    factory: contracts.referenceAccountFactories['0.7'],
    owner: privateKeyToAccount(accounts.owner.privateKey),
  })
  const funding = await createWallet('deployer').sendTransaction({
    to: account.address,
    value: parseEther(balance),
  })
  await client.waitForTransactionReceipt({ hash: funding })

  const owner = createBundlerClient({
    account,
    client,
    transport: http(bundlerUrl),
  }).extend(policyOwnerActions())
  const hash = await owner.installPolicyValidator({})
  await owner.waitForUserOperationReceipt({ hash })

  /** Compiles the policy for payments, with changes. */
  function compile(changes: Partial<PolicyDocument> = {}) {
    const document = parsePolicy(readFileSync(policyFile, 'utf8'), {
      format: 'yaml',
    })
    const profile = openZeppelin.getProfile({
      validator: policyValidatorAddress,
    })
    return compilePolicy(
      { ...document, ...changes },
      { ...profile, chainId: chain.id },
    )
  }

  /** Grants the agent a policy, and opens the client that it acts with. */
  async function openAgent(policy: CompiledPolicy) {
    const agent = privateKeyToAccount(accounts.agent.privateKey)
    const hash = await owner.grantPolicy({ agent: agent.address, policy })
    await owner.waitForUserOperationReceipt({ hash })
    return createBundlerClient({
      account: await toPolicyAgentAccount({
        account: account.address,
        agent,
        client,
        policy,
      }),
      client,
      transport: http(bundlerUrl),
    }).extend(policyAgentActions())
  }

  return {
    account: account.address,
    client,
    compile,
    createWallet,
    openAgent,
    owner,
  }
}
