import type { z } from 'zod'

import type { DocumentFault } from './fault.ts'
import { type PolicyDocument, policySchema } from './policySchema.ts'
import { refuseKeys } from './refuseKeys.ts'

export type ParseDocumentReturnType =
  | { document: PolicyDocument; faults?: undefined }
  | { document?: undefined; faults: readonly DocumentFault[] }

/** Reads a document by the schema, and finds every fault of its form. */
export function parseDocument(value: unknown): ParseDocumentReturnType {
  const refused = refuseKeys(value)
  if (refused.length > 0) return { faults: refused }
  const result = policySchema.safeParse(value)
  if (result.success) return { document: result.data }
  return { faults: result.error.issues.flatMap((issue) => toFaults(issue, [])) }
}

type Issue = z.core.$ZodIssue

function toFaults(
  issue: Issue,
  parent: readonly PropertyKey[],
): readonly DocumentFault[] {
  const path = [...parent, ...issue.path]
  if (issue.code === 'invalid_union') {
    if (issue.errors.every(([first]) => first && isMissing(first)))
      return [{ ...toFault(issue, path), message: 'It is missing.' }]
    // What has the right type is what was meant.
    const typed = issue.errors.filter(
      (inner) =>
        !inner.some(
          ({ code, path: place }) =>
            code === 'invalid_type' && place.length === 0,
        ),
    )
    const [best] = typed.sort(
      (one, other) => countFaults(one) - countFaults(other),
    )
    // Of a preset that does not exist, no field means anything.
    const preset = best?.find(
      ({ code, path: place }) =>
        code === 'invalid_value' && place[0] === 'preset',
    )
    if (preset !== undefined) return toFaults(preset, path)
    if (best !== undefined && best.length > 0)
      return best.flatMap((inner) => toFaults(inner, path))
  }
  if (issue.code === 'invalid_key')
    return issue.issues.flatMap((inner) => toFaults(inner, path))
  return [toFault(issue, path)]
}

/** How far a value is from one branch of a union. */
function countFaults(issues: readonly Issue[]): number {
  return issues.reduce(
    (count, issue) =>
      count + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1),
    0,
  )
}

function toFault(issue: Issue, path: readonly PropertyKey[]): DocumentFault {
  const place = path.map((part) =>
    typeof part === 'number' ? part : String(part),
  )
  const [message = '', fix] = issue.message.split('\n')
  if (fix !== undefined) return { fix, message, path: place }
  if (issue.code === 'invalid_type')
    return isMissing(issue)
      ? {
          fix: `Write it; it is ${getArticle(issue.expected)}.`,
          message: 'It is missing.',
          path: place,
        }
      : {
          fix: `Write ${getArticle(issue.expected)}.`,
          message: `This is not ${getArticle(issue.expected)}.`,
          path: place,
        }
  return {
    fix: 'See the reference of the policy document.',
    message: `${message}.`,
    path: place,
  }
}

function isMissing({ code, message }: Issue): boolean {
  return code === 'invalid_type' && message.endsWith('received undefined')
}

function getArticle(type: string): string {
  const name = { array: 'list', record: 'map', string: 'text' }[type] ?? type
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`
}
