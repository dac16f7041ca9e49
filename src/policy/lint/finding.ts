import { type LintCode, type LintSeverity, lintTable } from './lintTable.ts'

/** Something that a careful owner would regret. */
export type PolicyFinding = {
  code: LintCode
  /** What to do about it. */
  fix: string
  message: string
  /** Place in the document, such as `permissions[2].to`; empty for all of it. */
  path: string
  severity: LintSeverity
}

/** Makes a finding; `fix` says more than the table where it can. */
export function createFinding(
  code: LintCode,
  path: string,
  message: string,
  fix: string = lintTable[code].fix,
): PolicyFinding {
  return { code, fix, message, path, severity: lintTable[code].severity }
}

const order: readonly LintSeverity[] = ['error', 'warning', 'info']

/** Puts errors first, each finding once, and otherwise leaves the order. */
export function sortFindings(
  findings: readonly PolicyFinding[],
): readonly PolicyFinding[] {
  const known = new Map(
    findings.map((finding) => [
      `${finding.code} ${finding.path} ${finding.message}`,
      finding,
    ]),
  )
  return [...known.values()].sort(
    (one, other) => order.indexOf(one.severity) - order.indexOf(other.severity),
  )
}
