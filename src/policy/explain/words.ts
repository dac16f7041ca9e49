import { isList } from '../document/isList.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { formatTime, parseTime } from '../document/times.ts'
import { sayList } from './phrases.ts'

/** Writes a time in UTC. */
export function sayTime(time: number | string): string {
  const seconds = parseTime(time)
  return String(seconds === undefined ? time : formatTime(seconds))
}

/** Names whom a permission is about, and how many a set holds. */
export function sayAddresses(
  document: PolicyDocument,
  reference: readonly string[] | string,
): string {
  if (typeof reference !== 'string')
    return sayList(reference.map((member) => sayAddresses(document, member)))
  if (reference === 'any') return 'anybody'
  if (reference === 'account') return 'the account itself'
  const set = getSet(document, reference)
  if (set === undefined) return reference
  const count = getCount(document, set)
  return count === undefined
    ? `the published set "${reference}"`
    : `"${reference}" (${count} ${count === 1 ? 'entry' : 'entries'})`
}

type DocumentSet = NonNullable<PolicyDocument['sets']>[string]

function getSet(
  { sets }: PolicyDocument,
  name: string,
): DocumentSet | undefined {
  return sets !== undefined && Object.hasOwn(sets, name)
    ? sets[name]
    : undefined
}

function getCount(
  document: PolicyDocument,
  set: DocumentSet,
): number | undefined {
  if (!isList(set) && 'published' in set) return undefined
  if (!isList(set) && 'values' in set) return set.values.length
  const entries = new Set<string>()
  addEntries(document, set, entries, new Set())
  return entries.size
}

/** Adds what a set and the sets within it hold, each once. */
function addEntries(
  document: PolicyDocument,
  set: DocumentSet,
  entries: Set<string>,
  seen: Set<DocumentSet>,
): void {
  if (seen.has(set)) return
  seen.add(set)
  const members = isList(set) ? set : 'members' in set ? set.members : []
  for (const member of members) {
    const inner = getSet(document, member)
    if (inner === undefined) entries.add(getEntry(document, member))
    else addEntries(document, inner, entries, seen)
  }
}

/** The address that a member stands for, or its name where chains differ. */
function getEntry(
  { assets, contracts = {} }: PolicyDocument,
  member: string,
): string {
  const asset = Object.hasOwn(assets, member) ? assets[member] : undefined
  const location = Object.hasOwn(contracts, member)
    ? contracts[member]
    : asset !== undefined && 'address' in asset
      ? asset.address
      : member
  return typeof location === 'string' ? location.toLowerCase() : member
}
