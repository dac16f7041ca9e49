import { BaseError } from '../errors/base.ts'

/** One thing wrong with how the server is set up. */
export type ConfigurationIssue = {
  /** What to do about it. */
  fix: string
  message: string
  /** Name of the environment variable, or of the field. */
  variable: string
}

export type ConfigurationErrorType = ConfigurationError & {
  name: 'ConfigurationError'
}
/** The server cannot start with what it was given. */
export class ConfigurationError extends BaseError {
  /** Every fault that was found. Never empty. */
  readonly issues: readonly ConfigurationIssue[]

  constructor({
    cause,
    issues,
  }: {
    cause?: Error | undefined
    issues: readonly ConfigurationIssue[]
  }) {
    super('The server cannot start with this configuration.', {
      docsPath: '/mcp.md#configuration',
      metaMessages: issues.map(
        ({ fix, message, variable }) => `- ${variable}: ${message} ${fix}`,
      ),
      name: 'ConfigurationError',
    })
    // Not given to viem, which would repeat the cause's words: they can hold the
    // key in a node's URL.
    if (cause) Object.defineProperty(this, 'cause', { value: cause })
    this.issues = issues
  }
}
