import { formatAmount } from '../document/amounts.ts'
import { formatDuration, formatTime } from '../document/times.ts'
import { sayAmount, sayList } from '../explain/phrases.ts'
import { weekAnchor } from '../format/constants.ts'
import type { PolicyView, ViewLimit } from '../view/policyView.ts'
import type { PolicyChange } from './change.ts'
import type { Views } from './diffRule.ts'
import { isDelayed } from './isDelayed.ts'

/** From what is loosest to what is strictest. */
const actions = ['notify', 'delay', 'approval', 'deny'] as const

/** Says how the limits differ: all those on one meter together. */
export function diffLimits(views: Views): readonly PolicyChange[] {
  const [before, after] = [toMeters(views.before), toMeters(views.after)]
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) =>
    diffMeter(views, before.get(key) ?? [], after.get(key) ?? []),
  )
}

function toMeters({
  limits,
}: PolicyView): ReadonlyMap<string, readonly ViewLimit[]> {
  const meters = new Map<string, readonly ViewLimit[]>()
  for (const limit of limits) {
    const { anchor, asset, group = '', kind, length, scope } = limit
    const key = [asset.key, scope, group, kind, length, anchor].join(' ')
    meters.set(key, [...(meters.get(key) ?? []), limit])
  }
  return meters
}

function diffMeter(
  views: Views,
  before: readonly ViewLimit[],
  after: readonly ViewLimit[],
): readonly PolicyChange[] {
  const kinds = actions.map((_, index) => {
    const [was, is] = [getThreshold(before, index), getThreshold(after, index)]
    if (was === is) return undefined
    if (was === undefined) return 'tighter'
    return is !== undefined && is < was ? 'tighter' : 'looser'
  })
  const [old, now] = [before[0], after[0]]
  const limit = now ?? old
  if (limit === undefined) return []
  if (kinds.every((kind) => kind === undefined)) return diffTexts(before, after)
  const kind =
    kinds.includes('looser') || isSpared(views, before, after)
      ? 'looser'
      : 'tighter'
  if (old === undefined)
    return [
      {
        kind:
          kind === 'looser' || isMoved(views.before, limit) ? kind : 'neutral',
        message: `${sayLimits(views.after, after)} is a limit that was not there.`,
        path: limit.path,
      },
    ]
  if (now === undefined)
    return [
      {
        kind: isMoot(views, limit) ? 'neutral' : kind,
        message: `${sayLimits(views.before, before)} is a limit no more.`,
        path: limit.path,
      },
    ]
  return [
    {
      kind,
      message: `The limit is ${sayLimits(views.after, after)}, and was ${sayLimits(views.before, before)}.`,
      path: now.path,
    },
  ]
}

/** Whether an approval may now stand for a delay that calls had to wait for. */
function isSpared(
  views: Views,
  before: readonly ViewLimit[],
  after: readonly ViewLimit[],
): boolean {
  const getAmount = (limits: readonly ViewLimit[]) =>
    limits.find(({ action }) => action === 'approval')?.amount
  const [was, is] = [getAmount(before), getAmount(after)]
  const isMore = is !== undefined && (was === undefined || is < was)
  return isMore && isDelayed(views.before)
}

/** Amount beyond which an action at least as strict is taken. */
function getThreshold(
  limits: readonly ViewLimit[],
  strictness: number,
): bigint | undefined {
  let least: bigint | undefined
  for (const { action, amount } of limits)
    if (actions.indexOf(action) >= strictness)
      if (least === undefined || amount < least) least = amount
  return least
}

/** Whether a policy moves the asset at all. */
function isMoved({ data }: PolicyView, { asset }: ViewLimit): boolean {
  if (asset.kind === 'operations' || asset.kind === 'gas') return true
  return data.assets.some(
    ({ address, id, kind }) =>
      kind === asset.kind &&
      id === asset.id &&
      address.toLowerCase() === asset.address.toLowerCase(),
  )
}

/** Whether the later policy has nothing that the limit could count. */
function isMoot({ after, before }: Views, limit: ViewLimit): boolean {
  if (!isMoved(after, limit)) return true
  if (limit.group === undefined) return false
  const counted = before.permissions.filter(({ rules }) =>
    rules.some(({ group }) => group === limit.group),
  )
  return counted.every(
    ({ kind, selector }) =>
      !after.permissions.some(
        (permission) =>
          permission.kind === kind && permission.selector === selector,
      ),
  )
}

const ends = {
  approval: ', beyond which an approval is needed',
  delay: ', beyond which it waits for the delay',
  deny: '',
  notify: ', beyond which it is reported',
} as const

function sayLimits(view: PolicyView, limits: readonly ViewLimit[]): string {
  return sayList(limits.map((limit) => sayLimit(view, limit)))
}

function sayLimit(
  view: PolicyView,
  { action, amount, asset, group, scope, ...period }: ViewLimit,
): string {
  const number = sayAmount(formatAmount(amount, asset.decimals))
  const what =
    asset.kind === 'gas' ? 'of the native asset for gas' : asset.symbol
  const details = [
    ...(group === undefined ? [] : [` within "${view.getGroupName(group)}"`]),
    ...(scope === 'account' ? [' over all agents'] : []),
  ].join('')
  return `${number} ${what} ${sayPeriod(period)}${details}${ends[action]}`
}

function sayPeriod({
  anchor,
  kind,
  length,
}: Pick<ViewLimit, 'anchor' | 'kind' | 'length'>): string {
  switch (kind) {
    case 'operation':
      return 'an operation'
    case 'month':
      return 'a month'
    case 'lifetime':
      return 'ever'
    case 'rollingAmount':
    case 'rollingCount':
      return `in any ${formatDuration(length)}`
    case 'fixed':
      if (length === 3_600 && anchor === 0) return 'an hour'
      if (length === 86_400 && anchor === 0) return 'a day'
      if (length === 604_800 && anchor === weekAnchor) return 'a week'
      return `every ${formatDuration(length)} from ${formatTime(anchor)} on`
  }
}

/** What the owner says of a limit, where both policies are documents. */
function diffTexts(
  before: readonly ViewLimit[],
  after: readonly ViewLimit[],
): readonly PolicyChange[] {
  return after.flatMap(({ action, path, source }) => {
    const old = before.find((limit) => limit.action === action)?.source
    if (source === undefined || old === undefined) return []
    if (source.name === old.name && source.onDeny === old.onDeny) return []
    return [
      {
        kind: 'neutral' as const,
        message: 'It has other words for people.',
        path,
      },
    ]
  })
}
