import type { z } from 'zod'
import { formatPath } from '../../policy/document/path.ts'
import { type InputIssue, toInputError } from './toInputError.ts'

/**
 * Reads a tool's arguments by its schema. What is wrong is thrown as a
 * `PolicyError`, so that an agent gets it in the same form as every other refusal.
 *
 * @param schema - Schema of the arguments
 * @param value - Arguments as they came
 */
export function parseInput<schema extends z.ZodType>(
  schema: schema,
  value: unknown,
): z.output<schema> {
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  throw toInputError(result.error.issues.map(toIssue))
}

function toIssue(issue: z.core.$ZodIssue): InputIssue {
  const path = formatPath(
    issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  )
  if (issue.code === 'unrecognized_keys')
    return {
      fix: 'Leave it out; the schema of the tool lists what there is.',
      message: `There is no ${issue.keys.map((key) => `\`${key}\``).join(', ')}.`,
      path: path || 'arguments',
    }
  const [message = '', fix] = issue.message.split('\n')
  if (fix !== undefined) return { fix, message, path }
  return {
    fix: 'See the schema of the tool.',
    message: `${message}.`,
    path: path || 'arguments',
  }
}
