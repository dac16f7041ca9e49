import { formatAmount } from '../document/amounts.ts'
import type { PolicyData } from '../format/types.ts'
import type { PolicyView, ViewLimit } from '../view/policyView.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, type LintCheck } from './lintContext.ts'
import { countsToo, sayLimitAmount } from './lintLimits.ts'

/** Seconds of the longest month. */
const longestMonth = 31 * 86_400

/** Caps and budgets that never deny, because others deny before. */
export const lintBudgets: LintCheck = ({ view }) => {
  const limits = view.limits.filter(({ action }) => action === 'deny')
  return [
    ...limits.flatMap((limit) =>
      limit.kind === 'operation'
        ? findHighCap(limits, limit)
        : findUnreachable(view, limits, limit),
    ),
    ...findHighValues(view, limits),
  ]
}

function findHighCap(
  limits: readonly ViewLimit[],
  cap: ViewLimit,
): readonly PolicyFinding[] {
  const budget = limits.find(
    (other) =>
      other.kind !== 'operation' &&
      countsToo(other, cap) &&
      other.amount < cap.amount,
  )
  if (budget === undefined) return []
  return [
    createFinding(
      'CAP_ABOVE_BUDGET',
      cap.path,
      `The cap is ${sayLimitAmount(cap)} an operation, and ${budget.path} denies beyond ${sayLimitAmount(budget)}.`,
    ),
  ]
}

/** Value of one call above what a budget of the native asset permits. */
function findHighValues(
  view: PolicyView,
  limits: readonly ViewLimit[],
): readonly PolicyFinding[] {
  const budgets = limits.filter(({ asset }) => asset.kind === 'native')
  return getRules(view).flatMap(({ rule }) => {
    const budget = budgets.find(
      ({ amount, group }) =>
        (group === undefined || group === rule.group) && amount < rule.valueCap,
    )
    if (budget === undefined) return []
    return [
      createFinding(
        'CAP_ABOVE_BUDGET',
        rule.path,
        `One call may carry ${formatAmount(rule.valueCap, 18)} ${budget.asset.symbol}, and ${budget.path} denies beyond ${sayLimitAmount(budget)}.`,
      ),
    ]
  })
}

function findUnreachable(
  { data }: PolicyView,
  limits: readonly ViewLimit[],
  budget: ViewLimit,
): readonly PolicyFinding[] {
  const length = getLength(data, budget)
  if (length === undefined) return []
  const others = limits.filter(
    (other) =>
      countsToo(other, budget) &&
      // What one agent is held to says nothing of all of them.
      (budget.scope === 'agent' || other.scope === 'account'),
  )
  for (const other of others) {
    const most = getMost(data, other, budget, length)
    if (most !== undefined && most < budget.amount)
      return [say(budget, other, most)]
  }

  // So many operations, each up to its cap.
  const caps = limits.filter(
    (other) => other.kind === 'operation' && countsToo(other, budget),
  )
  const counts = limits.filter(
    ({ asset, group, scope }) =>
      asset.kind === 'operations' &&
      (group === undefined || group === budget.group) &&
      (budget.scope === 'agent' || scope === 'account'),
  )
  for (const cap of caps)
    for (const count of counts) {
      const operations = getMost(data, count, budget, length)
      if (operations === undefined) continue
      const most = operations * cap.amount
      if (most < budget.amount) return [say(budget, count, most)]
    }
  return []
}

function say(budget: ViewLimit, other: ViewLimit, most: bigint): PolicyFinding {
  return createFinding(
    'BUDGET_UNREACHABLE',
    budget.path,
    `The budget is ${sayLimitAmount(budget)}, and ${other.path} permits no more than ${formatAmount(most, budget.asset.decimals)} in that time.`,
  )
}

/** Most seconds of a budget's period; undefined where nobody knows. */
function getLength(
  { validAfter, validUntil }: PolicyData,
  { kind, length }: ViewLimit,
): number | undefined {
  if (kind === 'month') return longestMonth
  if (kind === 'lifetime')
    return validAfter === 0 ? undefined : validUntil + 1 - validAfter
  return kind === 'operation' ? undefined : length
}

/** Most that a limit permits in one period of a budget, never too little. */
function getMost(
  { maxWindow }: PolicyData,
  other: ViewLimit,
  budget: ViewLimit,
  length: number,
): bigint | undefined {
  const { amount } = other
  switch (other.kind) {
    case 'fixed':
      return amount * BigInt(countTouched(other, budget, length))
    case 'lifetime':
      return amount
    case 'month':
      // Whole months are 28 days or more.
      return budget.kind === 'month'
        ? amount
        : amount * BigInt(Math.floor(length / (28 * 86_400)) + 2)
    case 'rollingAmount':
      return (
        amount +
        (amount * BigInt(length + maxWindow)) / BigInt(other.length) +
        1n
      )
    case 'rollingCount':
      return amount * BigInt(Math.floor(length / other.length) + 1)
    case 'operation':
      return undefined
  }
}

/** Periods of one length that a period of another touches at most. */
function countTouched(
  other: ViewLimit,
  budget: ViewLimit,
  length: number,
): number {
  const isAligned =
    budget.kind === 'fixed'
      ? length % other.length === 0 &&
        (budget.anchor - other.anchor) % other.length === 0
      : budget.kind === 'month' &&
        86_400 % other.length === 0 &&
        other.anchor % other.length === 0
  return isAligned
    ? length / other.length
    : Math.floor(length / other.length) + 2
}
