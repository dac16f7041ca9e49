import { type Hex, numberToHex } from 'viem'

import {
  PolicyBytesError,
  type PolicyBytesErrorType,
} from '../errors/policyDocument.ts'
import { decompileLimits } from './decompile/decompileLimits.ts'
import { decompilePermissions } from './decompile/decompilePermissions.ts'
import { decompileSchedule } from './decompile/decompileSchedule.ts'
import { createNames, type DecompileParameters } from './decompile/names.ts'
import { formatAmount } from './document/amounts.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { formatDuration, formatTime } from './document/times.ts'
import { decodePolicy } from './format/decodePolicy.ts'
import type { PolicyData } from './format/types.ts'

export type DecompilePolicyParameters = DecompileParameters
export type DecompilePolicyReturnType = PolicyDocument
export type DecompilePolicyErrorType = PolicyBytesErrorType

/**
 * Writes a policy's bytes as a document.
 *
 * Compiled again for the policy's chain, the document gives the same bytes,
 * where `compilePolicy` made them. The bytes hold no names: assets, sets and
 * groups get some, arguments are numbered as words, and amounts are in base
 * units unless the token's decimals are given.
 *
 * @param bytes - The policy
 * @param parameters - {@link DecompilePolicyParameters}
 * @throws {@link PolicyBytesError}
 */
export function decompilePolicy(
  bytes: Hex,
  parameters: DecompilePolicyParameters = {},
): DecompilePolicyReturnType {
  const policy = decodePolicy(bytes)
  const names = createNames(policy, parameters)
  const schedule = decompileSchedule(policy)
  return {
    version: 1,
    name: 'Decompiled policy',
    chains: [`eip155:${policy.chainId}`],
    validity: {
      ...(policy.validAfter === 0
        ? {}
        : { from: formatTime(policy.validAfter) }),
      until: formatTime(policy.validUntil + 1),
    },
    window: formatDuration(policy.maxWindow),
    maxCalls: policy.maxCalls,
    ...(policy.guardian === undefined ? {} : { guardian: policy.guardian }),
    assets: names.assets,
    ...(policy.sets.length === 0 ? {} : { sets: names.sets }),
    ...(policy.groups.length === 0 ? {} : { groups: policy.groups }),
    limits: decompileLimits(policy, names),
    permissions: decompilePermissions(policy, names),
    gas: decompileGas(policy, names.getSet),
    ...(schedule === undefined ? {} : { schedule }),
    ...(policy.tiers === undefined
      ? {}
      : { tiers: decompileTiers(policy.tiers, names.getSet) }),
    ...(policy.settlement ? { settlement: 'demanded' as const } : {}),
    ...decompileAccount(policy),
  }
}

function decompileGas(
  policy: PolicyData,
  getSet: (set: number) => string,
): PolicyDocument['gas'] {
  const { gasBudget, gasExponent, maxFeePerGas, paymasters } = policy
  return {
    maxFeePerGas:
      maxFeePerGas % 10n ** 9n === 0n
        ? `${maxFeePerGas / 10n ** 9n} gwei`
        : `${maxFeePerGas} wei`,
    maxGas: toNumber(policy.maxGas),
    maxPreVerificationGas: toNumber(policy.maxPreVerificationGas),
    ...(paymasters === undefined ? {} : { paymasters: getSet(paymasters) }),
    perDay: formatAmount(gasBudget * 10n ** BigInt(gasExponent), 18),
  }
}

function decompileTiers(
  tiers: NonNullable<PolicyData['tiers']>,
  getSet: (set: number) => string,
): NonNullable<PolicyDocument['tiers']> {
  const { approvers, delay, lifetime, threshold } = tiers
  return {
    ...(delay === 0
      ? {}
      : { delay: formatDuration(delay), lifetime: formatDuration(lifetime) }),
    ...(approvers === undefined
      ? {}
      : { approvals: { approvers: getSet(approvers), threshold } }),
  }
}

function decompileAccount({
  executeUserOp,
  nonceMask,
  nonceValue,
}: PolicyData): Pick<PolicyDocument, 'account'> {
  if (!executeUserOp && nonceMask === 0n) return {}
  return {
    account: {
      executeUserOp,
      nonceMask: numberToHex(nonceMask, { size: 24 }),
      nonceValue: numberToHex(nonceValue, { size: 24 }),
    },
  }
}

function toNumber(amount: bigint): number {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER))
    throw new PolicyBytesError({
      reasons: ['A cap on gas is above what a document can hold, 2^53 - 1.'],
    })
  return Number(amount)
}
