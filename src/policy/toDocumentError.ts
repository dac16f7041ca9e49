import {
  PolicyDocumentError,
  type PolicyIssue,
} from '../errors/policyDocument.ts'
import type { DocumentFault } from './document/fault.ts'
import { type DocumentPath, formatPath } from './document/path.ts'

/** Makes one error of all faults, each once. */
export function toDocumentError(
  faults: readonly DocumentFault[],
  getLine: (path: DocumentPath) => number | undefined = () => undefined,
): PolicyDocumentError {
  const issues = new Map<string, PolicyIssue>()
  for (const { fix, message, path } of faults) {
    const place = formatPath(path)
    const line = getLine(path)
    issues.set(`${place} ${message}`, {
      fix,
      ...(line === undefined ? {} : { line }),
      message,
      path: place,
    })
  }
  return new PolicyDocumentError({ issues: [...issues.values()] })
}
