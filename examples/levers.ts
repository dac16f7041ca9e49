import { privateKeyToAccount } from 'viem/accounts'

import {
  freezeAgentFor,
  type Lever,
  publishPolicy,
  pullLever,
  signFreeze,
} from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** An owner signs instead of sending, and then the agent's key leaks. */
export async function levers(localChain: LocalChain, newAgent: `0x${string}`) {
  const { accounts } = localChain
  const { account, client, compile, createWallet, owner } = await openAccount(
    localChain,
    '1',
  )
  const relayer = createWallet('stranger')
  const guardian = createWallet('guardian')
  const agent = accounts.agent.address
  const mine = (hash: `0x${string}`) =>
    client.waitForTransactionReceipt({ hash })

  // Once: the account lets signed levers be relayed.
  const hash = await owner.setRelaying({ enabled: true })
  await owner.waitForUserOperationReceipt({ hash })

  // The owner grants a policy by a signature. Anyone publishes and relays it.
  const policy = compile({ guardian: guardian.account.address })
  const grant = await owner.prepareLever({ action: 'Grant', agent, policy })
  const signed = await owner.signLever({ lever: grant, policy })
  await publishPolicy(relayer, { policy })
  await mine(await pullLever(relayer, signed))

  // The agent's key has leaked. The guardian freezes it, without the owner.
  await mine(await freezeAgentFor(guardian, { account, agent }))

  // The owner hands the grant to a new key, and lifts the freeze that comes along.
  const relay = async (lever: Lever) =>
    mine(await pullLever(relayer, await owner.signLever({ lever })))
  await relay(await owner.prepareLever({ action: 'Rotate', agent, newAgent }))
  const renewed = { account, agent: newAgent }
  await relay(await owner.prepareLever({ action: 'Unfreeze', ...renewed }))
  const rotated = await client.getAgents({ account })

  // A guardian without gas signs, and anyone relays that too.
  const signer = privateKeyToAccount(accounts.guardian.privateKey)
  const freeze = await signFreeze(client, { ...renewed, signer })
  await mine(await freezeAgentFor(relayer, freeze))

  // Or the agent is done with: its policy is taken away.
  await relay(await owner.prepareLever({ action: 'Revoke', ...renewed }))
  const revoked = await client.getAgents({ account })
  return { grant, revoked, rotated }
}
