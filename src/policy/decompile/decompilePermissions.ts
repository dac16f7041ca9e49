import { getAddress, hexToBigInt, slice } from 'viem'

import { formatAmount } from '../document/amounts.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { tokenCalls } from '../format/tokenCalls.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicyPermission,
  PolicyPlainRule,
  PolicySetPermission,
} from '../format/types.ts'
import { decompileCall } from './decompileCall.ts'
import type { Names } from './names.ts'

type DocumentPermission = PolicyDocument['permissions'][number]
type Shared = Pick<DocumentPermission, 'group' | 'tier'>

/** Writes the permissions as a document has them, as briefly as it can. */
export function decompilePermissions(
  policy: PolicyData,
  names: Names,
): readonly DocumentPermission[] {
  return [
    ...policy.permissions.flatMap((permission) =>
      decompilePermission(policy, names, permission),
    ),
    ...policy.setPermissions.flatMap((permission) =>
      decompileSetPermission(policy, names, permission),
    ),
  ]
}

/** The plain rules of a permission, with the switch as a condition of each. */
function getPlainRules({
  rule,
}: Pick<PolicyPermission, 'rule'>): readonly PolicyPlainRule[] {
  if (rule.type === 'plain') return [rule]
  return rule.alternatives.map(({ rule: plain, value }) => ({
    ...plain,
    conditions: [{ op: 'equal', value, word: rule.word }, ...plain.conditions],
  }))
}

function decompilePermission(
  policy: PolicyData,
  names: Names,
  permission: PolicyPermission,
): readonly DocumentPermission[] {
  const { kind, selector, target } = permission
  return getPlainRules(permission).map((rule) => {
    const shared = getShared(policy, rule)
    if (kind === 'transfer')
      return {
        max: formatAmount(rule.valueCap, 18),
        to: target,
        transfer: 'native',
        ...shared,
      }
    return (
      decompileTokenCall(policy, names, permission, rule) ?? {
        call: target,
        ...decompileCall(names, selector, rule),
        ...shared,
      }
    )
  })
}

function decompileSetPermission(
  policy: PolicyData,
  names: Names,
  permission: PolicySetPermission,
): readonly DocumentPermission[] {
  const { except, kind, selector, set } = permission
  const name = set === undefined ? 'any' : names.getSet(set)
  return getPlainRules(permission).map((rule) => {
    const shared = getShared(policy, rule)
    return kind === 'transfer'
      ? {
          max: formatAmount(rule.valueCap, 18),
          transfer: 'native',
          ...(except ? { except: name, to: 'any' } : { to: name }),
          ...shared,
        }
      : {
          call: { set: name },
          ...decompileCall(names, selector, rule),
          ...shared,
        }
  })
}

function getShared({ groups }: PolicyData, rule: PolicyPlainRule): Shared {
  const group = rule.group === undefined ? undefined : groups[rule.group]
  return {
    ...(group === undefined ? {} : { group }),
    ...(rule.tier === 'none' ? {} : { tier: rule.tier }),
  }
}

/** Undefined where the call is none that a document has a word for. */
function decompileTokenCall(
  policy: PolicyData,
  names: Names,
  { selector, target }: PolicyPermission,
  rule: PolicyPlainRule,
): DocumentPermission | undefined {
  const index = policy.assets.findIndex(
    ({ address, kind }) => kind === 'erc20' && address === target,
  )
  if (index === -1) return undefined
  const symbol = names.getSymbol(index)
  const shared = getShared(policy, rule)
  const { conditions } = rule
  switch (selector) {
    case tokenCalls.transfer.selector: {
      const party = getParty(names, conditions)
      return party && { transfer: symbol, ...party, ...shared }
    }
    case tokenCalls.transferFrom.selector: {
      const [source, ...rest] = conditions
      const party = source?.op === 'account' && getParty(names, rest)
      return party ? { transferFrom: symbol, ...party, ...shared } : undefined
    }
    case tokenCalls.approve.selector: {
      const [spender, max, ...rest] = conditions
      if (spender?.op !== 'equal' || max?.op !== 'atMost' || rest.length > 0)
        return undefined
      const amount = hexToBigInt(max.value)
      if (amount >= 1n << 128n) return undefined
      return {
        approve: symbol,
        spenders: {
          [getAddress(slice(spender.value, 12))]: formatAmount(
            amount,
            names.getDecimals(index),
          ),
        },
        ...shared,
      }
    }
    case tokenCalls.deposit.selector:
      return conditions.length === 0
        ? { max: formatAmount(rule.valueCap, 18), wrap: symbol, ...shared }
        : undefined
    case tokenCalls.withdraw.selector:
      return conditions.length === 0 ? { unwrap: symbol, ...shared } : undefined
    default:
      return undefined
  }
}

/** Whom a transfer may pay; undefined where other conditions hold too. */
function getParty(
  names: Names,
  conditions: readonly PolicyCondition[],
): { except?: string; to: string } | undefined {
  const [condition] = conditions
  if (condition === undefined || conditions.length > 1) return undefined
  switch (condition.op) {
    case 'account':
      return { to: 'account' }
    case 'address':
      return { to: 'any' }
    case 'equal':
      return { to: getAddress(slice(condition.value, 12)) }
    case 'in':
      return { to: names.getSet(condition.set) }
    case 'notIn':
      return { except: names.getSet(condition.set), to: 'any' }
    default:
      return undefined
  }
}
