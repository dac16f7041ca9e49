import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

import { getNodes, parse } from './parse.ts'

const superKeyword = ts.SyntaxKind.SuperKeyword

/** An error class of the package, other than `PolicyError`. */
export type ErrorClass = {
  /** Page and heading that its message leads to. */
  readonly docsPath: string
  readonly file: string
  readonly name: string
  /** When it is thrown, for people. */
  readonly text: string
}

/** Finds the classes that lead to a page of the docs. */
export function readErrorClasses(): readonly ErrorClass[] {
  return globSync('src/*/**/*.ts').flatMap((file) => {
    if (!readFileSync(file, 'utf8').includes('extends BaseError')) return []
    return getNodes(parse(file))
      .filter(ts.isClassDeclaration)
      .flatMap((node) => {
        const call = getNodes(node)
          .filter(ts.isCallExpression)
          .find(({ expression: { kind } }) => kind === superKeyword)
        const [docsPath] = call
          ? getNodes(call).flatMap((inner) =>
              ts.isPropertyAssignment(inner) &&
              inner.name.getText() === 'docsPath' &&
              ts.isStringLiteral(inner.initializer)
                ? [inner.initializer.text]
                : [],
            )
          : []
        const name = node.name?.text
        if (!name || !docsPath) return []
        return [{ docsPath, file, name, text: describeClass(node, call) }]
      })
  })
}

/** Returns a class's own comment, else the first sentence that it can say. */
function describeClass(
  node: ts.ClassDeclaration,
  call: ts.CallExpression | undefined,
): string {
  const [comment] = ts.getJSDocCommentsAndTags(node)
  if (comment)
    return comment
      .getText()
      .slice(3, -2)
      .replace(/^\s*\*/gm, '')
      .replace(/\{@link (?:\w+\.)?(\w+)\}/g, '`$1`')
      .trim()

  const [message] = call?.arguments ?? []
  const text = (message ? getNodes(message) : []).find(
    (inner) =>
      ts.isStringLiteral(inner) ||
      ts.isNoSubstitutionTemplateLiteral(inner) ||
      ts.isTemplateExpression(inner),
  )
  return (text?.getText() ?? '')
    .slice(1, -1)
    .replace(/\$\{(\w+)\}/g, '`$1`')
    .replace(/\$\{[^}]*\}/g, '…')
}
