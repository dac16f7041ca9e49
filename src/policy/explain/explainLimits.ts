import { formatAmount, parseAmount } from '../document/amounts.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { parseDuration, parseTime } from '../document/times.ts'
import { getLeast } from '../getLeast.ts'
import { countPeriods } from './countPeriods.ts'
import { sayAmount, sayList } from './phrases.ts'
import { sayTime } from './words.ts'

type DocumentLimit = PolicyDocument['limits'][number]

const actions = {
  approval: 'more needs an approval',
  delay: 'more waits for the delay',
  notify: 'more is reported',
} as const

/** Says in one sentence what a limit limits. */
export function explainLimit(limit: DocumentLimit): string {
  const { action, group, scope } = limit
  const details = [
    ...(group === undefined ? [] : [`within "${group}"`]),
    ...(scope === 'account' ? ['over all agents of the account'] : []),
  ]
  const where = details.length === 0 ? '' : ` ${details.join(' ')}`
  const end = action === undefined ? '' : `; ${actions[action]}`
  return `At most ${sayLimit(limit)}${where}${end}.`
}

/** Says the worst case of each asset that has a limit, one line each. */
export function explainWorstCase(document: PolicyDocument): readonly string[] {
  const symbols = new Set(document.limits.map(getSymbol))
  return [...symbols].flatMap((symbol) => {
    const limits = document.limits.filter(
      (limit) =>
        getSymbol(limit) === symbol &&
        limit.action === undefined &&
        limit.group === undefined,
    )
    const own = limits.filter(({ scope }) => scope !== 'account')
    const shared = limits.filter(({ scope }) => scope === 'account')
    const parts = [
      ...(own.length === 0 ? [] : [`this agent at most ${sayEach(own)}`]),
      ...(shared.length === 0
        ? []
        : [`all agents together at most ${sayEach(shared)}`]),
    ]
    if (parts.length === 0) return []
    const total = getTotal(document, symbol, limits)
    const all =
      total === undefined
        ? ''
        : `; this agent at most ${sayAmount(total)} in all until it expires`
    return [`Worst case, ${symbol}: ${parts.join('; ')}${all}.`]
  })
}

function sayEach(limits: readonly DocumentLimit[]): string {
  return sayList(
    limits.map((limit) => `${sayAmount(getAmount(limit))} ${sayPeriod(limit)}`),
  )
}

function sayLimit(limit: DocumentLimit): string {
  const what =
    'asset' in limit
      ? limit.asset
      : 'gas' in limit
        ? 'of the native asset for gas'
        : 'operations'
  return `${sayAmount(getAmount(limit))} ${what} ${sayPeriod(limit)}`
}

function sayPeriod({ per }: DocumentLimit): string {
  if (per === 'operation') return 'an operation'
  if (per === 'hour') return 'an hour'
  if (per === 'lifetime') return 'ever'
  if (typeof per === 'string') return `a ${per}`
  if ('rolling' in per) return `in any ${per.rolling}`
  const from = per.from === undefined ? '' : ` from ${sayTime(per.from)} on`
  return `every ${per.every}${from}`
}

function getSymbol(limit: DocumentLimit): string {
  if ('asset' in limit) return limit.asset
  return 'gas' in limit ? 'gas' : 'operations'
}

function getAmount(limit: DocumentLimit): number | string {
  if ('asset' in limit) return limit.amount
  return 'gas' in limit ? limit.gas : limit.operations
}

/** The most over the whole validity; undefined where it has no known start. */
function getTotal(
  { assets, validity }: PolicyDocument,
  symbol: string,
  limits: readonly DocumentLimit[],
): string | undefined {
  const start =
    validity.from === undefined ? undefined : parseTime(validity.from)
  const end = parseTime(validity.until)
  const asset = Object.hasOwn(assets, symbol) ? assets[symbol] : undefined
  const decimals =
    symbol === 'gas' || asset?.type === 'native'
      ? 18
      : asset !== undefined && 'decimals' in asset
        ? (asset.decimals ?? 0)
        : 0
  const totals = limits.flatMap((limit) => {
    const amount = parseAmount(getAmount(limit), decimals)
    if (amount === undefined) return []
    if (limit.per === 'lifetime') return [amount]
    if (start === undefined || end === undefined) return []
    if (typeof limit.per === 'object' && 'rolling' in limit.per) {
      const length = BigInt(parseDuration(limit.per.rolling))
      // A full bucket at the start, and what refills until the end.
      return [amount + (amount * BigInt(end - start)) / length]
    }
    const count = countPeriods(limit.per, start, end - 1)
    return count === undefined ? [] : [amount * BigInt(count)]
  })
  const least = getLeast(totals)
  return least === undefined ? undefined : formatAmount(least, decimals)
}
