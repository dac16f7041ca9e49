import { existsSync, globSync, readFileSync } from 'node:fs'

import type { ErrorRow } from '../../src/errors/defineErrorRow.ts'
import { errorTable } from '../../src/errors/errorTable.ts'
import { nextSteps } from '../../src/errors/nextSteps.ts'
import { codeByName } from '../../src/errors/upstreamCodes.ts'
import { readAssertions } from './assertions.ts'
import type { ErrorClass } from './errorClasses.ts'
import { page } from './page.ts'
import { getSignature, type SolidityError } from './solidityErrors.ts'

/** Compares contracts, tests, classes and page with the table. */
export function findFaults(
  errors: ReadonlyMap<string, SolidityError>,
  classes: readonly ErrorClass[],
  expected: string,
): readonly string[] {
  const written = existsSync(page) ? readFileSync(page, 'utf8') : ''
  const anchors = readAnchors(page)
  const faults = [
    ...findRowFaults(errors, anchors),
    ...findClassFaults(classes, anchors),
    ...findNameFaults(),
  ]
  if (written !== expected)
    faults.push(`${page} is not what the table says. Run with --write.`)
  return faults
}

function findRowFaults(
  errors: ReadonlyMap<string, SolidityError>,
  anchors: ReadonlySet<string>,
): readonly string[] {
  const faults: string[] = []
  const rows = Object.entries<ErrorRow>(errorTable)
  const assertions = readAssertions(errors)

  for (const error of errors.values()) {
    const own = rows.filter(([, { solidity }]) => solidity === error.name)
    if (own.length !== 1)
      faults.push(`${error.name} has ${own.length} rows in the error table.`)
    for (const [code, row] of rows) {
      if (row.solidity !== error.name && row.refines !== error.name) continue
      const names = error.parameters.map(({ name }) => name).join(', ')
      if (Object.keys(row.arguments).join(', ') !== names)
        faults.push(`${code} has not the arguments of ${getSignature(error)}.`)
    }
    const tests = assertions.filter(({ name }) => name === error.name)
    if (tests.length === 0)
      faults.push(`${error.name} has no negative test with its arguments.`)
    for (const { count = error.parameters.length, place } of tests)
      if (count !== error.parameters.length)
        faults.push(`${place} is not for ${getSignature(error)}.`)
  }
  for (const [code, { refines, solidity }] of rows) {
    if (!anchors.has(code.toLowerCase()))
      faults.push(`${code} has no entry in ${page}.`)
    for (const name of [solidity, refines])
      if (name && !errors.has(name))
        faults.push(`${code} stands for ${name}, which no interface declares.`)
  }
  return faults
}

function findClassFaults(
  classes: readonly ErrorClass[],
  anchors: ReadonlySet<string>,
): readonly string[] {
  return classes.flatMap(({ docsPath, file, name }) => {
    const [target = '', anchor] = docsPath.split('#')
    const other = `docs${target}`
    const isThere =
      existsSync(other) && (!anchor || readAnchors(other).has(anchor))
    return [
      ...(codeByName[name] ? [] : [`${name} has no code in upstreamCodes.ts.`]),
      ...(anchors.has(name.toLowerCase())
        ? []
        : [`${name} has no entry in ${page}.`]),
      ...(isThere
        ? []
        : [`${file}: ${name} leads to ${docsPath}, which is not there.`]),
      ...(other === page && anchor !== name.toLowerCase()
        ? [`${file}: ${name} leads to ${docsPath}, which is not its own entry.`]
        : []),
    ]
  })
}

/** Finds names in required actions that no tool and no export has. */
function findNameFaults(): readonly string[] {
  const known = new Set(
    [
      'src/index.ts',
      'src/bundler/index.ts',
      ...globSync('src/mcp/tools/*Tool.ts'),
    ].flatMap((file) => readFileSync(file, 'utf8').match(/\w+/g) ?? []),
  )
  return Object.values(nextSteps)
    .flatMap((text) => [...text.matchAll(/`(\w+)`/g)])
    .flatMap(([, name = '']) =>
      known.has(name)
        ? []
        : [`nextSteps.ts names ${name}, which is not there.`],
    )
}

/** Returns the anchors of a page's headings. */
function readAnchors(file: string): ReadonlySet<string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replace(/ /g, '-'),
    ),
  )
}
