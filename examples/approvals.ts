import { parseEther } from 'viem'

import {
  type ApprovalRequest,
  getApprovalCalls,
  signApproval,
} from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** An agent makes a payment that two people have to approve. */
export async function approvals(localChain: LocalChain) {
  const { accounts } = localChain
  const { compile, createWallet, openAgent } = await openAccount(
    localChain,
    '2',
  )
  const vendor = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

  // Above 0.1 ETH, two of three approve.
  const policy = compile({
    limits: [
      { action: 'approval', amount: '0.1', asset: 'ETH', per: 'operation' },
      { amount: '1', asset: 'ETH', per: 'day' },
      { amount: '500', asset: 'USDC', per: 'day' },
    ],
    tiers: {
      approvals: {
        approvers: [
          accounts.approver.address,
          accounts.guardian.address,
          accounts.stranger.address,
        ],
        threshold: 2,
      },
    },
  })
  const agent = await openAgent(policy)

  // The agent finds out that it may not do this alone, and asks.
  const calls = [{ to: vendor, value: parseEther('0.3') }] as const
  const { error } = await agent.checkCalls({ calls })
  if (error?.code !== 'APPROVAL_REQUIRED') throw error
  const asked = JSON.stringify(await agent.prepareApproval({ calls }))

  // Each approver gets the request by whatever way, looks at its calls, and signs.
  const request = JSON.parse(asked) as ApprovalRequest
  const looked = getApprovalCalls(request)
  const one = await signApproval(createWallet('approver'), { request })
  const other = await signApproval(createWallet('guardian'), { request })

  // The agent sends the same calls with what it has got.
  const approved = { approvals: [one, other], request }
  const sent = await agent.sendCalls({ approved, calls })

  // They ran once, and that was it.
  const again = await agent
    .sendCalls({ approved, calls })
    .catch((error: unknown) => error)
  return { again, error, looked, sent }
}
