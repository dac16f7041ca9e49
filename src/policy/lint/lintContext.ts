import type { PolicyDocument } from '../document/policySchema.ts'
import type { PolicyView, ViewRule } from '../view/policyView.ts'
import type { PolicyFinding } from './finding.ts'

/** What every check looks at. */
type LintContext = {
  document: PolicyDocument
  /** Unix seconds; undefined where nobody says what time it is. */
  timestamp: number | undefined
  view: PolicyView
}

/** One concern of lint: it returns what it finds. */
export type LintCheck = (context: LintContext) => readonly PolicyFinding[]

/** Every rule, with the permission that it belongs to. */
export function getRules({ permissions }: PolicyView) {
  return permissions.flatMap((permission) =>
    permission.rules.map((rule) => ({ permission, rule })),
  )
}

/** Whether a rule is one that the document writes as a call. */
export function isCall({ source }: ViewRule): boolean {
  return source !== undefined && 'call' in source
}
