import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { encodeAnnounceCall } from '../../src/actions/calls/encodeAnnounceCall.ts'
import type { Call } from '../../src/types/call.ts'
import type { SignedWindow } from '../../src/types/signedWindow.ts'
import { type BenchAccount, createAccount } from './account.ts'
import type { Bench } from './bench.ts'
import {
  getTokenPolicy,
  type TokenPolicyParameters,
  tokenAmount,
  transferToken,
} from './documents.ts'
import { getGas } from './measure.ts'
import { compile, setUp } from './owner.ts'
import { getValidator, sendOperation } from './sendOperation.ts'
import { getPayees, workloadRecipients } from './workloads.ts'

/** What is measured of the tiers: W1, with every transfer of the tier. */
export const tierTitles = {
  notify: 'notify',
  announce: 'delay: announcing it',
  delay: 'delay: running it',
  approval1of1: 'approval: 1 of 1',
  approval2of3: 'approval: 2 of 3',
} as const

export type TierName = keyof typeof tierTitles

/** Seconds that a delayed transfer waits, and then has. */
const [delay, lifetime] = [60, 600]

/** Measures the third of three operations of each tier. */
export async function measureTiers(
  bench: Bench,
): Promise<Record<TierName, number>> {
  const { accounts } = bench.localChain
  const [approver, guardian, recipient] = [
    accounts.approver,
    accounts.guardian,
    accounts.recipient,
  ].map(({ privateKey }) => privateKeyToAccount(privateKey)) as [
    LocalAccount,
    LocalAccount,
    LocalAccount,
  ]
  const approve = (approvers: readonly LocalAccount[], threshold: number) =>
    measureSteady(bench, {
      approvers: approvers.slice(0, threshold),
      policy: {
        tier: 'approval',
        tiers: {
          approvals: {
            approvers: approvers.map(({ address }) => address),
            threshold,
          },
        },
      },
      what: `W1 with ${threshold} of ${approvers.length} approvals`,
    })

  return {
    approval1of1: await approve([approver], 1),
    approval2of3: await approve([approver, guardian, recipient], 2),
    notify: await measureSteady(bench, {
      policy: { tier: 'notify' },
      what: 'W1 that notifies',
    }),
    ...(await measureDelay(bench)),
  }
}

type Tier = Pick<TokenPolicyParameters, 'tier' | 'tiers'>

async function createAgent(bench: Bench, tier: Tier): Promise<BenchAccount> {
  const { chainId, contracts } = bench.localChain
  const account = await createAccount(bench, { version: '0.7' })
  const policy = getTokenPolicy({
    ...tier,
    chainId,
    recipients: workloadRecipients,
    token: contracts.testToken,
  })
  await setUp(bench, account, compile(bench, policy))
  return account
}

/** Transfers that differ in their amounts: announced calls are told apart. */
function getTransfers({ localChain }: Bench): readonly Call[] {
  const { last } = getPayees(workloadRecipients)
  return [0n, 1n, 2n].map((more) =>
    transferToken(localChain.contracts.testToken, last, tokenAmount + more),
  )
}

/** Sends an operation of each call, and returns the gas of the last. */
async function sendEach(
  bench: Bench,
  parameters: {
    account: BenchAccount
    approvers?: readonly LocalAccount[] | undefined
    calls: readonly Call[]
    what: string
    window?: SignedWindow | undefined
  },
): Promise<number> {
  let gas = 0
  for (const call of parameters.calls)
    gas = getGas(
      await sendOperation(bench, {
        ...parameters,
        calls: [call],
        route: 'policy',
      }),
    )
  return gas
}

async function measureSteady(
  bench: Bench,
  parameters: {
    approvers?: readonly LocalAccount[]
    policy: Tier
    what: string
  },
): Promise<number> {
  const { approvers, policy, what } = parameters
  const account = await createAgent(bench, policy)
  const calls = getTransfers(bench)
  return sendEach(bench, { account, approvers, calls, what })
}

async function measureDelay(
  bench: Bench,
): Promise<Record<'announce' | 'delay', number>> {
  const account = await createAgent(bench, {
    tier: 'delay',
    tiers: { delay: `${delay}s`, lifetime: `${lifetime}s` },
  })
  const calls = getTransfers(bench)
  const announce = await sendEach(bench, {
    account,
    calls: calls.map((call) =>
      encodeAnnounceCall({
        agent: account.agent.address,
        calls: [call],
        validator: getValidator(bench, 'policy'),
      }),
    ),
    what: 'announcement of W1',
  })
  const { timestamp } = await bench.client.getBlock()
  const due = Number(timestamp) + delay
  await bench.client.setNextBlockTimestamp({ timestamp: BigInt(due) })
  return {
    announce,
    delay: await sendEach(bench, {
      account,
      calls,
      what: 'W1 that was announced',
      window: { validAfter: due, validUntil: due + lifetime / 2 },
    }),
  }
}
