import { concatHex, type Hex, size, slice, toHex } from 'viem'

/** Bytes of a rule, which name offsets and so depend on where it begins. */
export type RuleBuilder = (offset: number) => Hex

/** A set whose elements lie in the policy, or the record of any other set. */
export type SetParts = { elements: readonly Hex[] } | Hex

export type PermissionParts = {
  target: Hex
  kind: number
  selector: Hex
  rule: RuleBuilder
}

export type SetPermissionParts = {
  kind: number
  selector: Hex
  set: number
  rule: RuleBuilder
}

/** A policy as its sections have it, in whatever order and however wrong. */
export type PolicyParts = {
  header: Partial<HeaderFields>
  assets: readonly Hex[]
  groups: readonly Hex[]
  limits: readonly Hex[]
  sets: readonly SetParts[]
  tiers: readonly Hex[]
  weekly: readonly Hex[]
  blackouts: readonly Hex[]
  conditionsAfter: Hex
  permissions: readonly PermissionParts[]
  setPermissions: readonly SetPermissionParts[]
  /** Bytes between the last rule and the data. */
  behindRules: Hex
  /** Bytes behind the last element. */
  behindData: Hex
}

/** Offset and size of the header's fields, in bytes. */
export const headerLayout = {
  flags: [3, 1],
  validAfter: [4, 6],
  validUntil: [10, 6],
  maxWindow: [16, 4],
  chainId: [20, 8],
  paymasters: [28, 1],
  native: [29, 1],
  operations: [30, 1],
  gas: [31, 1],
  nonceMask: [32, 24],
  maxPreVerificationGas: [56, 8],
  nonceValue: [64, 24],
  maxGas: [88, 8],
  maxFeePerGas: [96, 16],
  gasBudget: [112, 5],
  gasExponent: [117, 1],
  maxCalls: [118, 1],
  guardian: [128, 20],
} as const

export type HeaderFields = Record<keyof typeof headerLayout, bigint>

const defaultHeader = {
  flags: 0n,
  validAfter: 0n,
  validUntil: 2n ** 47n - 1n,
  maxWindow: 3_600n,
  chainId: 31_337n,
  paymasters: 0n,
  nonceMask: 0n,
  maxPreVerificationGas: 100_000n,
  nonceValue: 0n,
  maxGas: 2_000_000n,
  maxFeePerGas: 10n ** 11n,
  gasBudget: 1_000n,
  gasExponent: 12n,
  maxCalls: 8n,
  guardian: 0n,
}

/** Big-endian integer of `length` bytes. */
export function toBytes(value: bigint | number, length: number): Hex {
  return length === 0 ? '0x' : toHex(value, { size: length })
}

/** `blob` with the bytes at `offset` replaced. */
export function replaceBytes(blob: Hex, offset: number, bytes: Hex): Hex {
  const end = offset + size(bytes)
  return concatHex([
    offset === 0 ? '0x' : slice(blob, 0, offset),
    bytes,
    end === size(blob) ? '0x' : slice(blob, end),
  ])
}

/** Bytes of a policy. Only offsets and the header's asset indexes are derived. */
export function buildPolicy(parts: Partial<PolicyParts>): Hex {
  const {
    assets = [],
    groups = [],
    limits = [],
    sets = [],
    permissions = [],
    setPermissions = [],
  } = parts
  const beforePermissions = [
    concatHex(assets),
    concatHex(groups),
    concatHex(limits),
    toBytes(0, 33 * sets.length),
    concatHex(parts.tiers ?? []),
    concatHex(parts.weekly ?? []),
    concatHex(parts.blackouts ?? []),
    parts.conditionsAfter ?? '0x',
  ]
  const rulesStart =
    192 +
    size(concatHex(beforePermissions)) +
    27 * permissions.length +
    8 * setPermissions.length

  let cursor = rulesStart
  const [rules, permissionRecords, setPermissionRecords] = [
    [] as Hex[],
    [] as Hex[],
    [] as Hex[],
  ]
  const addRule = (rule: RuleBuilder) => {
    const offset = toBytes(cursor, 2)
    const bytes = rule(cursor)
    rules.push(bytes)
    cursor += size(bytes)
    return offset
  }
  for (const { kind, rule, selector, target } of permissions)
    permissionRecords.push(
      concatHex([target, toBytes(kind, 1), selector, addRule(rule)]),
    )
  for (const { kind, rule, selector, set } of setPermissions)
    setPermissionRecords.push(
      concatHex([toBytes(kind, 1), selector, toBytes(set, 1), addRule(rule)]),
    )

  rules.push(parts.behindRules ?? '0x')
  cursor = rulesStart + size(concatHex(rules))
  const data: Hex[] = []
  const setRecords = sets.map((set) => {
    if (typeof set === 'string') return set
    const elements = concatHex(set.elements)
    const kind = set.elements.some((element) => size(element) === 32) ? 2 : 1
    const count = set.elements.length
    const record = concatHex([
      toBytes(kind, 1),
      toBytes(cursor, 2),
      toBytes(count, 2),
      toBytes(0, 28),
    ])
    data.push(elements)
    cursor += size(elements)
    return record
  })
  data.push(parts.behindData ?? '0x')

  const sections = [
    ...beforePermissions.with(3, concatHex(setRecords)),
    concatHex(permissionRecords),
    concatHex(setPermissionRecords),
    concatHex(rules),
    concatHex(data),
  ]
  return concatHex([buildHeader(parts, sections), ...sections])
}

function buildHeader(
  { assets = [], header = {} }: Partial<PolicyParts>,
  sections: readonly Hex[],
): Hex {
  const number = (kind: number) =>
    BigInt(assets.findIndex((asset) => Number(slice(asset, 0, 1)) === kind) + 1)
  const fields: HeaderFields = {
    ...defaultHeader,
    native: number(1),
    operations: number(5),
    gas: number(6),
    ...header,
  }
  let bytes = replaceBytes(toBytes(0, 192), 1, '0x0101')
  for (const name of Object.keys(headerLayout) as (keyof HeaderFields)[]) {
    const [offset, length] = headerLayout[name]
    bytes = replaceBytes(bytes, offset, toBytes(fields[name], length))
  }
  let cursor = 192
  sections.forEach((section, index) => {
    bytes = replaceBytes(bytes, 160 + 2 * index, toBytes(cursor, 2))
    cursor += size(section)
  })
  return replaceBytes(bytes, 184, toBytes(cursor, 2))
}

/** Bytes of a set that is a blob of its own. */
export function buildSet(elements: readonly Hex[]): Hex {
  const kind = elements.some((element) => size(element) === 32) ? 3 : 2
  return concatHex(['0x00', toBytes(kind, 1), '0x0100', ...elements])
}

export function buildAsset(kind: number, address: Hex, id = 0n): Hex {
  return concatHex([toBytes(kind, 1), address, toBytes(id, 32)])
}

export type LimitFields = {
  scope: number
  group: number
  kind: number
  /** Seconds. */
  length: bigint
  /** Unix seconds. */
  anchor: bigint
  action: number
  /** The byte that the format does not name. */
  reserved: number
  amount: bigint
}

/** A limit that denies more than 1,000 in a UTC day, by the one agent. */
export function buildLimit(
  asset: number,
  {
    scope = 0,
    group = 0,
    kind = 2,
    length = kind === 2 ? 86_400n : 0n,
    anchor = 0n,
    action = 0,
    reserved = 0,
    amount = 1_000n,
  }: Partial<LimitFields> = {},
): Hex {
  return concatHex([
    toBytes(asset, 1),
    toBytes(scope, 1),
    toBytes(group, 1),
    toBytes(kind, 1),
    toBytes(length, 4),
    toBytes(anchor, 6),
    toBytes(action, 1),
    toBytes(reserved, 1),
    toBytes(amount, 16),
  ])
}

/** What the tiers ask for: nothing, unless said otherwise. */
export function buildTiers({
  /** Seconds. */
  delay = 0,
  /** Seconds. */
  lifetime = 0,
  threshold = 0,
  /** Index of the set plus 1. */
  approvers = 0,
  /** The bytes that the format does not name. */
  reserved = 0,
} = {}): Hex {
  return concatHex([
    toBytes(delay, 4),
    toBytes(lifetime, 4),
    toBytes(threshold, 1),
    toBytes(approvers, 1),
    toBytes(reserved, 2),
  ])
}

/** Two integers of `length` bytes each. */
export function buildInterval(
  start: bigint | number,
  end: bigint | number,
  length: number,
): Hex {
  return concatHex([toBytes(start, length), toBytes(end, length)])
}

export function buildRule({
  group = 0,
  tier = 0,
  flags = 0,
  headWords = 0,
  valueCap = 0n,
  spends = [] as readonly Hex[],
  conditions = [] as readonly Hex[],
} = {}): RuleBuilder {
  return () =>
    concatHex([
      '0x01',
      toBytes(group, 1),
      toBytes(tier, 1),
      toBytes(flags, 1),
      toBytes(headWords, 2),
      toBytes(valueCap, 16),
      toBytes(spends.length, 1),
      toBytes(conditions.length, 1),
      ...spends,
      ...conditions,
    ])
}

export function buildSwitch(
  word: number,
  alternatives: readonly { value: Hex; rule: RuleBuilder }[],
): RuleBuilder {
  return (offset) => {
    let cursor = offset + 5 + 34 * alternatives.length
    const [entries, rules] = [[] as Hex[], [] as Hex[]]
    for (const { rule, value } of alternatives) {
      entries.push(value, toBytes(cursor, 2))
      rules.push(rule(cursor))
      cursor = offset + 5 + 34 * alternatives.length + size(concatHex(rules))
    }
    return concatHex([
      '0x02',
      toBytes(word, 2),
      toBytes(alternatives.length, 2),
      ...entries,
      ...rules,
    ])
  }
}

/** Spends the amount in a word of the arguments; 1 without a word. */
export function buildSpend(asset: number, word?: number): Hex {
  return word === undefined
    ? concatHex([toBytes(asset, 1), '0x010000'])
    : concatHex([toBytes(asset, 1), '0x00', toBytes(word, 2)])
}

export const ops = {
  equal: 1,
  notEqual: 2,
  atMost: 3,
  atLeast: 4,
  signedAtMost: 5,
  signedAtLeast: 6,
  in: 7,
  notIn: 8,
  mask: 9,
  account: 10,
  address: 11,
  pointer: 12,
  length: 13,
} as const

/** A condition with the operand's bytes as they are. */
export function buildCondition(
  op: keyof typeof ops,
  word: number,
  operand: Hex = '0x',
): Hex {
  return concatHex([toBytes(ops[op], 1), toBytes(word, 2), operand])
}

/** A pointer or a length, whose operands have 2 bytes each. */
export function buildPin(
  op: 'length' | 'pointer',
  word: number,
  first: number,
  second: number,
): Hex {
  return buildCondition(op, word, buildInterval(first, second, 2))
}
