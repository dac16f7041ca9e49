import { formatAmount } from '../document/amounts.ts'
import { formatTime } from '../document/times.ts'
import type { PolicyView, ViewLimit } from '../view/policyView.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, type LintCheck } from './lintContext.ts'

/** Seconds. */
const shortPeriod = 300

/** Limits that are missing, that never deny, or that deny more than is meant. */
export const lintLimits: LintCheck = ({ document, view }) => [
  ...view.limits.flatMap((limit) => [
    ...lintPeriod(view, limit),
    ...lintThreshold(view, limit),
    ...lintGroup(view, limit),
  ]),
  ...lintMissing(view),
  ...(document.chains.length > 1
    ? [
        createFinding(
          'BUDGET_PER_CHAIN',
          'chains',
          `Every budget may be spent on each of ${document.chains.length} chains.`,
        ),
      ]
    : []),
]

/** Whether whatever `limit` counts, `other` counts too. */
export function countsToo(other: ViewLimit, limit: ViewLimit): boolean {
  return (
    other !== limit &&
    other.asset.key === limit.asset.key &&
    (other.group === undefined || other.group === limit.group)
  )
}

/** Writes the amount of a limit with its asset. */
export function sayLimitAmount({ amount, asset }: ViewLimit): string {
  return `${formatAmount(amount, asset.decimals)} ${asset.symbol}`
}

function lintPeriod(
  { data }: PolicyView,
  { anchor, kind, length, path }: ViewLimit,
): readonly PolicyFinding[] {
  const findings: PolicyFinding[] = []
  if (kind === 'fixed' && anchor > data.validUntil)
    findings.push(
      createFinding(
        'PERIOD_NEVER_BEGINS',
        `${path}.per.from`,
        `The period begins at ${formatTime(anchor)}, when the policy has ended.`,
      ),
    )
  // Weeks have an anchor too, and it is long past.
  else if (kind === 'fixed' && anchor > data.validAfter && data.validAfter > 0)
    findings.push(
      createFinding(
        'PERIOD_BEGINS_LATE',
        `${path}.per.from`,
        `The period begins at ${formatTime(anchor)}, and the policy at ${formatTime(data.validAfter)}.`,
      ),
    )
  if (kind === 'fixed' && length < shortPeriod)
    findings.push(
      createFinding(
        'PERIOD_SHORT',
        `${path}.per`,
        `The period has ${length} seconds, and a signed window must lie within one.`,
      ),
    )
  const isRolling = kind === 'rollingAmount' || kind === 'rollingCount'
  if (isRolling && data.maxWindow > length)
    findings.push(
      createFinding(
        'ROLLING_WINDOW_WIDE',
        `${path}.per.rolling`,
        `A window may have ${data.maxWindow} seconds, and the limit has ${length}.`,
      ),
    )
  return findings
}

function lintThreshold(
  { limits }: PolicyView,
  limit: ViewLimit,
): readonly PolicyFinding[] {
  if (limit.action === 'deny') return []
  const denying = limits.find(
    (other) =>
      other.action === 'deny' &&
      countsToo(other, limit) &&
      other.kind === limit.kind &&
      other.length === limit.length &&
      other.anchor === limit.anchor &&
      other.scope === limit.scope &&
      other.amount <= limit.amount,
  )
  if (denying === undefined) return []
  return [
    createFinding(
      'THRESHOLD_UNREACHABLE',
      limit.path,
      `${denying.path} denies beyond ${sayLimitAmount(denying)} already.`,
    ),
  ]
}

function lintGroup(
  view: PolicyView,
  { asset, group, path }: ViewLimit,
): readonly PolicyFinding[] {
  if (group === undefined || asset.kind === 'operations') return []
  const isSpent = getRules(view).some(
    ({ rule }) =>
      rule.group === group &&
      (rule.spends.some((spend) => spend.asset.key === asset.key) ||
        (asset.kind === 'native' && rule.valueCap > 0n)),
  )
  if (isSpent) return []
  return [
    createFinding(
      'GROUP_LIMIT_IDLE',
      path,
      `No permission of "${view.getGroupName(group)}" spends ${asset.symbol}.`,
    ),
  ]
}

function lintMissing({ limits }: PolicyView): readonly PolicyFinding[] {
  const denying = limits.filter(({ action }) => action === 'deny')
  const hasOperations = denying.some(
    ({ asset, group }) => asset.kind === 'operations' && group === undefined,
  )
  const findings: PolicyFinding[] = []
  if (!hasOperations)
    findings.push(
      createFinding(
        'OPERATIONS_UNLIMITED',
        'limits',
        'No limit is on the number of all operations.',
      ),
    )
  const assets = new Map(denying.map(({ asset }) => [asset.key, asset]))
  for (const { key, kind, symbol } of assets.values()) {
    if (kind === 'operations' || kind === 'gas') continue
    const hasCap = denying.some(
      (limit) => limit.asset.key === key && limit.kind === 'operation',
    )
    if (!hasCap)
      findings.push(
        createFinding(
          'CAP_MISSING',
          'limits',
          `One operation may spend all that is left of a budget of ${symbol}.`,
        ),
      )
  }
  return findings
}
