import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

import { getNodes, parse } from './parse.ts'
import type { SolidityError } from './solidityErrors.ts'

/** Place in a test that says with which arguments an error is raised. */
type Assertion = {
  /** How many arguments; undefined where only a run can tell. */
  readonly count?: number | undefined
  readonly name: string
  readonly place: string
}

/** Finds where the tests say with which arguments errors are raised. */
export function readAssertions(
  errors: ReadonlyMap<string, SolidityError>,
): readonly Assertion[] {
  // The vectors in test/errors only show that the error can be read.
  return globSync('test/**/*.{ts,sol}')
    .filter((file) => !file.startsWith('test/errors/'))
    .sort()
    .flatMap((file) => readTest(file, errors))
}

function readTest(
  file: string,
  errors: ReadonlyMap<string, SolidityError>,
): readonly Assertion[] {
  const source = readFileSync(file, 'utf8')
  if (file.endsWith('.sol'))
    return [...source.matchAll(/\b(\w+)\.selector\s*([,)])/g)].flatMap(
      ([, name = '', next]) =>
        next === ',' || errors.get(name)?.parameters.length === 0
          ? [{ name, place: file }]
          : [],
    )
  if (![...errors.keys()].some((name) => source.includes(name))) return []

  return getNodes(parse(file)).flatMap((node) => {
    if (!ts.isStringLiteralLike(node) || !errors.has(node.text)) return []
    const assertion = readAssertion(node, errors)
    if (!assertion) return []
    const { line } = ts.getLineAndCharacterOfPosition(
      node.getSourceFile(),
      node.getStart(),
    )
    return [{ ...assertion, name: node.text, place: `${file}:${line + 1}` }]
  })
}

/**
 * Reads an assertion in one of these forms: `expectDenied(op, 'Name', [args])`,
 * `expectRefusal(policy, 'Name', ...args)`, `['Name', ...args]`, and
 * `revertedWithCustomError(contract, 'Name').withArgs(...args)`.
 */
function readAssertion(
  node: ts.StringLiteralLike,
  errors: ReadonlyMap<string, SolidityError>,
): Pick<Assertion, 'count'> | undefined {
  const { parent } = node
  const list = ts.isCallExpression(parent)
    ? parent.arguments
    : ts.isArrayLiteralExpression(parent)
      ? parent.elements
      : undefined
  if (!list) return undefined

  const next = list[list.indexOf(node) + 1]
  // In a list of names, what follows is another error.
  if (next && !(ts.isStringLiteralLike(next) && errors.has(next.text)))
    return ts.isArrayLiteralExpression(next) && isHelper(parent)
      ? count(next.elements)
      : {}

  const chained = parent.parent
  if (
    ts.isPropertyAccessExpression(chained) &&
    chained.name.text === 'withArgs' &&
    ts.isCallExpression(chained.parent)
  )
    return count(chained.parent.arguments)
  return errors.get(node.text)?.parameters.length === 0 ? {} : undefined
}

/** Whether a call is of a helper; a test's own function may add arguments. */
function isHelper(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^expect/.test(node.expression.getText())
}

function count(list: readonly ts.Expression[]): Pick<Assertion, 'count'> {
  return list.some(ts.isSpreadElement) ? {} : { count: list.length }
}
