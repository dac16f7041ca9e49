import { concatHex, type Hex, pad } from 'viem'

import {
  buildAsset,
  buildCondition,
  buildLimit,
  buildRule,
  buildSpend,
  type PermissionParts,
  type PolicyParts,
  toBytes,
} from './buildPolicy.ts'

/** Address whose bytes are all the same, so that order shows at a glance. */
export function repeat(byte: string): Hex {
  return `0x${byte.repeat(20)}`
}

export const alice = repeat('a1')
export const bob = repeat('b0')
export const router = repeat('c0')
export const collection = repeat('d7')
export const items = repeat('d8')
export const token = repeat('e2')
export const zeroAddress = repeat('00')

export const selectors = {
  none: '0x00000000',
  approve: '0x095ea7b3',
  deposit: '0xd0e30db0',
  safeTransferFrom: '0x42842e0e',
  safeTransferFromWithData: '0xb88d4fde',
  safeTransferFromId: '0xf242432a',
  swap: '0x12345678',
  transfer: '0xa9059cbb',
  transferFrom: '0x23b872dd',
  withdraw: '0x2e1a7d4d',
} as const satisfies Record<string, Hex>

export const native = buildAsset(1, zeroAddress)
export const erc20 = buildAsset(2, token)
export const erc721 = buildAsset(3, collection)
export const erc1155 = buildAsset(4, items, 7n)
export const operations = buildAsset(5, zeroAddress)
export const gas = buildAsset(6, zeroAddress)

/** `address` as a word of the arguments. */
export function toWord(address: Hex): Hex {
  return pad(address)
}

export const toAlice = buildCondition('equal', 0, toWord(alice))

/** A call of the router that is permitted whatever its arguments. */
export const swap: PermissionParts = {
  target: router,
  kind: 1,
  selector: selectors.swap,
  rule: buildRule({ headWords: 2 }),
}

/** A call of the router with this rule, and nothing else. */
export function withRule(
  rule: PermissionParts['rule'],
  parts: Partial<PolicyParts> = {},
): Partial<PolicyParts> {
  return { ...parts, permissions: [{ ...swap, rule }] }
}

/** A plain transfer of at most 5 wei. */
export const pay: PermissionParts = {
  target: alice,
  kind: 0,
  selector: selectors.none,
  rule: buildRule({ valueCap: 5n }),
}

/** Plain transfers to Alice, and swaps: two rules, and one asset. */
export const payments: Partial<PolicyParts> = {
  assets: [native],
  limits: [buildLimit(0)],
  permissions: [pay, swap],
}

/** Calls of one token, which is the policy's only asset. */
export function withTokenCall(
  asset: Hex,
  selector: Hex,
  rule: PermissionParts['rule'],
  parts: Partial<PolicyParts> = {},
): Partial<PolicyParts> {
  const target = `0x${asset.slice(4, 44)}` as const
  return {
    assets: [asset],
    limits: [buildLimit(0)],
    ...parts,
    permissions: [{ target, kind: 1, selector, rule }],
  }
}

const fromAccount = buildCondition('account', 0)
const secondToAlice = buildCondition('equal', 1, toWord(alice))

/** A well-formed rule for each known call, on the first asset. */
export const tokenRules = {
  transfer: {
    flags: 1,
    headWords: 2,
    spends: [buildSpend(0, 1)],
    conditions: [toAlice],
  },
  transferFrom: {
    flags: 1,
    headWords: 3,
    spends: [buildSpend(0, 2)],
    conditions: [fromAccount, secondToAlice],
  },
  approve: {
    flags: 1,
    headWords: 2,
    spends: [buildSpend(0, 1)],
    conditions: [toAlice],
  },
  itemTransferFrom: {
    flags: 1,
    headWords: 3,
    spends: [buildSpend(0)],
    conditions: [fromAccount, secondToAlice],
  },
  itemTransferFromWithData: {
    headWords: 4,
    spends: [buildSpend(0)],
    conditions: [fromAccount, secondToAlice],
  },
  idTransferFrom: {
    headWords: 5,
    spends: [buildSpend(0, 3)],
    conditions: [
      fromAccount,
      secondToAlice,
      buildCondition('equal', 2, toBytes(7, 32)),
    ],
  },
  withdraw: { flags: 1, headWords: 1, spends: [buildSpend(0, 0)] },
  deposit: { flags: 1, valueCap: 5n },
} as const

/** A transfer of the token, which is the policy's only asset. */
export function withTransfer(
  rule: Parameters<typeof buildRule>[0] = {},
  parts: Partial<PolicyParts> = {},
): Partial<PolicyParts> {
  return withTokenCall(
    erc20,
    selectors.transfer,
    buildRule({ ...tokenRules.transfer, ...rule }),
    parts,
  )
}

/** Record of a set that is a blob of its own. */
export function buildBlobSet(kind: 3 | 4, blobHash: Hex): Hex {
  return concatHex([toBytes(kind, 1), blobHash])
}

/** Index of each section of a policy. */
export const sections = {
  assets: 0n,
  groups: 1n,
  limits: 2n,
  sets: 3n,
  tiers: 4n,
  weekly: 5n,
  blackouts: 6n,
  conditionsAfter: 7n,
  permissions: 8n,
  setPermissions: 9n,
  rules: 10n,
  data: 11n,
} as const

/** Where the only rule of a policy without other tables lies. */
export const firstRule = 192n + 27n
/** The same, with one asset and one limit. */
export const firstTokenRule = firstRule + 53n + 32n

/** Name of a group. */
export const name = toBytes(1, 16)

export function word(value: bigint | number): Hex {
  return toBytes(value, 32)
}

export function sort(addresses: readonly Hex[]): readonly Hex[] {
  return addresses.map((address) => address.toLowerCase() as Hex).sort()
}
