import { PolicyError } from '../../errors/policyError.ts'

/** One thing wrong with the arguments of a tool. */
export type InputIssue = {
  /** What to write instead. */
  fix: string
  message: string
  /** Place in the arguments, such as `calls[0].amount`. */
  path: string
}

/** Says what is wrong with a tool's arguments, all of it at once. */
export function toInputError(issues: readonly InputIssue[]): PolicyError {
  const [first] = issues
  const more = issues.length > 1 ? ` And ${issues.length - 1} more.` : ''
  return new PolicyError({
    arguments: {
      reason: first && `${first.path}: ${first.message} ${first.fix}${more}`,
    },
    code: 'INPUT_INVALID',
    details: { issues: issues.map((issue) => ({ ...issue })) },
    source: { kind: 'sdk' },
  })
}
