import type {
  Account,
  Address,
  Chain,
  Client,
  ReadContractErrorType,
  Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import {
  type GetChainTimeErrorType,
  getChainTime,
} from '../../accounts/getChainTime.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyLensAbi } from '../../constants/generated/abis.ts'
import { policyLensCreationCode } from '../../constants/generated/creationCode.ts'
import type { PolicyAsset, PolicyLimit } from '../../policy/format/types.ts'
import { getGrant } from './getGrant.ts'
import { type GetPolicyErrorType, getPolicy } from './getPolicy.ts'

/** Part of a budget, in percent, from which on `warning` is set. */
const warningPercent = 80n

const day = 86_400

export type GetUsageParameters = {
  account: Address
  agent: Address
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** Unix seconds. @default the time of the chain */
  timestamp?: number | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** How much of a budget is used. Amounts are in base units of its asset. */
export type BudgetUsage = {
  /** Most that may be spent in a period. */
  amount: bigint
  /** What is left of it. */
  remaining: bigint
  /** First second of the next period; nothing where there is none. */
  resetsAt: number | undefined
  /** Spent in the period. Above `amount` after the owner has lowered it. */
  spent: bigint
  /** Whether at least 80 % is spent. */
  warning: boolean
}

export type LimitUsage = BudgetUsage & {
  asset: PolicyAsset
  limit: PolicyLimit
}

export type GetUsageReturnType =
  | {
      /** Maximal cost of the day's operations, in wei. */
      gas: BudgetUsage
      /** One for each limit, in the policy's order. */
      limits: readonly LimitUsage[]
      /** Time for which this holds, in Unix seconds. */
      timestamp: number
    }
  | undefined

export type GetUsageErrorType =
  | GetChainTimeErrorType
  | GetPolicyErrorType
  | ReadContractErrorType

/**
 * Returns what an agent has spent of every budget, and what is left.
 *
 * A limit on one operation shows nothing spent.
 *
 * @param client - Client to use
 * @param parameters - {@link GetUsageParameters}
 * @returns Budgets; nothing where the agent has no policy.
 * {@link GetUsageReturnType}
 */
export async function getUsage(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetUsageParameters,
): Promise<GetUsageReturnType> {
  const {
    account,
    agent,
    policyStore,
    validator = policyValidatorAddress,
  } = parameters

  const [policy, grant, timestamp] = await Promise.all([
    getPolicy(client, { account, agent, policyStore, validator }),
    getGrant(client, { account, agent, validator }),
    parameters.timestamp ?? getChainTime(client),
  ])
  if (!policy) return undefined

  const usages = await getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: policyLensAbi,
    args: [validator, account, agent, timestamp],
    // The lens lies on no chain: its code goes along with the call.
    code: policyLensCreationCode,
    functionName: 'getUsage',
  })

  const { assets, gasBudget, gasExponent, limits } = policy.data
  const today = Math.floor(timestamp / day)
  return {
    gas: toBudgetUsage({
      amount: gasBudget * 10n ** BigInt(gasExponent),
      resetsAt: (today + 1) * day,
      spent: grant.gasPeriod === BigInt(today) ? grant.gasSpent : 0n,
    }),
    limits: usages.flatMap((usage, index) => {
      const limit = limits[index]
      const asset = limit && assets[limit.asset]
      return asset ? [{ ...toBudgetUsage(usage), asset, limit }] : []
    }),
    timestamp,
  }
}

function toBudgetUsage(parameters: {
  amount: bigint
  resetsAt: number
  spent: bigint
}): BudgetUsage {
  const { amount, resetsAt, spent } = parameters
  return {
    amount,
    remaining: amount > spent ? amount - spent : 0n,
    resetsAt: resetsAt === 0 ? undefined : resetsAt,
    spent,
    warning: amount > 0n && spent * 100n >= amount * warningPercent,
  }
}
