import { http, parseEther } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { policyAgentActions } from '../src/bundler/index.ts'
import { type PolicyError, toPolicyAgentAccount } from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** Two batches want the last of an account's ETH. One fails, and spends nothing. */
export async function settlement(localChain: LocalChain) {
  const alice = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const bob = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
  const { account, client, compile, owner } = await openAccount(
    localChain,
    '0.15',
  )
  const agentKey = privateKeyToAccount(localChain.accounts.agent.privateKey)
  const granting = await owner.grantPolicy({
    agent: agentKey.address,
    policy: compile(),
  })
  await owner.waitForUserOperationReceipt({ hash: granting })
  const agentAccount = await toPolicyAgentAccount({
    account,
    agent: agentKey,
    client,
  })
  const agent = createBundlerClient({
    account: agentAccount,
    client,
    transport: http(localChain.bundlerUrl),
  }).extend(policyAgentActions())

  // Both are signed while the account can pay for either.
  const calls = [
    { to: alice, value: parseEther('0.05') },
    { to: bob, value: parseEther('0.05') },
  ] as const
  const nonce = await agentAccount.getNonce({ key: 1n })
  const first = await agent.prepareCalls({ calls })
  const second = await agent.prepareCalls({ calls, nonce })

  // The second finds too little, and gives its budget back.
  const paid = await agent.sendPreparedCalls(first)
  await agent.waitForOperation({ userOpHash: paid })
  const failed = await agent.sendPreparedCalls(second)
  const error: PolicyError = await agent
    .waitForOperation({ userOpHash: failed })
    .catch((error) => error)
  const usage = await client.getUsage({ account, agent: agentKey.address })
  return { charges: second.charges, error, usage }
}
