import { PolicyError } from '../errors/policyError.ts'

/**
 * Refuses an argument.
 *
 * @param field - Place in the arguments, such as `request.calls[0].value`
 * @param message - What is wrong with it
 * @param fix - What to write instead
 */
export function refuseInput(
  field: string,
  message: string,
  fix: string,
): never {
  throw new PolicyError({
    arguments: { reason: `${field}: ${message} ${fix}` },
    code: 'INPUT_INVALID',
    details: { issues: [{ fix, message, path: field }] },
    source: { kind: 'sdk' },
  })
}
