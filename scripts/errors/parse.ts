import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** Parses a TypeScript file. */
export function parse(file: string): ts.SourceFile {
  const source = readFileSync(file, 'utf8')
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
}

/** Returns the nodes of a file, the outer ones first. */
export function getNodes(node: ts.Node): readonly ts.Node[] {
  const nodes = [node]
  for (const inner of nodes)
    ts.forEachChild(inner, (child) => {
      nodes.push(child)
    })
  return nodes
}
