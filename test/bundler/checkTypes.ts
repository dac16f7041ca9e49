import { createPublicClient, erc20Abi, http, zeroAddress } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'

import type { PolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import type { ReferenceAccount } from '../../src/accounts/toReferenceAccount.ts'
import { signLever } from '../../src/actions/levers/signLever.ts'
import { policyAgentActions } from '../../src/bundler/policyAgentActions.ts'
import { sendCalls } from '../../src/bundler/sendCalls.ts'
import { policyOwnerActions } from '../../src/clients/decorators/policyOwnerActions.ts'
import { policyReadActions } from '../../src/clients/decorators/policyReadActions.ts'

/**
 * What the compiler must infer and refuse. Nothing of it runs.
 */
export async function checkTypes(
  account: PolicyAgentAccount<'0.8'>,
  ownerAccount: ReferenceAccount<'0.7'>,
) {
  const transport = http()
  const client = createPublicClient({ transport }).extend(policyReadActions())
  const agent = createBundlerClient({ account, client, transport }).extend(
    policyAgentActions(),
  )
  const owner = createBundlerClient({
    account: ownerAccount,
    client,
    transport,
  }).extend(policyOwnerActions())
  const transfer = {
    abi: erc20Abi,
    args: [zeroAddress, 1n],
    functionName: 'transfer',
    to: zeroAddress,
  } as const

  const { receipt } = await agent.sendCalls({
    calls: [transfer, { data: '0x', to: zeroAddress, value: 1n }],
  })
  receipt.success satisfies boolean
  await sendCalls(agent, { calls: [transfer], settle: 'auto' })
  // @ts-expect-error: neither yes nor no
  await sendCalls(agent, { calls: [transfer], settle: 'always' })
  await agent.prepareCalls({
    calls: [
      {
        ...transfer,
        // @ts-expect-error: no amount
        args: [zeroAddress],
      },
    ],
  })
  await agent.checkCalls({
    calls: [
      {
        ...transfer,
        // @ts-expect-error: no such function
        functionName: 'mint',
      },
    ],
  })

  const result = await client.checkCalls({ account, calls: [transfer] })
  if (result.verdict === 'allowed') result.error satisfies undefined
  else result.error satisfies Error
  // @ts-expect-error: whose agent?
  await client.checkCalls({ account: zeroAddress, calls: [transfer] })
  // @ts-expect-error: either an agent or an id
  await client.getPolicy({ account: zeroAddress })

  const request = await agent.prepareApproval({ calls: [transfer] })
  request.nonce satisfies string
  await agent.sendCalls({
    approved: { approvals: [], request },
    calls: [transfer],
  })
  // @ts-expect-error: approvals of what?
  await agent.sendCalls({ approved: { approvals: [] }, calls: [transfer] })
  const { due } = await agent.announceCalls({ calls: [transfer] })
  due satisfies number
  // @ts-expect-error: an announcement carries no approvals
  await agent.announceCalls({ approved: undefined, calls: [transfer] })
  const open = await client.getAnnouncements({ account: zeroAddress })
  open[0]?.verified satisfies boolean | undefined
  // @ts-expect-error: of which calls?
  await owner.cancelAnnouncement({ agent: zeroAddress })

  await owner.freezeAgent({ agent: zeroAddress })
  await owner.freezeAllAgents({})
  // @ts-expect-error: no new key
  await owner.rotateAgent({ agent: zeroAddress })

  await owner.setRelaying({ enabled: true })
  const lever = await owner.prepareLever({
    action: 'Rotate',
    agent: zeroAddress,
    newAgent: zeroAddress,
  })
  const signed = await owner.signLever({ lever })
  signed.lever.version satisfies bigint
  const newAgent = zeroAddress
  // @ts-expect-error: nothing to rotate
  await owner.prepareLever({ action: 'Freeze', agent: zeroAddress, newAgent })
  // @ts-expect-error: which policy?
  await owner.prepareLever({ action: 'Grant', agent: zeroAddress })
  // @ts-expect-error: whose?
  await signLever(client, { lever })

  account.entryPoint.version satisfies '0.8'
  ownerAccount.entryPoint.version satisfies '0.7'
}
