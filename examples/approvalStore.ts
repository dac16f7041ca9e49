import { createWalletClient, http, parseEther } from 'viem'

import {
  createApprovalStore,
  getAvailable,
  getSpends,
} from '../src/approvals/index.ts'
import { encodeSetApprovalCall, getChainTime } from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** An agent asks for approval, and sends the payment when it is there. */
export async function approvalStore(localChain: LocalChain, directory: string) {
  const { accounts, chain, rpcUrl } = localChain
  const { account, client, compile, createWallet, openAgent } =
    await openAccount(localChain, '2')
  const vendor = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const policy = compile({
    limits: [
      { action: 'approval', amount: '0.1', asset: 'ETH', per: 'operation' },
      { amount: '1', asset: 'ETH', per: 'day' },
      { amount: '500', asset: 'USDC', per: 'day' },
    ],
    tiers: {
      approvals: {
        approvers: [accounts.approver.address, accounts.guardian.address],
        threshold: 2,
      },
    },
  })
  const agent = await openAgent(policy)
  const agentAddress = accounts.agent.address
  const calls = [{ to: vendor, value: parseEther('0.3') }] as const

  // The agent asks, and the store holds what the calls would spend.
  const store = createApprovalStore({ directory })
  const request = await agent.prepareApproval({ calls })
  const granted = await client.getPolicy({ account, agent: agentAddress })
  if (!granted) throw new Error('The agent has no policy.')
  const held = getSpends({ calls: request.calls, policy: granted })
  const { digest } = request
  let timestamp = await getChainTime(client)
  store.request({ held, note: 'Invoice 2041', request, timestamp })

  // What is left, less what is held. The chain holds nothing.
  const usage = await client.getUsage({ account, agent: agentAddress })
  const available = getAvailable({
    held: store.getHeld({ account, chainId: chain.id }),
    limits: usage?.limits ?? [],
  })

  // One approver signs the request's typed data with a wallet, any wallet.
  const approver = accounts.approver.address
  const wallet = createWalletClient({ chain, transport: http(rpcUrl) })
  const signature = await wallet.request({
    method: 'eth_signTypedData_v4',
    params: [approver, JSON.stringify(request.typedData)],
  })
  await store.approve({ approval: { approver, digest, signature }, timestamp })

  // The other one approves on chain, as a contract would; the store asks the chain.
  const approving = await createWallet('guardian').sendTransaction(
    encodeSetApprovalCall({ request }),
  )
  await client.waitForTransactionReceipt({ hash: approving })
  const other = { approver: accounts.guardian.address, digest }
  const { state } = await store.approve({ approval: other, client, timestamp })

  // The agent resumes: marked first, so that nobody can deny it any more.
  timestamp = await getChainTime(client)
  const approved = store.resume({ digest, timestamp })
  store.markSent({ digest, timestamp })
  const sent = await agent.sendCalls({ approved, calls })
  const { transactionHash } = sent
  store.markLanded({ digest, timestamp, transactionHash })

  const history = store.getHistory({ digest }).map(({ act }) => act)
  store.close()
  return { available, history, sent, state }
}
