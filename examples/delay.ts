import { parseEther } from 'viem'

import { cancelAnnouncementFor, isPolicyError } from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** An agent announces two payments, and one of them is cancelled in time. */
export async function delay(localChain: LocalChain) {
  const { account, client, compile, createWallet, openAgent } =
    await openAccount(localChain, '2')
  const guardian = createWallet('guardian')
  const vendor = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

  // Above 0.1 ETH, the payment waits. A few seconds here; hours where it matters.
  const policy = compile({
    guardian: guardian.account.address,
    limits: [
      { action: 'delay', amount: '0.1', asset: 'ETH', per: 'operation' },
      { amount: '1', asset: 'ETH', per: 'day' },
      { amount: '500', asset: 'USDC', per: 'day' },
    ],
    tiers: { delay: '2s', lifetime: '1h' },
  })
  const agent = await openAgent(policy)

  // The agent announces what it will do.
  const calls = [{ to: vendor, value: parseEther('0.3') }] as const
  const wrong = [{ to: vendor, value: parseEther('0.5') }] as const
  const announced = await agent.announceCalls({ calls })
  await agent.announceCalls({ calls: wrong })

  // The owner and the guardian see it, and have until it is due to cancel it.
  const open = await client.getAnnouncements({ account })
  for (const { agent, calls, callsHash, verified } of open)
    if (!verified || calls?.some(({ value }) => value > parseEther('0.4')))
      await cancelAnnouncementFor(guardian, { account, agent, callsHash })

  // The agent sends the same calls once they are due.
  const sent = await sendWhenDue()
  const cancelled = await agent
    .sendCalls({ calls: wrong })
    .catch((error: unknown) => error)
  return { announced, cancelled, open, sent }

  /** Sends the calls, as often as there is a time from which they may pass. */
  async function sendWhenDue() {
    for (;;) {
      try {
        return await agent.sendCalls({ calls })
      } catch (error) {
        if (!isPolicyError(error) || error.retryAfter === undefined) throw error
        const wait = error.retryAfter * 1_000 - Date.now()
        await new Promise((resolve) => setTimeout(resolve, Math.max(500, wait)))
      }
    }
  }
}
