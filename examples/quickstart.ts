import { readFileSync } from 'node:fs'
import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { policyAgentActions } from '../src/bundler/index.ts'
import {
  compilePolicy,
  openZeppelin,
  parsePolicy,
  policyOwnerActions,
  policyValidatorAddress,
  toPolicyAgentAccount,
  toReferenceAccount,
} from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'

const policyFile = new URL('./policies/payments.yaml', import.meta.url)

/** An owner grants a policy, and an agent pays within it and beyond it. */
export async function quickstart(localChain: LocalChain) {
  const { accounts, chain, contracts, rpcUrl } = localChain
  const ownerKey = privateKeyToAccount(accounts.owner.privateKey)
  const agentKey = privateKeyToAccount(accounts.agent.privateKey)
  const alice = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const mallory = accounts.stranger.address

  const client = createPublicClient({ chain, transport: http(rpcUrl) })
  const transport = http(localChain.bundlerUrl)
  const ownerAccount = await toReferenceAccount({
    client,
    factory: contracts.referenceAccountFactories['0.7'],
    owner: ownerKey,
  })
  const wallet = createWalletClient({
    account: privateKeyToAccount(accounts.deployer.privateKey),
    chain,
    transport: http(rpcUrl),
  })
  const funding = await wallet.sendTransaction({
    to: ownerAccount.address,
    value: parseEther('1'),
  })
  await client.waitForTransactionReceipt({ hash: funding })

  // The owner grants a policy from a file.
  const document = parsePolicy(readFileSync(policyFile, 'utf8'), {
    format: 'yaml',
  })
  const profile = openZeppelin.getProfile({ validator: policyValidatorAddress })
  const policy = compilePolicy(document, { ...profile, chainId: chain.id })
  const owner = createBundlerClient({
    account: ownerAccount,
    client,
    transport,
  }).extend(policyOwnerActions())
  const grant = { agent: agentKey.address, policy }
  const hash = await owner.installPolicyValidator({ grant })
  await owner.waitForUserOperationReceipt({ hash })

  // The agent pays whom the policy lists, and nobody else.
  const account = await toPolicyAgentAccount({
    account: ownerAccount.address,
    agent: agentKey,
    client,
  })
  const agent = createBundlerClient({ account, client, transport }).extend(
    policyAgentActions(),
  )
  const paid = await agent.sendCalls({
    calls: [{ to: alice, value: parseEther('0.01') }],
  })
  const { error } = await agent.checkCalls({
    calls: [{ to: mallory, value: parseEther('0.01') }],
  })
  return { error, paid }
}
