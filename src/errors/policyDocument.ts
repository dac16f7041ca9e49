import { BaseError } from './base.ts'

/** One thing wrong with a policy document. */
export type PolicyIssue = {
  /** What to write instead. */
  fix: string
  /** Line of the text, from 1, where the document was read from text. */
  line?: number | undefined
  message: string
  /** Place in the document, such as `permissions[2].where.amountIn`. */
  path: string
}

export type PolicyDocumentErrorType = PolicyDocumentError & {
  name: 'PolicyDocumentError'
}
/** A policy document cannot be read, or does not make a policy. */
export class PolicyDocumentError extends BaseError {
  /** Every fault that was found, in the document's order. Never empty. */
  readonly issues: readonly PolicyIssue[]

  constructor({
    cause,
    issues,
  }: {
    cause?: Error | undefined
    issues: readonly PolicyIssue[]
  }) {
    super(
      issues.length === 1
        ? 'The policy document has a fault.'
        : `The policy document has ${issues.length} faults.`,
      {
        cause,
        docsPath: '/errors.md#policydocumenterror',
        metaMessages: issues.map(formatIssue),
        name: 'PolicyDocumentError',
      },
    )
    this.issues = issues
  }
}

export type PolicyBytesErrorType = PolicyBytesError & {
  name: 'PolicyBytesError'
}
/** Bytes are no policy, or no set, in the canonical binary format. */
export class PolicyBytesError extends BaseError {
  /** What is wrong, the first fault first. Never empty. */
  readonly reasons: readonly string[]

  constructor({
    cause,
    reasons,
  }: {
    cause?: Error | undefined
    reasons: readonly string[]
  }) {
    super('The bytes are not canonical in the policy format.', {
      cause,
      docsPath: '/errors.md#policybyteserror',
      metaMessages: reasons.map((reason) => `- ${reason}`),
      name: 'PolicyBytesError',
    })
    this.reasons = reasons
  }
}

function formatIssue({ fix, line, message, path }: PolicyIssue): string {
  const place = [line === undefined ? '' : `line ${line}`, path]
    .filter((part) => part !== '')
    .join(', ')
  return `- ${place === '' ? '' : `${place}: `}${message} ${fix}`.trimEnd()
}
