import {
  AbiCoder,
  keccak256,
  type SigningKey,
  TypedDataEncoder,
  type Wallet,
} from 'ethers'
import { concatHex, type Hex, pad, toHex } from 'viem'

import { buildLimit } from '../policyStore/buildPolicy.ts'
import type { Bench } from './bench.ts'
import type { Call, Operation } from './operations.ts'

/** Numbers of the actions, and of the tiers. */
export const actions = { approval: 3, delay: 2, deny: 0, notify: 1 } as const

const types = {
  Approval: [
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'calls', type: 'Call[]' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  Call: [
    { name: 'target', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
  ],
}

const toCall = ({ data = '0x', to, value = 0n }: Call) => ({
  data,
  target: to,
  value,
})

/** Record of the tiers section. */
export function buildTiers({
  approvers = 0,
  delay = 0,
  lifetime = 0,
  threshold = 0,
}: {
  /** Index of the set plus 1. */
  approvers?: number
  /** Seconds. */
  delay?: number
  /** Seconds. */
  lifetime?: number
  threshold?: number
}): Hex {
  return concatHex([
    toHex(delay, { size: 4 }),
    toHex(lifetime, { size: 4 }),
    toHex(threshold, { size: 1 }),
    toHex(approvers, { size: 1 }),
    '0x0000',
  ])
}

/** A limit of a UTC day beyond which the action follows. */
export function dailyBeyond(
  asset: number,
  amount: bigint,
  action: number,
): Hex {
  return buildLimit(asset, { action, amount, kind: 2, length: 86_400n })
}

/** EIP-712's hash of the calls, worked out by another library than the SDK's. */
export function hashCalls(calls: readonly Call[]): Hex {
  const encoder = TypedDataEncoder.from({ Call: types.Call })
  const hashes = calls.map((call) => encoder.hashStruct('Call', toCall(call)))
  return keccak256(concatHex(hashes as Hex[])) as Hex
}

/** The calls as the log has them. */
export function encodeAnnounced(calls: readonly Call[]): Hex {
  return AbiCoder.defaultAbiCoder().encode(
    ['tuple(address target, uint256 value, bytes data)[]'],
    [calls.map(toCall)],
  ) as Hex
}

/** The module's own call that announces calls of the agent. */
export function toAnnouncement(
  { agent, validator }: Bench,
  calls: readonly Call[],
  by: { address: string } = agent,
): Call {
  return {
    data: validator.interface.encodeFunctionData('announce', [
      by.address,
      hashCalls(calls),
      encodeAnnounced(calls),
    ]),
    to: String(validator.target),
  }
}

export type ApprovalParameters = {
  account?: string
  agent?: string
  calls: readonly Call[]
  chainId?: bigint
  /** Unix seconds. */
  deadline: number
  nonce: bigint
  validator?: string
}

/** What an approver signs. */
export function hashApproval(
  bench: Bench,
  {
    account = String(bench.account.target),
    agent = bench.agent.address,
    calls,
    chainId = bench.chainId,
    deadline,
    nonce,
    validator = String(bench.validator.target),
  }: ApprovalParameters,
): Hex {
  return TypedDataEncoder.hash(
    {
      chainId,
      name: 'PolicyValidator',
      verifyingContract: validator,
      version: '1',
    },
    types,
    { account, agent, calls: calls.map(toCall), deadline, nonce },
  ) as Hex
}

/** Approval of one who signs, or of one who has approved on chain. */
export type Approver = { signingKey: SigningKey } | { onChain: string }

/** The operation with approvals behind the agent's signature, in this order. */
export function withApprovals(
  bench: Bench,
  operation: Operation,
  approvers: readonly Approver[],
  parameters: Omit<ApprovalParameters, 'nonce'> & { nonce?: bigint },
): Operation {
  const digest = hashApproval(bench, { nonce: operation.nonce, ...parameters })
  const approvals = approvers.map((approver) =>
    'onChain' in approver
      ? concatHex([pad(approver.onChain as Hex), toHex(0, { size: 32 })])
      : (approver.signingKey.sign(digest).compactSerialized as Hex),
  )
  return {
    ...operation,
    signature: concatHex([
      operation.signature,
      toHex(parameters.deadline, { size: 6 }),
      ...approvals,
    ]),
  }
}

/** Wallets in the order in which their approvals must stand. */
export function toAscending(wallets: readonly Wallet[]): readonly Wallet[] {
  return wallets.toSorted((one, other) =>
    BigInt(one.address) < BigInt(other.address) ? -1 : 1,
  )
}
