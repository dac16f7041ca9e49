import { isList } from '../document/isList.ts'
import type { PolicyDocument } from '../document/policySchema.ts'

/** Writes an amount with separators between thousands. */
export function sayAmount(amount: number | string): string {
  const [whole = '', fraction] = String(amount).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** Joins with commas and a last `and`. */
export function sayList(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
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
  const set =
    document.sets !== undefined && Object.hasOwn(document.sets, reference)
      ? document.sets[reference]
      : undefined
  if (set === undefined) return reference
  const count = getCount(set)
  return count === undefined
    ? `the published set "${reference}"`
    : `"${reference}" (${count} ${count === 1 ? 'entry' : 'entries'})`
}

function getCount(
  set: NonNullable<PolicyDocument['sets']>[string],
): number | undefined {
  if (isList(set)) return set.length
  if ('members' in set) return set.members.length
  return 'published' in set ? undefined : set.values.length
}
