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

/**
 * Says the worst case of each asset that has a limit, and of gas: one line each,
 * by agent and over all agents.
 *
 * A rolling amount is a bucket. In any of its lengths it holds what INV-14 says:
 * `cap + cap * (length + window) / length`.
 *
 * @param document - A document, as `definePolicy` returns it
 */
export function explainWorstCase(document: PolicyDocument): readonly string[] {
  const { chains, gas, limits, permissions } = document
  const daily: DocumentLimit = { gas: gas.perDay, per: 'day' }
  const all = [...limits, daily]
  const lines = [...new Set(all.map(getSubject))].flatMap((subject) => {
    const counted = all.filter(
      (limit) =>
        getSubject(limit) === subject &&
        limit.action === undefined &&
        limit.group === undefined,
    )
    const own = counted.filter(({ scope }) => scope !== 'account')
    const shared = counted.filter(({ scope }) => scope === 'account')
    const parts = [
      ...(own.length === 0
        ? []
        : [`this agent at most ${sayEach(document, own)}`]),
      ...(shared.length === 0
        ? []
        : [
            `all agents that have such a limit together at most ${sayEach(document, shared)}`,
          ]),
    ]
    if (parts.length === 0) return []
    const total = getTotal(document, counted)
    const end =
      total === undefined
        ? ''
        : `; this agent at most ${sayAmount(total)} in all until it expires`
    return [`Worst case, ${subject}: ${parts.join('; ')}${end}.`]
  })
  return [
    ...lines,
    ...sayUnshared(all),
    ...(chains.length === 1
      ? []
      : [`All this is so on each of ${chains.length} chains.`]),
    ...(permissions.some((permission) => 'approve' in permission)
      ? [
          'What is approved counts when it is approved; until the approval is taken back, it may be taken later too.',
        ]
      : []),
  ]
}

/** A limit of its own lets every further agent spend as much again. */
function sayUnshared(limits: readonly DocumentLimit[]): readonly string[] {
  const isShared = ({ action, group, scope }: DocumentLimit) =>
    scope === 'account' && action === undefined && group === undefined
  const shared = new Set(limits.filter(isShared).map(getSubject))
  const own = [...new Set(limits.map(getSubject))].filter(
    (subject) => !shared.has(subject),
  )
  if (own.length === 0) return []
  return [
    shared.size === 0
      ? 'No limit is for all agents together: each one has its own.'
      : `No limit on ${sayList(own)} is for all agents together: each one has its own.`,
  ]
}

function sayEach(
  document: PolicyDocument,
  limits: readonly DocumentLimit[],
): string {
  return sayList(
    limits.map((limit) => {
      const bound = getRollingBound(document, limit)
      return bound === undefined
        ? `${sayAmount(getAmount(limit))} ${sayPeriod(limit)}`
        : `${sayAmount(bound)} in any ${(limit.per as { rolling: string }).rolling}`
    }),
  )
}

/** Most within one length of a rolling amount; undefined for other limits. */
function getRollingBound(
  document: PolicyDocument,
  limit: DocumentLimit,
): string | undefined {
  const { per } = limit
  if (typeof per === 'string' || !('rolling' in per)) return undefined
  if (!('asset' in limit)) return undefined
  const decimals = getDecimals(document, limit)
  const amount = parseAmount(limit.amount, decimals)
  if (amount === undefined) return undefined
  const length = parseDuration(per.rolling)
  return formatAmount(getBucket(document, amount, length, length), decimals)
}

/** Most that a bucket gives within some seconds, rounded up (INV-14). */
function getBucket(
  { window = '1h' }: PolicyDocument,
  amount: bigint,
  length: number,
  seconds: number,
): bigint {
  const refilled = amount * BigInt(seconds + parseDuration(window))
  return amount + (refilled + BigInt(length) - 1n) / BigInt(length)
}

function sayLimit(limit: DocumentLimit): string {
  const what =
    'asset' in limit
      ? getSubject(limit).replace(/^the /, 'of the ')
      : 'gas' in limit
        ? 'of the native asset for gas'
        : 'operations'
  return `${sayAmount(getAmount(limit))} ${what} ${sayPeriod(limit)}`
}

function sayPeriod(limit: DocumentLimit): string {
  const { per } = limit
  if (per === 'operation') return 'an operation'
  if (per === 'hour') return 'an hour'
  if (per === 'lifetime') return 'ever'
  if (typeof per === 'string') return `a ${per}`
  if ('rolling' in per)
    return 'asset' in limit
      ? `in a bucket that refills in ${per.rolling}`
      : `in any ${per.rolling}`
  const from = per.from === undefined ? '' : ` from ${sayTime(per.from)} on`
  return `every ${per.every}${from}`
}

/** What a limit counts. An asset may have the name of something else. */
function getSubject(limit: DocumentLimit): string {
  if (!('asset' in limit)) return 'gas' in limit ? 'gas' : 'operations'
  const { asset } = limit
  return asset === 'gas' || asset === 'operations'
    ? `the asset "${asset}"`
    : asset
}

function getAmount(limit: DocumentLimit): number | string {
  if ('asset' in limit) return limit.amount
  return 'gas' in limit ? limit.gas : limit.operations
}

/** Decimals of what a limit counts. */
function getDecimals(
  { assets }: PolicyDocument,
  limit: DocumentLimit | undefined,
): number {
  if (limit === undefined || !('asset' in limit))
    return limit !== undefined && 'gas' in limit ? 18 : 0
  const symbol = limit.asset
  const asset = Object.hasOwn(assets, symbol) ? assets[symbol] : undefined
  if (asset?.type === 'native') return 18
  return asset !== undefined && 'decimals' in asset ? (asset.decimals ?? 0) : 0
}

/** The most over the whole validity; undefined where it has no known start. */
function getTotal(
  document: PolicyDocument,
  limits: readonly DocumentLimit[],
): string | undefined {
  const { from, until } = document.validity
  const start = from === undefined ? undefined : parseTime(from)
  const end = parseTime(until)
  const decimals = getDecimals(document, limits[0])
  const totals = limits.flatMap((limit) => {
    const amount = parseAmount(getAmount(limit), decimals)
    if (amount === undefined) return []
    if (limit.per === 'lifetime') return [amount]
    if (start === undefined || end === undefined) return []
    if (typeof limit.per === 'object' && 'rolling' in limit.per) {
      const length = parseDuration(limit.per.rolling)
      return 'asset' in limit
        ? [getBucket(document, amount, length, end - start)]
        : [amount * BigInt(Math.floor((end - start) / length) + 1)]
    }
    const count = countPeriods(limit.per, start, end - 1)
    return count === undefined ? [] : [amount * BigInt(count)]
  })
  const least = getLeast(totals)
  return least === undefined ? undefined : formatAmount(least, decimals)
}
