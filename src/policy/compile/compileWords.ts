import { isList } from '../document/isList.ts'
import type { DocumentPath } from '../document/path.ts'
import type { PolicyCondition } from '../format/types.ts'
import { compileCondition } from './compileCondition.ts'
import { compileSpends } from './compileSpends.ts'
import { attempt, CompileFault } from './context.ts'
import type {
  CallPermission,
  CompiledArguments,
  PermissionScope,
} from './permissionEntry.ts'

/** Compiles conditions on words, where only the selector is known. */
export function compileWords(
  scope: PermissionScope,
  source: CallPermission,
  path: DocumentPath,
): CompiledArguments {
  const { context } = scope
  const conditions: PolicyCondition[] = []
  for (const [key, condition] of Object.entries(source.where ?? {}))
    attempt(context, () => {
      const place = [...path, 'where', key]
      const word = getWordNumber(key, place)
      if (isList(condition))
        throw new CompileFault(
          place,
          'A word is no list.',
          'Write one value, or { in: [...] }.',
        )
      conditions.push(
        ...compileCondition(context, {
          condition,
          path: place,
          type: 'word',
          word,
        }),
      )
    })
  const getWord = (index: number) => {
    const amount = source.spends?.[index]?.amount
    return typeof amount === 'string'
      ? getWordNumber(amount, [...path, 'spends', index, 'amount'])
      : undefined
  }
  if (source.headWords === undefined)
    throw new CompileFault(
      path,
      'A selector does not say how many words the head has.',
      'Add `headWords`, or write the whole function.',
    )
  return {
    conditions,
    exact: source.exact ?? false,
    headWords: source.headWords,
    spends: compileSpends(scope, source, path, getWord),
  }
}

function getWordNumber(key: string, path: DocumentPath): number {
  const word = Number(/^#(0|[1-9]\d{0,4})$/.exec(key)?.[1] ?? Number.NaN)
  if (word <= 0xffff) return word
  throw new CompileFault(
    path,
    `"${key}" is no word of the arguments.`,
    'Write "#0" for the first word, or the whole function.',
  )
}
