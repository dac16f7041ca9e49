import { concatHex, type Hex, pad, slice, toHex } from 'viem'

import {
  buildAsset,
  buildCondition,
  buildLimit,
  buildPolicy,
  buildRule,
  buildSpend,
  type HeaderFields,
  type PermissionParts,
  type PolicyParts,
} from '../policyStore/buildPolicy.ts'

export const none = `0x${'00'.repeat(20)}` as const

export const selectors = {
  approve: '0x095ea7b3',
  safeTransferFrom: '0x42842e0e',
  transfer: '0xa9059cbb',
  transferFrom: '0x23b872dd',
} as const

/** `value` as a word of the arguments. */
export function toWord(value: bigint | string): Hex {
  return typeof value === 'bigint'
    ? toHex(value, { size: 32 })
    : pad(value as Hex)
}

/** Room for the operations that the tests build, unless they say otherwise. */
const defaultHeader = {
  gasBudget: 1_000_000n,
  gasExponent: 12n,
} satisfies Partial<HeaderFields>

/**
 * Bytes of a policy. Permissions are sorted, as the format wants them; all else
 * is taken as it is.
 */
export function toPolicy(parts: Partial<PolicyParts>): Hex {
  const key = ({ kind, selector, target }: PermissionParts) =>
    concatHex([target, toHex(kind, { size: 1 }), selector]).toLowerCase()
  return buildPolicy({
    ...parts,
    header: { ...defaultHeader, ...parts.header },
    permissions: (parts.permissions ?? []).toSorted((one, other) =>
      key(one) < key(other) ? -1 : 1,
    ),
  })
}

/** Where the rule of the permission with this index begins, in bytes. */
export function readRuleOffset(policy: Hex, permission: number): number {
  const permissions = readNumber(policy, 176)
  return readNumber(policy, permissions + 27 * permission + 25)
}

/** Where the rule of the call's permission begins; a transfer's without one. */
export function findRuleOffset(
  policy: Hex,
  target: string,
  selector = '0x00000000',
): number {
  const [start, end] = [readNumber(policy, 176), readNumber(policy, 178)]
  const kind = selector === '0x00000000' ? '00' : '01'
  const key = `${target}${kind}${selector.slice(2)}`.toLowerCase()
  for (let record = start; record < end; record += 27)
    if (slice(policy, record, record + 25).toLowerCase() === key)
      return readNumber(policy, record + 25)
  throw new Error('The policy has no such permission.')
}

/** Where the rule of the set permission with this index begins, in bytes. */
export function readSetRuleOffset(policy: Hex, permission: number): number {
  const permissions = readNumber(policy, 178)
  return readNumber(policy, permissions + 8 * permission + 6)
}

/** Where the rule of an alternative of the switch at `rule` begins. */
export function readAlternativeOffset(
  policy: Hex,
  rule: number,
  alternative: number,
): number {
  return readNumber(policy, rule + 5 + 34 * alternative + 32)
}

function readNumber(policy: Hex, offset: number): number {
  return Number(slice(policy, offset, offset + 2))
}

export const assets = {
  native: buildAsset(1, none),
  operations: buildAsset(5, none),
  gas: buildAsset(6, none),
  toErc20: (token: string) => buildAsset(2, token as Hex),
  toErc721: (token: string) => buildAsset(3, token as Hex),
  toErc1155: (token: string, id: bigint) => buildAsset(4, token as Hex, id),
} as const

/** Limits on one asset, by the period's name. */
export const limits = {
  perOperation: (asset: number, amount: bigint) =>
    buildLimit(asset, { kind: 1, amount }),
  fixed: (asset: number, length: number, amount: bigint, anchor = 0) =>
    buildLimit(asset, {
      kind: 2,
      length: BigInt(length),
      anchor: BigInt(anchor),
      amount,
    }),
  daily: (asset: number, amount: bigint) =>
    buildLimit(asset, { kind: 2, length: 86_400n, amount }),
  monthly: (asset: number, amount: bigint) =>
    buildLimit(asset, { kind: 3, length: 0n, amount }),
  lifetime: (asset: number, amount: bigint) =>
    buildLimit(asset, { kind: 4, length: 0n, amount }),
} as const

/** A call of `target` with this rule. */
export function allowCall(
  target: string,
  selector: string,
  rule: Parameters<typeof buildRule>[0] = {},
): PermissionParts {
  return {
    target: target as Hex,
    kind: 1,
    selector: selector as Hex,
    rule: buildRule(rule),
  }
}

/** A native transfer without calldata. */
export function allowPayment(
  recipient: string,
  valueCap: bigint,
  rule: Parameters<typeof buildRule>[0] = {},
): PermissionParts {
  return {
    target: recipient as Hex,
    kind: 0,
    selector: '0x00000000',
    rule: buildRule({ ...rule, valueCap }),
  }
}

export const toAnyAddress = buildCondition('address', 0)

/** `transfer` of the token that is the asset of this index, to anybody. */
export function allowTransfer(
  token: string,
  asset = 0,
  rule: Parameters<typeof buildRule>[0] = {},
): PermissionParts {
  return allowCall(token, selectors.transfer, {
    flags: 1,
    headWords: 2,
    spends: [buildSpend(asset, 1)],
    conditions: [toAnyAddress],
    ...rule,
  })
}

/** `approve` of the token that is the asset of this index, for one spender. */
export function allowApprove(
  token: string,
  spender: string,
  asset = 0,
  conditions: readonly Hex[] = [],
): PermissionParts {
  return allowCall(token, selectors.approve, {
    flags: 1,
    headWords: 2,
    spends: [buildSpend(asset, 1)],
    conditions: [buildCondition('equal', 0, toWord(spender)), ...conditions],
  })
}

/** `transferFrom` of the account's own tokens, to anybody. */
export function allowTransferFrom(token: string, asset = 0): PermissionParts {
  return allowCall(token, selectors.transferFrom, {
    flags: 1,
    headWords: 3,
    spends: [buildSpend(asset, 2)],
    conditions: [buildCondition('account', 0), buildCondition('address', 1)],
  })
}
