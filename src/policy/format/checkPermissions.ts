import { type Hex, hexToBigInt } from 'viem'

import { checkRule } from './checkRule.ts'
import { checkTokenCall } from './checkTokenCall.ts'
import { highestReservedTarget, zeroSelector } from './constants.ts'
import { encodePermissionKey, encodeSetPermissionKey } from './encodeKeys.ts'
import type { FormatFault } from './fault.ts'
import type {
  GetBlobAddresses,
  PolicyData,
  PolicyPermission,
  PolicyPlainRule,
  PolicySetPermission,
} from './types.ts'

/** Checks the permissions, their rules, and the calls that move tokens. */
export function checkPermissions(
  policy: PolicyData,
  getBlobAddresses: GetBlobAddresses,
): readonly FormatFault[] {
  const { permissions, setPermissions, sets } = policy
  if (permissions.length + setPermissions.length === 0)
    return [
      {
        at: ['permissions'],
        fix: 'Permit a transfer or a call.',
        message: 'The policy permits nothing.',
      },
    ]
  const getAddresses = (index: number) => {
    const set = sets[index]
    return set?.kind === 'addresses' ? set.addresses : getBlobAddresses(index)
  }
  return [
    ...permissions.flatMap((permission, index) => {
      const before = permissions[index - 1]
      const fault = checkOrder(before, permission, encodePermissionKey)
      return withPlace('permissions', index, [
        ...fault,
        ...checkTarget(permission),
        ...checkCall(policy, permission, false, [permission.target]),
      ])
    }),
    ...setPermissions.flatMap((permission, index) => {
      const before = setPermissions[index - 1]
      const fault = checkOrder(before, permission, encodeSetPermissionKey)
      const targets =
        permission.set === undefined ? undefined : getAddresses(permission.set)
      return withPlace('setPermissions', index, [
        ...fault,
        ...checkSet(policy, permission, targets),
        ...checkCall(policy, permission, true, targets),
      ])
    }),
  ]
}

type PermissionFault = Omit<FormatFault, 'at'> & { alternative?: number }

function withPlace(
  table: 'permissions' | 'setPermissions',
  index: number,
  faults: readonly PermissionFault[],
): readonly FormatFault[] {
  return faults.map(({ alternative, fix, message }) => ({
    at: [table, index, ...(alternative === undefined ? [] : [alternative])],
    fix,
    message,
  }))
}

function checkOrder<permission>(
  before: permission | undefined,
  permission: permission,
  encode: (permission: permission) => Hex,
): readonly PermissionFault[] {
  return before === undefined || encode(before) < encode(permission)
    ? []
    : [
        {
          fix: 'Have one permission for the same target and function.',
          message: 'The permissions do not ascend.',
        },
      ]
}

function checkTarget({ target }: PolicyPermission): readonly PermissionFault[] {
  return hexToBigInt(target) > highestReservedTarget
    ? []
    : [
        {
          fix: 'Name another address.',
          message: `${target} is zero or a precompile.`,
        },
      ]
}

function checkSet(
  { sets }: PolicyData,
  { except, kind, set }: PolicySetPermission,
  targets: readonly string[] | undefined,
): readonly PermissionFault[] {
  const faults: PermissionFault[] = []
  const referenced = set === undefined ? undefined : sets[set]
  if (set !== undefined && !referenced?.kind.startsWith('addresses'))
    faults.push({
      fix: 'Name a set of addresses.',
      message: 'The targets are no set of addresses.',
    })
  if (kind === 'call' && (except || set === undefined))
    faults.push({
      fix: 'Name the contracts that may be called.',
      message: 'A call to any address would reach what changes the account.',
    })
  if (
    !except &&
    targets?.some(
      (target) => hexToBigInt(target as Hex) <= highestReservedTarget,
    )
  )
    faults.push({
      fix: 'Take it out of the set.',
      message: 'A target is zero or a precompile.',
    })
  return faults
}

function checkCall(
  policy: PolicyData,
  { kind, rule, selector }: PolicyPermission | PolicySetPermission,
  isSet: boolean,
  addresses: readonly string[] | undefined,
): readonly PermissionFault[] {
  const faults: PermissionFault[] = []
  const targets = addresses?.map((address) => address.toLowerCase())
  const check = (
    plain: PolicyPlainRule,
    alternative?: number,
    switched?: { value: Hex; word: number },
  ) => {
    const refuse = (message: string, fix: string) =>
      faults.push({
        fix,
        message,
        ...(alternative === undefined ? {} : { alternative }),
      })
    checkRule(policy, plain, refuse)
    if (plain.valueCap > 0n && !policy.assets.some(isNative))
      refuse(
        'The call may carry value, and the native asset has no budget.',
        'Give the native asset a limit.',
      )
    if (kind === 'call')
      checkTokenCall(
        policy,
        { rule: plain, selector, switched, targets },
        isSet,
        refuse,
      )
    else if (!isTransferRule(plain) || selector !== zeroSelector)
      refuse(
        'A plain transfer has value, and no selector, arguments, conditions or spends.',
        'Have its most value above zero, or use a call.',
      )
  }

  if (rule.type === 'plain') {
    check(rule)
    return faults
  }
  if (rule.alternatives.length === 0 || kind === 'transfer')
    faults.push({
      fix: 'Have one alternative or more, of a call.',
      message: 'There is nothing to choose from.',
    })
  rule.alternatives.forEach(({ rule: plain, value }, index) => {
    const before = rule.alternatives[index - 1]
    if (before !== undefined && before.value >= value)
      faults.push({
        alternative: index,
        fix: 'Have each value once.',
        message: 'Two alternatives are told apart by the same value.',
      })
    if (rule.word >= plain.headWords)
      faults.push({
        alternative: index,
        fix: 'Tell them apart by an argument of static type.',
        message:
          'The argument that tells alternatives apart is not in the head.',
      })
    check(plain, index, { value, word: rule.word })
  })
  return faults
}

function isNative({ kind }: { kind: string }): boolean {
  return kind === 'native'
}

function isTransferRule(rule: PolicyPlainRule): boolean {
  return (
    !rule.exact &&
    rule.valueCap > 0n &&
    rule.headWords === 0 &&
    rule.conditions.length === 0 &&
    rule.spends.length === 0
  )
}
