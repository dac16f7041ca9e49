import type { DocumentPath } from '../document/path.ts'
import { CompileFault } from './context.ts'

/** Parts of an argument's path: `params.orders[0]` has three. */
export function parseArgumentPath(
  text: string,
  path: DocumentPath,
): readonly string[] {
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[\d+\])*$/.test(text))
    throw new CompileFault(
      path,
      `"${text}" is no path of an argument.`,
      'Write it as amount, params.recipient or path[0].',
    )
  return [...text.matchAll(/[^.[\]]+/g)].map(([part]) => part)
}
