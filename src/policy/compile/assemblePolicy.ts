import type { Hex } from 'viem'

import {
  encodePermissionKey,
  encodeSetPermissionKey,
} from '../format/encodeKeys.ts'
import type {
  PolicyCondition,
  PolicyData,
  PolicyPermission,
  PolicyPlainRule,
  PolicyRule,
  PolicySetPermission,
} from '../format/types.ts'
import type { SetTable } from './createSetTable.ts'
import type { MergedPermission } from './mergePermissions.ts'

type GetIndex = (handle: number) => number

/** Everything but permissions and sets; sets are named by their handles. */
export type PolicyParts = Omit<
  PolicyData,
  'permissions' | 'setPermissions' | 'sets'
>

export type AssembledPolicy = {
  /** Merged permissions in the order of the policy's. */
  permissions: readonly MergedPermission[]
  policy: PolicyData
  setPermissions: readonly MergedPermission[]
}

/** Sorts the permissions, and gives every set its index. */
export function assemblePolicy(
  parts: PolicyParts,
  merged: readonly MergedPermission[],
  table: ReturnType<SetTable['finish']>,
): AssembledPolicy {
  const { getIndex, sets } = table
  const permissions = sortBy(
    merged.flatMap((source) => {
      const permission = toPermission(source, getIndex)
      return permission === undefined
        ? []
        : [{ key: encodePermissionKey(permission), permission, source }]
    }),
  )
  const setPermissions = sortBy(
    merged.flatMap((source) => {
      const permission = toSetPermission(source, getIndex)
      return permission === undefined
        ? []
        : [{ key: encodeSetPermissionKey(permission), permission, source }]
    }),
  )
  const toReference = (handle: number | undefined) =>
    handle === undefined ? undefined : getIndex(handle)
  return {
    permissions: permissions.map(({ source }) => source),
    policy: {
      ...parts,
      paymasters: toReference(parts.paymasters),
      permissions: permissions.map(({ permission }) => permission),
      setPermissions: setPermissions.map(({ permission }) => permission),
      sets,
      tiers:
        parts.tiers === undefined
          ? undefined
          : { ...parts.tiers, approvers: toReference(parts.tiers.approvers) },
    },
    setPermissions: setPermissions.map(({ source }) => source),
  }
}

function sortBy<entry extends { key: Hex }>(
  entries: readonly entry[],
): readonly entry[] {
  return [...entries].sort((one, other) => (one.key < other.key ? -1 : 1))
}

function toPermission(
  { kind, rule, selector, target }: MergedPermission,
  getIndex: GetIndex,
): PolicyPermission | undefined {
  if (target.type !== 'one') return undefined
  return {
    kind,
    rule: toRule(rule, getIndex),
    selector,
    target: target.address,
  }
}

function toSetPermission(
  { kind, rule, selector, target }: MergedPermission,
  getIndex: GetIndex,
): PolicySetPermission | undefined {
  if (target.type === 'one') return undefined
  return {
    except: target.type === 'set' && target.except,
    kind,
    rule: toRule(rule, getIndex),
    selector,
    ...(target.type === 'set' ? { set: getIndex(target.handle) } : {}),
  }
}

function toRule(rule: PolicyRule, getIndex: GetIndex): PolicyRule {
  if (rule.type === 'plain') return toPlainRule(rule, getIndex)
  return {
    ...rule,
    alternatives: rule.alternatives.map((alternative) => ({
      ...alternative,
      rule: toPlainRule(alternative.rule, getIndex),
    })),
  }
}

function toPlainRule(
  rule: PolicyPlainRule,
  getIndex: GetIndex,
): PolicyPlainRule {
  return {
    ...rule,
    conditions: rule.conditions.map(
      (condition): PolicyCondition =>
        condition.op === 'in' || condition.op === 'notIn'
          ? { ...condition, set: getIndex(condition.set) }
          : condition,
    ),
  }
}
