import type { Address } from 'viem'

import type { PolicyData } from '../../src/policy/format/types.ts'
import {
  denied,
  type JudgedMeters,
  type JudgedOperation,
  judge,
} from './judge.ts'

/** An operation with all that the header of a policy looks at. */
export type WholeOperation = JudgedOperation & {
  /** Who has approved it. */
  approvers: readonly Address[]
  chainId: number
  executeUserOp: boolean
  /** Wei. */
  feePerGas: bigint
  /** Gas limits added up, in gas units. */
  gasLimits: bigint
  nonceKey: bigint
  paymaster: Address | undefined
  preVerificationGas: bigint
  /** Whether it ends in a `settle` with what it spends. */
  settles: boolean
  /**
   * Seconds from its announcement until it is due, and from then until it runs;
   * undefined without one. An agent may announce as early as it likes.
   */
  waited: { late: number; until: number } | undefined
}

/** What comes of an operation, from what is loosest to what is strictest. */
export const outcomes = ['silent', 'reported', 'denied'] as const

/** Says what comes of an operation as it is; spends what it spends. */
export function judgeWhole(
  policy: PolicyData,
  operation: WholeOperation,
  meters: JudgedMeters,
): (typeof outcomes)[number] {
  const tier = judgeTier(policy, operation, meters)
  switch (tier) {
    case denied:
      return 'denied'
    case 3:
      return isApproved(policy, operation) ? 'reported' : 'denied'
    case 2:
      return hasWaited(policy, operation) ? 'reported' : 'denied'
    default:
      return tier === 1 ? 'reported' : 'silent'
  }
}

/** Says which tier an operation is of, from 0 up to 4 where it is denied. */
export function judgeTier(
  policy: PolicyData,
  operation: WholeOperation,
  meters: JudgedMeters,
): number {
  if (!keepsHeader(policy, operation)) return denied
  const gas = operation.gasLimits * operation.feePerGas
  if (!chargeGas(policy, gas, meters)) return denied
  return judge(policy, { ...operation, gas }, meters)
}

function keepsHeader(policy: PolicyData, operation: WholeOperation): boolean {
  const { nonceKey, paymaster } = operation
  const isPaid =
    paymaster === undefined || isListed(policy, policy.paymasters, paymaster)
  return (
    isPaid &&
    operation.chainId === policy.chainId &&
    operation.executeUserOp === policy.executeUserOp &&
    operation.feePerGas <= policy.maxFeePerGas &&
    operation.gasLimits <= policy.maxGas &&
    operation.preVerificationGas <= policy.maxPreVerificationGas &&
    (nonceKey & policy.nonceMask) === policy.nonceValue &&
    (operation.settles || !policy.settlement)
  )
}

/** The meter is of one unit; all that is charged here is of one day. */
function chargeGas(
  { gasBudget, gasExponent }: PolicyData,
  gas: bigint,
  meters: JudgedMeters,
): boolean {
  const unit = 10n ** BigInt(gasExponent)
  const total = (meters.get('gas') ?? 0n) + (gas + unit - 1n) / unit
  if (total > gasBudget) return false
  meters.set('gas', total)
  return true
}

function isApproved(policy: PolicyData, { approvers }: WholeOperation) {
  const set = policy.tiers?.approvers
  const given = approvers.filter((approver) => isListed(policy, set, approver))
  return given.length >= (policy.tiers?.threshold ?? 0)
}

function hasWaited({ tiers }: PolicyData, { waited }: WholeOperation): boolean {
  if (waited === undefined || tiers === undefined) return false
  return tiers.delay <= waited.until && waited.late <= tiers.lifetime
}

function isListed(
  { sets }: PolicyData,
  index: number | undefined,
  address: Address,
): boolean {
  const set = index === undefined ? undefined : sets[index]
  return (
    set?.kind === 'addresses' &&
    set.addresses.some((one) => one.toLowerCase() === address.toLowerCase())
  )
}
