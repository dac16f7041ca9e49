import {
  PolicyDocumentError,
  type PolicyIssue,
} from '../errors/policyDocument.ts'
import type { CompileDocumentParameters } from './compile/compileDocument.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import {
  createFinding,
  type PolicyFinding,
  sortFindings,
} from './lint/finding.ts'
import { lintArguments } from './lint/lintArguments.ts'
import { lintBudgets } from './lint/lintBudgets.ts'
import { lintCalls } from './lint/lintCalls.ts'
import type { LintCheck } from './lint/lintContext.ts'
import { lintGas } from './lint/lintGas.ts'
import { lintLimits } from './lint/lintLimits.ts'
import { lintLookalikes } from './lint/lintLookalikes.ts'
import { lintMeters } from './lint/lintMeters.ts'
import { lintNames } from './lint/lintNames.ts'
import { lintParties, lintSets } from './lint/lintParties.ts'
import { lintPeople } from './lint/lintPeople.ts'
import { lintTimes } from './lint/lintTimes.ts'
import { viewDocument } from './view/toPolicyView.ts'

export type LintPolicyParameters = CompileDocumentParameters & {
  /**
   * Unix seconds of now, from which on the validity is measured.
   *
   * @default nobody says; the policy's own beginning counts
   */
  timestamp?: number | undefined
}

/** Errors first. */
export type LintPolicyReturnType = readonly PolicyFinding[]

const checks: readonly LintCheck[] = [
  lintParties,
  lintSets,
  lintCalls,
  lintArguments,
  lintLimits,
  lintBudgets,
  lintMeters,
  lintTimes,
  lintGas,
  lintPeople,
  lintNames,
  lintLookalikes,
]

/**
 * Finds everything about a policy that a careful owner would regret, from the
 * document alone. `lintPolicyOnChain` asks the chain too.
 *
 * A document that does not compile has its faults as findings, and no others.
 *
 * @param document - The document
 * @param parameters - {@link LintPolicyParameters}
 * @returns Findings. {@link LintPolicyReturnType}
 *
 * @example
 * const findings = lintPolicy(document, { chainId: 8453 })
 * const errors = findings.filter(({ severity }) => severity === 'error')
 */
export function lintPolicy(
  document: PolicyDocument,
  { timestamp, ...parameters }: LintPolicyParameters,
): LintPolicyReturnType {
  try {
    const view = viewDocument(document, parameters)
    const context = { document: view.document, timestamp, view }
    return sortFindings([
      ...view.warnings.map(({ message, path }) =>
        createFinding('COMPILER_WARNING', path, message),
      ),
      ...checks.flatMap((check) => check(context)),
    ])
  } catch (error) {
    if (error instanceof PolicyDocumentError) return toFindings(error.issues)
    throw error
  }
}

function toFindings(issues: readonly PolicyIssue[]): readonly PolicyFinding[] {
  return issues.map(({ fix, message, path }) =>
    createFinding('DOCUMENT_FAULT', path, message, fix),
  )
}
