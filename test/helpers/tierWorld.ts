import type { Wallet } from 'ethers'
import { type Hex, hexToBigInt } from 'viem'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'
import { loadBench, toKey } from './bench.ts'
import { getMeterId, toCharge } from './meters.ts'
import type { Call, Operation } from './operations.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
} from './policies.ts'
import type { TierAct, WantedCalls } from './tierSchedule.ts'
import {
  actions,
  buildTiers,
  hashApproval,
  hashCalls,
  toAnnouncement,
  toAscending,
  withApprovals,
} from './tiers.ts'
import { day } from './time.ts'

/** Selector of nothing that the contract has which is called. */
const unknown = '0x12345678'

/** What the policies ask for; amounts in wei, an operation's total. */
export const rules = {
  /** Beyond it, an operation is announced. */
  delayed: 10,
  /** Beyond it, it is approved. */
  approved: 30,
  delay: 100,
  lifetime: 800,
  threshold: 2,
} as const

/** An agent of the account, with a recipient of its own. */
export type TierParty = { agent: Wallet; policyHash: Hex; recipient: string }

/** What an agent has signed. */
export type TierOperation = {
  operation: Operation
  hash: string
  party: TierParty
  /** Of what it pays, or announces. */
  callsHash: Hex
  announces: boolean
  /** What it moves where it succeeds. */
  amount: bigint
  /** What its calls carry, by which its tier is told. */
  wanted: number
  validAfter: number
  validUntil: number
}

export type TierWorld = Awaited<ReturnType<typeof createTierWorld>>

/** One account with two agents, under policies of the same tiers. */
export async function createTierWorld(version: EntryPointVersion) {
  const bench = await loadBench(version)
  const { account, agent, factory, otherAgent, validator } = bench
  const guardian = toKey('guardian')
  const approvers = toAscending(['ann', 'ben', 'cleo'].map(toKey))
  const elements = approvers
    .map(({ address }) => address.toLowerCase() as Hex)
    .toSorted((one, other) => (hexToBigInt(one) < hexToBigInt(other) ? -1 : 1))

  async function admit(by: Wallet, name: string): Promise<TierParty> {
    const { address } = toKey(name)
    bench.watch(address)
    const beyond = (amount: number, action: number) =>
      buildLimit(0, { action, amount: BigInt(amount), kind: 1 })
    const policyHash = await bench.grant(
      toPolicy({
        header: { guardian: BigInt(guardian.address) },
        assets: [assets.native],
        sets: [{ elements }],
        limits: [
          beyond(rules.delayed, actions.delay),
          beyond(rules.approved, actions.approval),
          limits.daily(0, 10_000n),
        ],
        permissions: [
          allowPayment(address, 100n),
          allowCall(String(factory.target), unknown),
        ],
        tiers: [
          buildTiers({
            approvers: 1,
            delay: rules.delay,
            lifetime: rules.lifetime,
            threshold: rules.threshold,
          }),
        ],
      }),
      { to: by },
    )
    return { agent: by, policyHash, recipient: address }
  }
  const parties = [
    await admit(agent, 'first recipient'),
    await admit(otherAgent, 'second recipient'),
  ] as const
  const getParty = (index: number) => parties[index] ?? parties[0]

  function toCalls({ amount, fails, party }: WantedCalls): Call[] {
    const { recipient } = getParty(party)
    return [
      { to: recipient, value: BigInt(amount) },
      ...(fails ? [{ data: unknown, to: String(factory.target) }] : []),
    ]
  }
  const toSettle = (party: number, amount: number, time: number): Call => ({
    data: validator.interface.encodeFunctionData('settle', [
      [
        {
          meterId: getMeterId({
            agentNumber: party + 1,
            asset: `0x${'00'.repeat(20)}`,
            assetKind: 1,
            kind: 2,
            length: day,
          }),
          charge: toCharge(Math.floor(time / day), BigInt(amount)),
        },
      ],
    ]),
    to: String(validator.target),
  })

  let signed = 0
  /** What each approver has signed or recorded, ever: see `toConsent`. */
  const consents = new Set<string>()

  /** Has the agent sign, and the approvers too. */
  async function sign(
    act: TierAct & { type: 'announce' | 'pay' },
    now: number,
    pending: bigint,
  ): Promise<TierOperation> {
    const party = getParty(act.party)
    const calls = toCalls(act)
    const pays = act.type === 'pay'
    const validAfter = now + (pays ? act.starts : -30)
    const validUntil = validAfter + (pays ? act.lasts : 600)
    const next: bigint = await bench.entryPoint.getFunction('getNonce')(
      account.target,
      bench.toNonceKey(act.lane),
    )
    const unapproved = await bench.operate({
      agent: party.agent,
      // The hash of no two operations is the same, whatever they have in common.
      gas: { preVerificationGas: 50_000n + BigInt(++signed) },
      calls: pays
        ? [
            ...calls,
            ...(act.settles ? [toSettle(act.party, act.amount, now)] : []),
          ]
        : [toAnnouncement(bench, calls, party.agent)],
      nonce: next + pending,
      window: { validAfter, validUntil },
    })
    return {
      amount: pays && !act.fails ? BigInt(act.amount) : 0n,
      announces: !pays,
      callsHash: hashCalls(calls),
      hash: await bench.getUserOpHash(unapproved),
      operation: pays ? await approve(act, unapproved, validUntil) : unapproved,
      party,
      validAfter,
      validUntil,
      wanted: act.amount,
    }
  }

  async function approve(
    act: TierAct & { type: 'pay' },
    operation: Operation,
    validUntil: number,
  ): Promise<Operation> {
    if (act.approvals === 'none' || act.amount <= rules.approved)
      return operation
    const [first, second] = approvers as [Wallet, Wallet]
    const calls = toCalls(act)
    const parameters = {
      agent: getParty(act.party).agent.address,
      calls,
      deadline: validUntil + act.deadline,
    }
    const consent = (approver: Wallet) =>
      consents.add(
        toConsent({
          ...parameters,
          approver: approver.address,
          callsHash: hashCalls(calls),
          nonce: operation.nonce,
        }),
      )
    consent(first)
    if (act.approvals === 'one') {
      const { signature } = withApprovals(bench, operation, [first], parameters)
      return { ...operation, signature }
    }
    if (act.approvals === 'one twice')
      return withApprovals(bench, operation, [first, first], parameters)
    consent(second)
    if (act.approvals === 'two')
      return withApprovals(bench, operation, [first, second], parameters)
    const digest = hashApproval(bench, {
      ...parameters,
      nonce: operation.nonce,
    })
    await validator
      .connect(await bench.impersonate(second.address))
      .setApproval(account.target, digest, true)
    return withApprovals(
      bench,
      operation,
      [first, { onChain: second.address }],
      parameters,
    )
  }

  return {
    approvers,
    bench,
    consents,
    getParty,
    guardian,
    parties,
    sign,
    toCalls,
  }
}

/** What an approver agrees to. */
export function toConsent(consent: {
  agent: string
  approver: string
  callsHash: string
  deadline: number
  nonce: bigint
}): string {
  const { agent, approver, callsHash, deadline, nonce } = consent
  return [approver, agent, callsHash, nonce, deadline].join()
}
