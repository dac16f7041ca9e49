import { BaseError } from '../../errors/base.ts'
import type { InputIssue } from './toInputError.ts'

/** Faults of one argument, thrown while it is read. */
export class InputFaultError extends BaseError {
  readonly issues: readonly InputIssue[]

  constructor(issues: readonly InputIssue[]) {
    super('An argument is not what it should be.', {
      name: 'InputFaultError',
    })
    this.issues = issues
  }
}

/** Refuses an argument. */
export function refuse(path: string, message: string, fix: string): never {
  throw new InputFaultError([{ fix, message, path }])
}
