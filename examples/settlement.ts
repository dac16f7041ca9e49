import { parseEther } from 'viem'

import type { PolicyError } from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** Two batches want the last of an account's ETH. One fails, and spends nothing. */
export async function settlement(localChain: LocalChain) {
  const alice = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const bob = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
  const { account, client, compile, openAgent } = await openAccount(
    localChain,
    '0.15',
  )
  const agent = await openAgent(compile())

  // Both are signed while the account can pay for either.
  const calls = [
    { to: alice, value: parseEther('0.05') },
    { to: bob, value: parseEther('0.05') },
  ] as const
  const nonce = await agent.account.getNonce({ key: 1n })
  const first = await agent.prepareCalls({ calls })
  const second = await agent.prepareCalls({ calls, nonce })

  // The second finds too little, and gives its budget back.
  const paid = await agent.sendPreparedCalls(first)
  await agent.waitForOperation({ userOpHash: paid })
  const failed = await agent.sendPreparedCalls(second)
  const error: PolicyError = await agent
    .waitForOperation({ userOpHash: failed })
    .catch((error) => error)
  const usage = await client.getUsage({
    account,
    agent: localChain.accounts.agent.address,
  })
  return { charges: second.charges, error, usage }
}
