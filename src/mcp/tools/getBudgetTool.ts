import { erc20Abi } from 'viem'
import { getBalance, readContract } from 'viem/actions'
import { getAction } from 'viem/utils'
import { z } from 'zod'

import { type BudgetUsage, getUsage } from '../../actions/read/getUsage.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type { KnownAsset } from '../input/knownNames.ts'
import { type AmountAsset, formatAmount } from '../input/parseAmount.ts'
import { describeLimits } from '../policy/describeLimits.ts'
import { loadPolicy } from '../policy/loadPolicy.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { defineTool } from './defineTool.ts'
import { integerText, limitSchema, timestamp } from './schemas.ts'

const usageShape = {
  spent: integerText('Spent in this period, in base units'),
  remaining: integerText('Left in this period, in base units'),
  remainingFormatted: z.string().describe('The same in whole units'),
  resetsAt: timestamp('When the period ends').optional(),
  warning: z.boolean().describe('Whether at least 80 % is spent'),
}

export const getBudgetTool = defineTool({
  annotations: {
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
    readOnlyHint: true,
  },
  description:
    'Reads from the chain what is left of every budget and when it is full again, what is left for gas today, and what the account holds. Call it before larger payments, and after a denial by a budget.',
  input: z.strictObject({}),
  name: 'get_budget',
  output: {
    timestamp: timestamp('Time of the chain that this holds for'),
    limits: z.array(limitSchema.extend(usageShape)),
    gas: z
      .object({
        amount: integerText('Most maximal gas cost a UTC day, in wei'),
        ...usageShape,
      })
      .describe('Budget for gas. What is charged is the maximal cost'),
    balances: z.array(
      z.object({
        asset: z.string(),
        token: z.string().optional(),
        balance: integerText('What the account holds, in base units'),
        formatted: z.string(),
      }),
    ),
    warnings: z.array(z.string()),
  },
  async run(config) {
    const { account, policyStore } = config
    const loaded = await loadPolicy(config)
    const [usage, balances] = await Promise.all([
      getUsage(account.client, {
        account: account.address,
        agent: account.agent.address,
        policyStore,
        validator: account.validator,
      }),
      Promise.all(
        loaded.known.assets.map((asset) => readBalance(config, asset)),
      ),
    ])
    if (!usage)
      throw new PolicyError({
        arguments: { account: account.address, agent: account.agent.address },
        code: 'AGENT_NOT_GRANTED',
        source: { kind: 'sdk' },
      })

    const [native] = loaded.known.assets
    const unit = native ?? { decimals: 18, symbol: 'ETH' }
    const limits = describeLimits(loaded).map((limit, index) => {
      const used = usage.limits[index]
      const asset = loaded.assets[used?.limit.asset ?? -1]
      return {
        ...limit,
        ...describeUsage(used, asset ?? { decimals: 0, symbol: limit.asset }),
      }
    })
    return {
      balances,
      gas: {
        amount: `${usage.gas.amount}`,
        ...describeUsage(usage.gas, unit),
      },
      limits,
      timestamp: usage.timestamp,
      warnings: [
        ...limits
          .filter(({ warning }) => warning)
          .map(
            ({ asset, name, per, remainingFormatted }) =>
              `${name ?? `${asset} per ${per}`}: at least 80 % is spent, ${remainingFormatted} is left.`,
          ),
        ...(usage.gas.warning
          ? [
              `Gas per day: at least 80 % is spent, ${formatAmount(usage.gas.remaining, unit)} is left.`,
            ]
          : []),
      ],
    }
  },
  title: 'Read what is left',
})

function describeUsage(usage: BudgetUsage | undefined, unit: AmountAsset) {
  const { remaining = 0n, resetsAt, spent = 0n, warning = false } = usage ?? {}
  return {
    remaining: `${remaining}`,
    remainingFormatted: formatAmount(remaining, unit),
    ...(resetsAt === undefined ? {} : { resetsAt }),
    spent: `${spent}`,
    warning,
  }
}

async function readBalance(
  { account }: PolicyMcpServerConfig,
  asset: KnownAsset,
) {
  const { client } = account
  const balance = asset.address
    ? await getAction(
        client,
        readContract,
        'readContract',
      )({
        abi: erc20Abi,
        address: asset.address,
        args: [account.address],
        functionName: 'balanceOf',
      })
    : await getAction(
        client,
        getBalance,
        'getBalance',
      )({ address: account.address })
  return {
    asset: asset.symbol,
    balance: `${balance}`,
    formatted: formatAmount(balance, asset),
    ...(asset.address ? { token: asset.address } : {}),
  }
}
