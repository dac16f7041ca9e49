import { type Address, type Hex, hexToBigInt, pad, slice } from 'viem'

import { formatAmount } from '../document/amounts.ts'
import type {
  PolicyView,
  ViewPermission,
  ViewRule,
  ViewSet,
} from '../view/policyView.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, type LintCheck } from './lintContext.ts'

/** Who may be paid, and who may be approved. */
export const lintParties: LintCheck = ({ view }) =>
  getRules(view).flatMap(({ permission, rule }) => {
    const { source } = rule
    if (source === undefined) return []
    const findings: PolicyFinding[] = []
    if ('transfer' in source || 'transferFrom' in source) {
      const { except, to } = source
      const symbol =
        'transfer' in source ? source.transfer : source.transferFrom
      if (to === 'any')
        findings.push(
          createFinding(
            'RECIPIENT_ANY',
            `${rule.path}.to`,
            `${symbol} may go to anybody${except === undefined ? '' : ' who is not excepted'}.`,
          ),
        )
      findings.push(...findLost(view, permission, rule, symbol))
      const [asset] = rule.spends
      if (asset?.asset.kind === 'erc721')
        findings.push(
          createFinding(
            'TOKEN_ID_OPEN',
            rule.path,
            `Any token of ${symbol} may be sent, the dearest one too.`,
          ),
        )
      if ('transferFrom' in source && asset?.asset.kind === 'erc20')
        findings.push(
          createFinding(
            'TRANSFER_FROM_ACCOUNT',
            `${rule.path}.transferFrom`,
            `${symbol} is sent by transferFrom, for which most tokens want the account's own allowance to itself.`,
          ),
        )
    }
    if ('approve' in source) findings.push(...lintApproval(view, rule))
    return findings
  })

/** Sets that are known by their ids alone, wherever they are named. */
export const lintSets: LintCheck = ({ document }) =>
  Object.entries(document.sets ?? {}).flatMap(([name, set]) =>
    'published' in set
      ? [
          createFinding(
            'SET_UNSEEN',
            `sets.${name}`,
            `"${name}" is ${set.published}; whom it holds is not said.`,
          ),
        ]
      : [],
  )

/** Words that a recipient may be, as far as they are listed. */
export function getRecipients(
  { kind, target }: ViewPermission,
  rule: ViewRule,
): readonly Hex[] {
  if (kind === 'transfer') {
    if (target.type === 'one') return [pad(target.address, { size: 32 })]
    return target.type === 'set' && !target.except
      ? getElements(target.set)
      : []
  }
  const { source } = rule
  if (source === undefined) return []
  const isTransfer = 'transfer' in source || 'transferFrom' in source
  if (!isTransfer && !('approve' in source)) return []
  return rule.conditions.flatMap((condition) => {
    // The id of an ERC-1155 token is an equality too.
    if (condition.op === 'equal' && condition.word < 2) return [condition.value]
    return condition.op === 'in' ? getElements(condition.set) : []
  })
}

function getElements({ elements = [], isAddresses }: ViewSet): readonly Hex[] {
  return isAddresses ? elements : []
}

function findLost(
  view: PolicyView,
  permission: ViewPermission,
  rule: ViewRule,
  symbol: string,
): readonly PolicyFinding[] {
  if (rule.spends.length === 0) return []
  const tokens = new Set(
    view.data.assets.map(({ address }) => hexToBigInt(address)),
  )
  return getRecipients(permission, rule).flatMap((word) => {
    const number = hexToBigInt(word)
    if (number > 0xffffn && !tokens.has(number)) return []
    const name = view.getName(slice(word, 12) as Address)
    return [
      createFinding(
        'RECIPIENT_LOST',
        `${rule.path}.to`,
        `${symbol} that is sent to ${name} is lost.`,
      ),
    ]
  })
}

function lintApproval(
  view: PolicyView,
  rule: ViewRule,
): readonly PolicyFinding[] {
  const [spend] = rule.spends
  const most = rule.conditions.find(({ op }) => op === 'atMost')
  if (spend === undefined || most?.op !== 'atMost') return []
  const { decimals, symbol } = spend.asset
  const amount = hexToBigInt(most.value)
  if (amount === 0n) return []
  const budgets = view.limits.filter(
    ({ action, asset, group }) =>
      asset.key === spend.asset.key &&
      action === 'deny' &&
      (group === undefined || group === rule.group),
  )
  const [least] = [...budgets].sort((one, other) =>
    one.amount < other.amount ? -1 : 1,
  )
  return [
    ...(least !== undefined && amount > least.amount
      ? [
          createFinding(
            'APPROVAL_ABOVE_BUDGET',
            rule.path,
            `It may be approved ${formatAmount(amount, decimals)} ${symbol}, and ${least.path} denies more than ${formatAmount(least.amount, decimals)}.`,
          ),
        ]
      : []),
    createFinding(
      'APPROVAL_OUTLIVES',
      rule.path,
      `An allowance of up to ${formatAmount(amount, decimals)} ${symbol} stays until it is used or taken back.`,
    ),
  ]
}
