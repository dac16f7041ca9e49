import type { Hex } from 'viem'

import { formatPath } from '../document/path.ts'
import { tokenCalls } from '../format/tokenCalls.ts'
import type { PolicyRule } from '../format/types.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import { openRegions } from './openRegions.ts'
import {
  type PermissionEntry,
  type PermissionTarget,
  toCanonicalRule,
} from './permissionEntry.ts'

/** A permission of the policy. Its sets are named by their handles. */
export type MergedPermission = {
  /** What it was merged from: one, or one for each alternative in order. */
  entries: readonly PermissionEntry[]
  kind: PermissionEntry['kind']
  rule: PolicyRule
  selector: Hex
  target: PermissionTarget
}

/**
 * Merges what permits the same call into one permission, whose alternatives are
 * told apart by an argument.
 */
export function mergePermissions(
  context: CompileContext,
  entries: readonly PermissionEntry[],
): readonly MergedPermission[] {
  const groups = new Map<string, PermissionEntry[]>()
  for (const entry of entries) {
    const { kind, selector, target } = entry
    const key = `${kind} ${selector} ${getTargetKey(target)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  const merged = [...groups.values()].flatMap(
    (group) => attempt(context, () => merge(group)) ?? [],
  )
  refuseOverlaps(context, merged)
  return merged
}

function getTargetKey(target: PermissionTarget): string {
  if (target.type === 'any') return 'any'
  return target.type === 'one'
    ? target.address
    : `${target.except ? 'except' : 'set'} ${target.handle}`
}

function merge(group: readonly PermissionEntry[]): MergedPermission {
  const [first, second] = group as [PermissionEntry, PermissionEntry?]
  const { kind, rule, selector, target } = first
  if (second === undefined)
    return { entries: group, kind, rule, selector, target }

  const entries = findWord(group) === undefined ? openAll(group) : group
  const word = findWord(entries)
  if (word === undefined)
    throw new CompileFault(
      second.path,
      `It permits the same call as ${formatPath(first.path)}, and no argument tells them apart.`,
      kind === 'transfer'
        ? 'Put the recipients into one permission.'
        : 'Put them into one permission, or have one argument equal another value in each.',
    )
  const alternatives = entries
    .map((entry) => ({ entry, value: getEqual(entry, word) ?? '0x' }))
    .sort((one, other) => (one.value < other.value ? -1 : 1))
  return {
    entries: alternatives.map(({ entry }) => entry),
    kind,
    rule: {
      alternatives: alternatives.map(({ entry, value }) => ({
        rule: {
          ...entry.rule,
          conditions: entry.rule.conditions.filter(
            (condition) => condition.word !== word || condition.op !== 'equal',
          ),
        },
        value,
      })),
      type: 'switch',
      word,
    },
    selector,
    target,
  }
}

/** Entries whose heads reach as far as their pins, where all can have that. */
function openAll(
  entries: readonly PermissionEntry[],
): readonly PermissionEntry[] {
  // Calls that move a token have the shape that the format gives them.
  const isToken = Object.values(tokenCalls).some(
    ({ selector }) => selector === entries[0]?.selector,
  )
  if (isToken) return entries
  const opened = entries.flatMap((entry) => {
    const rule = openRegions(entry.rule)
    return rule === undefined ? [] : [{ ...entry, rule: toCanonicalRule(rule) }]
  })
  return opened.length === entries.length ? opened : entries
}

/** The first word of the head that equals another value in each entry. */
function findWord(entries: readonly PermissionEntry[]): number | undefined {
  const headWords = Math.min(...entries.map(({ rule }) => rule.headWords))
  const words = (entries[0]?.rule.conditions ?? [])
    .filter(({ op, word }) => op === 'equal' && word < headWords)
    .map(({ word }) => word)
  return words.find((word) => {
    const values = entries.map((entry) => getEqual(entry, word))
    return !values.includes(undefined) && new Set(values).size === values.length
  })
}

function getEqual({ rule }: PermissionEntry, word: number): Hex | undefined {
  for (const condition of rule.conditions)
    if (condition.word === word && condition.op === 'equal')
      return condition.value
  return undefined
}

/** Refuses two sets of which an owner could not tell which one applies. */
function refuseOverlaps(
  context: CompileContext,
  permissions: readonly MergedPermission[],
): void {
  const sets = permissions.flatMap(({ entries, kind, selector, target }) => {
    const [entry] = entries
    return target.type === 'set' && entry !== undefined
      ? [{ call: `${kind} ${selector}`, path: entry.path, target }]
      : []
  })
  sets.forEach(({ call, path, target }, index) => {
    for (const other of sets.slice(0, index)) {
      if (other.call !== call || other.target.except !== target.except) continue
      const shared = getShared(context, target.handle, other.target.handle)
      if (target.except || shared !== undefined)
        context.faults.push({
          fix: 'Have each address in one of them.',
          message: `It and ${formatPath(other.path)} both permit the call${shared === undefined ? '' : ` on ${shared}`}.`,
          path,
        })
    }
  })
}

function getShared(
  { sets }: CompileContext,
  one: number,
  other: number,
): Hex | undefined {
  const elements = new Set(sets.get(one).elements)
  return sets.get(other).elements?.find((element) => elements.has(element))
}
