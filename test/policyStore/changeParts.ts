import { concatHex, type Hex, size, slice } from 'viem'

import {
  buildAsset,
  type PolicyParts,
  type RuleBuilder,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import type { Draw } from './generatePolicy.ts'
import { Reader } from './reader.ts'
import { readRule, readSwitch } from './readRule.ts'
import { forbiddenSelectors, tokenCalls } from './tokenCallShapes.ts'

const tables = [
  'assets',
  'groups',
  'limits',
  'sets',
  'tiers',
  'weekly',
  'blackouts',
  'permissions',
  'setPermissions',
] as const

const knownSelectors = Object.keys(tokenCalls).map((key) => key.slice(2) as Hex)

/**
 * Changes one thing about a policy's parts, and leaves offsets and counts to be
 * derived anew: what byte flips hardly ever bring about.
 */
export function changeParts(
  draw: Draw,
  parts: Partial<PolicyParts>,
  store: Hex,
): Partial<PolicyParts> {
  const change = pick(draw, [
    changeTable,
    changeTable,
    changePermission,
    changeSetPermission,
    changeSet,
    changeAsset,
    changeRule,
    changeRule,
  ])
  return change(draw, parts, store)
}

function pick<value>(draw: Draw, values: readonly value[]): value {
  return values[draw(0, values.length - 1)] as value
}

/** Drops, doubles or swaps entries of one table. */
function changeTable(
  draw: Draw,
  parts: Partial<PolicyParts>,
): Partial<PolicyParts> {
  const filled = tables.filter((name) => (parts[name]?.length ?? 0) > 0)
  const name = pick(draw, filled)
  const entries: readonly unknown[] = parts[name] ?? []
  const index = draw(0, entries.length - 1)
  const [entry, next] = [entries[index], entries[index + 1]]
  const other = pick(draw, [
    entries.toSpliced(index, 1),
    entries.toSpliced(index, 0, entry),
    next === undefined ? entries : entries.toSpliced(index, 2, next, entry),
  ])
  return { ...parts, [name]: other }
}

/** Addresses that mean something to this policy. */
function getAddresses(parts: Partial<PolicyParts>, store: Hex): readonly Hex[] {
  return [
    ...(parts.assets ?? []).map((asset) => slice(asset, 1, 21)),
    ...(parts.permissions ?? []).map(({ target }) => target),
    ...(parts.sets ?? []).flatMap((set) =>
      typeof set === 'string'
        ? []
        : set.elements.filter((element) => size(element) === 20),
    ),
    store,
    toBytes(0, 20),
    toBytes(0xffff, 20),
    toBytes(0x10000, 20),
  ]
}

/** Sends a permission elsewhere, or gives it the rule of another one. */
function changePermission(
  draw: Draw,
  parts: Partial<PolicyParts>,
  store: Hex,
): Partial<PolicyParts> {
  const permissions = parts.permissions ?? []
  const index = draw(0, permissions.length - 1)
  const change = pick(draw, [
    () => ({ target: pick(draw, getAddresses(parts, store)) }),
    () => ({ kind: draw(0, 2) }),
    () => ({ selector: pick(draw, knownSelectors) }),
    () => ({ selector: pick(draw, forbiddenSelectors) as Hex }),
    () => ({ rule: pick(draw, permissions).rule }),
  ])()
  return {
    ...parts,
    permissions: sortBy(
      permissions.map((permission, i) =>
        i === index ? { ...permission, ...change } : permission,
      ),
      ({ kind, selector, target }) =>
        concatHex([target, toBytes(kind, 1), selector]),
    ),
  }
}

/** Adds a set permission, with the rule of any other permission. */
function changeSetPermission(
  draw: Draw,
  parts: Partial<PolicyParts>,
): Partial<PolicyParts> {
  const { permissions = [], setPermissions = [], sets = [] } = parts
  const { rule } = pick(draw, [...permissions, ...setPermissions])
  const kind = draw(0, 1)
  const set = draw(0, sets.length)
  const added = {
    kind,
    rule,
    selector:
      kind === 0
        ? ('0x00000000' as const)
        : pick(draw, [...knownSelectors, '0x12345678' as const]),
    set: pick(draw, [set, set, 0x80 + set, 0xff]),
  }
  return {
    ...parts,
    setPermissions: sortBy(
      [...setPermissions, added],
      ({ kind, selector, set }) =>
        concatHex([toBytes(kind, 1), selector, toBytes(set, 1)]),
    ),
  }
}

/** Puts an address that means something into a set, mostly in its place. */
function changeSet(
  draw: Draw,
  parts: Partial<PolicyParts>,
  store: Hex,
): Partial<PolicyParts> {
  const { sets = [] } = parts
  const index = draw(0, Math.max(0, sets.length - 1))
  const set = sets[index]
  if (set === undefined || typeof set === 'string') return parts
  const [first] = set.elements
  const added =
    first !== undefined && size(first) === 32
      ? toBytes(draw(0, 2 ** 32), 32)
      : pick(draw, getAddresses(parts, store))
  const elements = [...set.elements, added]
  return {
    ...parts,
    sets: sets.with(index, {
      elements: draw(0, 3) === 0 ? elements : [...new Set(elements)].sort(),
    }),
  }
}

/** Makes an asset, or one more, of what is something else already. */
function changeAsset(
  draw: Draw,
  parts: Partial<PolicyParts>,
  store: Hex,
): Partial<PolicyParts> {
  const { assets = [] } = parts
  const address = pick(draw, getAddresses(parts, store))
  const kind = draw(0, 3) === 0 ? draw(1, 6) : draw(2, 4)
  const id = kind === 4 || draw(0, 9) === 0 ? draw(0, 9) : 0
  const asset = buildAsset(kind, address, BigInt(id))
  const index = draw(0, Math.max(0, assets.length - 1))
  const others = assets.length === 0 ? [asset] : assets.with(index, asset)
  return { ...parts, assets: sortBy(others, (other) => other) }
}

/** Changes one field of a rule to what it could be, were it another rule. */
function changeRule(
  draw: Draw,
  parts: Partial<PolicyParts>,
): Partial<PolicyParts> {
  const name = pick(draw, ['permissions', 'setPermissions'] as const)
  const entries: readonly { rule: RuleBuilder }[] = parts[name] ?? []
  const index = draw(0, Math.max(0, entries.length - 1))
  const entry = entries[index]
  if (entry === undefined) return parts
  const drawn = Array.from({ length: 6 }, () => draw(0, 2 ** 16 - 1))
  const rule: RuleBuilder = (at) => changeField(entry.rule, at, drawn)
  return { ...parts, [name]: entries.with(index, { ...entry, rule }) }
}

/** Ops whose operands have the same size, by an op. */
const alike = [[1, 2, 3, 4, 5, 6], [7, 8], [9], [10, 11], [12, 13]] as const

function changeField(build: RuleBuilder, at: number, drawn: number[]): Hex {
  // The reader looks for the end of the rules in the directory.
  const rule = build(at)
  const blob = replaceBytes(
    concatHex([toBytes(0, at), rule]),
    182,
    toBytes(at + size(rule), 2),
  )
  const reader = new Reader(blob)
  const [choice = 0, which = 0, number = 0, small = 0] = drawn
  const write = (offset: number, bytes: Hex) =>
    replaceBytes(rule, offset - at, bytes)
  if (readSwitch(reader, at).isSwitch && choice % 5 === 0)
    return write(at + 1, toBytes(small % 6, 2))

  const { alternatives, end } = readRule(reader, at)
  const chosen = which % alternatives.length
  const start = alternatives
    .slice(chosen)
    .reduce((offset, { length }) => offset - length, end)
  const plain = alternatives[chosen]?.rule
  const fields: [offset: number, bytes: Hex][] = [
    [start + 1, toBytes(small % 5, 1)],
    [start + 2, toBytes(small % 5, 1)],
    [start + 3, toBytes(small % 2, 1)],
    [start + 4, toBytes(small % 8, 2)],
    [start + 6, toBytes(small % 2, 16)],
  ]
  let offset = start + 24
  for (const _ of plain?.spends ?? []) {
    fields.push([offset, toBytes(small % 6, 1)])
    fields.push([offset + 1, toBytes(small % 3, 1)])
    fields.push([offset + 2, toBytes(number % 6, 2)])
    offset += 4
  }
  for (const { bytes, op } of plain?.conditions ?? []) {
    const others = alike.find((list) =>
      (list as readonly number[]).includes(op),
    )
    fields.push([offset, toBytes(others?.[small % others.length] ?? 0, 1)])
    fields.push([offset + 1, toBytes(number % 9, 2)])
    if (op === 7 || op === 8) fields.push([offset + 3, toBytes(small % 6, 1)])
    if (op > 11) fields.push([offset + 3, toBytes(number % 9, 2)])
    if (op > 11) fields.push([offset + 5, toBytes(small % 4, 2)])
    offset += size(bytes)
  }
  const [place, bytes] = fields[number % fields.length] as [number, Hex]
  return write(place, bytes)
}

function sortBy<entry>(
  entries: readonly entry[],
  getKey: (entry: entry) => Hex,
): entry[] {
  return [...entries].sort((one, other) =>
    getKey(one) < getKey(other) ? -1 : 1,
  )
}
