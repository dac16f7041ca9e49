import type { DocumentCondition } from '../document/conditionSchema.ts'
import { isApproved } from '../document/isApproved.ts'
import { isList } from '../document/isList.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import {
  expandPreset,
  explainPreset,
  type PresetPermission,
} from '../presets/presets.ts'
import { sayAmount, sayList } from './phrases.ts'
import { sayAddresses } from './words.ts'

type DocumentPermission = PolicyDocument['permissions'][number]

const tiers = {
  approval: 'with an approval',
  delay: 'after a delay',
  notify: 'with a notice',
} as const

/** Says in one sentence what a permission permits. */
export function explainPermission(
  document: PolicyDocument,
  permission: DocumentPermission,
): string {
  const { group, tier } = permission
  return [
    `It may ${sayWhat(document, permission)}`,
    ...(tier === undefined ? [] : [`, always ${tiers[tier]}`]),
    ...(group === undefined ? [] : [`, as part of "${group}"`]),
    '.',
  ].join('')
}

function sayWhat(
  document: PolicyDocument,
  permission: DocumentPermission,
): string {
  if ('transfer' in permission) {
    const { max, transfer } = permission
    const most =
      max === undefined ? '' : `, at most ${sayAmount(max)} in one call`
    return `send ${transfer} to ${sayParty(document, permission)}${most}`
  }
  if ('transferFrom' in permission)
    return `send ${permission.transferFrom} by transferFrom to ${sayParty(document, permission)}`
  if ('approve' in permission) {
    const spenders = Object.entries(permission.spenders).map(
      ([spender, max]) => `${spender} at most ${sayAmount(max)}`,
    )
    return `approve spenders of ${permission.approve}: ${sayList(spenders)}`
  }
  if ('wrap' in permission) {
    const { max, wrap } = permission
    const most =
      max === undefined ? '' : `, at most ${sayAmount(max)} in one call`
    return `wrap the native asset into ${wrap}${most}`
  }
  if ('unwrap' in permission)
    return `unwrap ${permission.unwrap} into the native asset`
  if ('preset' in permission) return sayPreset(document, permission)
  return sayCall(document, permission)
}

function sayPreset(
  document: PolicyDocument,
  permission: PresetPermission,
): string {
  const spent = expandPreset(permission).flatMap(({ amounts, contract }) =>
    amounts.flatMap(({ asset, spends }) =>
      spends === 'always' ||
      (spends === 'unlessApproved' && !isApproved(document, asset, contract))
        ? [asset]
        : [],
    ),
  )
  return [
    explainPreset(permission),
    spent.length === 0 ? '' : `, which spends ${sayList([...new Set(spent)])}`,
  ].join('')
}

function sayParty(
  document: PolicyDocument,
  {
    except,
    to,
  }: {
    readonly except?: readonly string[] | string | undefined
    readonly to: readonly string[] | string
  },
): string {
  const allowed = sayAddresses(document, to)
  return except === undefined
    ? allowed
    : `${allowed} but never to ${sayAddresses(document, except)}`
}

function sayCall(
  document: PolicyDocument,
  permission: Extract<DocumentPermission, { call: unknown }>,
): string {
  const { call, function: name, spends, value, where } = permission
  const target =
    typeof call === 'string'
      ? call
      : `any of ${sayAddresses(document, call.set)}`
  const conditions = Object.entries(where ?? {}).map(
    ([argument, condition]) =>
      `${argument} ${sayCondition(document, condition)}`,
  )
  const spent = (spends ?? []).map(({ amount, asset }) =>
    amount === 1 ? `one ${asset}` : `${amount} of ${asset}`,
  )
  return [
    `call ${name.replace(/\(.*/, '')} on ${target}`,
    conditions.length === 0 ? '' : ` where ${sayList(conditions)}`,
    spent.length === 0 ? '' : `, which spends ${sayList(spent)}`,
    value === undefined || Number(value) === 0
      ? ''
      : `, with at most ${sayAmount(value)} of value`,
  ].join('')
}

const comparisons = {
  atLeast: 'is at least',
  atMost: 'is at most',
  equal: 'is',
  not: 'is not',
  signedAtLeast: 'is at least (signed)',
  signedAtMost: 'is at most (signed)',
} as const

function sayCondition(
  document: PolicyDocument,
  condition: DocumentCondition,
): string {
  if (isList(condition)) return `is [${condition.map(sayElement).join(', ')}]`
  if (typeof condition !== 'object') return sayValue(condition)
  const unit = condition.unit === undefined ? '' : ` ${condition.unit}`
  const parts: string[] = []
  for (const key of Object.keys(comparisons) as (keyof typeof comparisons)[]) {
    const value = condition[key]
    if (value !== undefined)
      parts.push(`${comparisons[key]} ${String(value)}${unit}`)
  }
  for (const key of ['in', 'notIn'] as const) {
    const value = condition[key]
    if (value === undefined) continue
    const members =
      typeof value === 'string'
        ? sayAddresses(document, value)
        : sayList(value.map(String))
    parts.push(`${key === 'in' ? 'is one of' : 'is none of'} ${members}`)
  }
  if (condition.is !== undefined) parts.push(sayValue(condition.is))
  if (condition.mask !== undefined)
    parts.push(`and-ed with ${condition.mask.and} is ${condition.mask.equals}`)
  if (condition.pointer !== undefined || condition.length !== undefined)
    parts.push('is pinned in its place')
  return parts.join(' and ')
}

function sayValue(value: boolean | number | string): string {
  if (value === 'account') return 'is the account itself'
  if (value === 'any' || value === 'address') return 'is any address'
  return `is ${value}`
}

function sayElement(condition: DocumentCondition): string {
  return typeof condition === 'object' ? '…' : String(condition)
}
