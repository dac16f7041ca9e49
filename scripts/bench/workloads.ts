import type { Address } from 'viem'

import { encodeSettleCall } from '../../src/actions/calls/encodeSettleCall.ts'
import type { CompiledPolicy } from '../../src/policy/compile/compiledPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { getMeterId } from '../../src/policy/format/getMeterId.ts'
import type { Call } from '../../src/types/call.ts'
import type { Bench } from './bench.ts'
import { getDay } from './clock.ts'
import {
  getAddresses,
  getNativePolicy,
  getTokenPolicy,
  nativeCap,
  tokenAmount,
  tokenCap,
  transferNative,
  transferToken,
} from './documents.ts'
import { compile } from './owner.ts'

/** What is measured, in the order in which it is told. */
export const workloadTitles = {
  W1: 'ERC-20 transfer',
  W1s: 'W1 with settlement',
  W2: 'batch of three transfers',
  W3: 'native transfer',
} as const

export type WorkloadName = keyof typeof workloadTitles

export type Workload = {
  calls: readonly Call[]
  /** What the policy denies: it is in force, and so are its numbers. */
  denied: { aboveCap: readonly Call[]; otherRecipient: readonly Call[] }
  name: WorkloadName
  policy: CompiledPolicy
  /** The calls under the policy, where they are not the same. */
  policyCalls?: readonly Call[]
}

/** Recipients that the policies of the workloads allow. */
export const workloadRecipients = getAddresses(10, 'recipient')

/**
 * Returns who is paid of a list. A single payment goes to the last one, which
 * costs most to find.
 */
export function getPayees(recipients: readonly Address[]) {
  const at = (index: number) => recipients.at(index) as Address
  return {
    first: at(0),
    last: at(-1),
    middle: at(Math.floor(recipients.length / 2)),
  }
}

/** Returns what is measured beside the plain validator. */
export function getWorkloads(bench: Bench): readonly Workload[] {
  const { accounts, chainId, contracts } = bench.localChain
  const stranger = accounts.stranger.address
  const token = contracts.testToken
  const recipients = workloadRecipients
  const { first, last, middle } = getPayees(recipients)
  const policy = compile(bench, getTokenPolicy({ chainId, recipients, token }))
  const nativePolicy = compile(bench, getNativePolicy({ chainId, recipients }))
  const pay = (to: Address, amount?: bigint) => transferToken(token, to, amount)

  return [
    {
      calls: [pay(last)],
      denied: {
        aboveCap: [pay(last, tokenCap + 1n)],
        otherRecipient: [pay(stranger)],
      },
      name: 'W1',
      policy,
    },
    {
      calls: [pay(last)],
      denied: {
        aboveCap: [pay(last, tokenCap + 1n)],
        otherRecipient: [pay(stranger)],
      },
      name: 'W1s',
      policy,
      policyCalls: [pay(last), settle(bench, policy, tokenAmount)],
    },
    {
      calls: [pay(first), pay(middle), pay(last)],
      denied: {
        aboveCap: [pay(first), pay(middle), pay(last, tokenCap)],
        otherRecipient: [pay(first), pay(stranger), pay(last)],
      },
      name: 'W2',
      policy,
    },
    {
      calls: [transferNative(last)],
      denied: {
        aboveCap: [transferNative(last, nativeCap + 1n)],
        otherRecipient: [transferNative(stranger)],
      },
      name: 'W3',
      policy: nativePolicy,
    },
  ]
}

/** Writes what one payment reserves of the daily budget. */
function settle(
  { localChain }: Bench,
  { bytes, limits }: CompiledPolicy,
  amount: bigint,
): Call {
  const meterId = getMeterId({
    // The first agent of an account.
    agentNumber: 1,
    limit: limits.length - 1,
    policy: decodePolicy(bytes),
  })
  return encodeSettleCall({
    charges: [{ charge: (BigInt(getDay(0)) << 128n) | amount, meterId }],
    validator: localChain.contracts.policyValidator,
  })
}
