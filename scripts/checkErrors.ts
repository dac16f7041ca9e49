// Checks that the error vocabulary is whole: every Solidity error has one row
// in the table, with its own arguments in their order, one entry in
// docs/errors.md and one negative test that asserts its arguments; every error
// class has a code, an entry and a link that leads there; and every name that
// a required action gives exists.
//
// With `--write`, docs/errors.md is written anew from the table first.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'

import ts from 'typescript'
import type {
  ErrorArgumentUnit,
  ErrorRow,
} from '../src/errors/defineErrorRow.ts'
import { errorTable } from '../src/errors/errorTable.ts'
import { nextSteps } from '../src/errors/nextSteps.ts'
import { approvalErrorRows } from '../src/errors/rows/approvalErrorRows.ts'
import { operationErrorRows } from '../src/errors/rows/operationErrorRows.ts'
import { policyErrorRows } from '../src/errors/rows/policyErrorRows.ts'
import { storeErrorRows } from '../src/errors/rows/storeErrorRows.ts'
import { tierErrorRows } from '../src/errors/rows/tierErrorRows.ts'
import { validatorErrorRows } from '../src/errors/rows/validatorErrorRows.ts'
import { codeByAa, codeByName, codeByRpc } from '../src/errors/upstreamCodes.ts'

const page = 'docs/errors.md'
const width = 120
const superKeyword = ts.SyntaxKind.SuperKeyword

/** An error class of the package, other than `PolicyError`. */
type ErrorClass = {
  /** Page and heading that its message leads to. */
  readonly docsPath: string
  readonly file: string
  readonly name: string
  /** When it is thrown, for people. */
  readonly text: string
}

/** Place in a test that says with which arguments an error is raised. */
type Assertion = {
  /** How many arguments; undefined where only a run can tell. */
  readonly count?: number | undefined
  readonly name: string
  readonly place: string
}

type SolidityError = {
  readonly file: string
  readonly name: string
  readonly parameters: readonly {
    readonly name: string
    readonly type: string
  }[]
}

const units: { readonly [unit in ErrorArgumentUnit]: string } = {
  address: 'address',
  amount: 'base units of the asset',
  asset: 'address of a token; zero for what has none',
  bytes: 'number of bytes',
  cap: "index of a cap that a lever shows; the number of the policy's limits where it shows more or fewer; 2^256 - 1 for the policy's last second",
  charge: '`period(128) ‖ amount(128)`, the amount in base units',
  count: 'number',
  gas: 'units of gas',
  gasPrice: 'wei for a unit of gas',
  hash: '32 bytes',
  index: 'position, from 0',
  limit: "index of a limit in the policy; 2^256 - 1 for the day's gas budget",
  offset: 'position in bytes, from 0',
  op: 'number of a condition in the policy format; 0 for a switch',
  rule: "offset of a rule in the policy's bytes; 0 where no rule was found",
  seconds: 'seconds',
  section: 'number of a section in the policy format',
  selector: '4 bytes',
  text: "somebody else's words",
  time: 'Unix seconds',
  wei: 'wei',
  word: 'bytes as they were found',
}

const intro = `# Errors

Generated from the table in \`src/errors\` by \`scripts/checkErrors.ts --write\`.

Whatever is refused or fails, SDK and MCP server say in one object: \`PolicyError\` in code, and what its \`toJSON()\` returns everywhere else.

| field | what it says |
| --- | --- |
| \`code\` | one of the codes below; stable, and never reused |
| \`category\` | what kind of thing went wrong |
| \`message\` | the code in brackets, then one sentence with human and exact amounts |
| \`requiredAction\` | what would let it pass |
| \`retryable\` | whether the agent may try again without anybody else acting |
| \`retry\` | how: see below |
| \`retryAfter\` | first second (Unix) at which a retry may pass |
| \`actor\` | who has to act: \`agent\`, \`owner\` or \`operator\` |
| \`phase\` | where it was found out: \`input\`, \`preflight\`, \`estimate\`, \`validation\`, \`execution\` or \`inclusion\` |
| \`ownerMessage\` | the owner's own words for the rule or limit (\`onDeny\` in the policy document) |
| \`details\` | the arguments by name; integers as decimal strings, amounts in base units; \`formatted\` has them in human units |
| \`source\` | where it was read from: the Solidity error, the EntryPoint's code, the JSON-RPC code, the revert data |
| \`userOpHash\`, \`transactionHash\` | the operation, where there is one |
| \`violations\` | everything that a dry run found |

| category | means |
| --- | --- |
| \`policy\` | forbidden until the owner changes the policy or the request changes |
| \`limit\` | forbidden for now; time clears it |
| \`validation\` | malformed: correct it |
| \`auth\` | this key or caller may not do it at all |
| \`flow\` | something has to be done or rebuilt first |
| \`funds\` | money is missing |
| \`execution\` | allowed, but a call failed, or the outcome is not known |
| \`upstream\` | a node, a bundler or a paymaster failed |
| \`not_available\` | not offered here |
| \`internal\` | a fault of this package or its contracts |

| retry | means |
| --- | --- |
| \`never\` | not as it is |
| \`same\` | the same request after a short pause |
| \`rebuild\` | a freshly prepared operation for the same calls |
| \`after\` | a freshly prepared operation, from \`retryAfter\` on |
| \`reconcile\` | look up what became of the first attempt; do not resend |

Words that others have said (a call's target, a bundler, a node) are quoted and cut short. They are no instructions.
`

const chapters: readonly {
  readonly rows: { readonly [code: string]: ErrorRow }
  readonly text: string
  readonly title: string
}[] = [
  {
    rows: policyErrorRows,
    text: 'Why the module denies an operation. A denial reverts in validation: nothing lands, and it costs the account nothing.',
    title: 'Denials',
  },
  {
    rows: tierErrorRows,
    text: 'Why the module denies an operation that has to be announced or approved, and what it refuses about announcements.',
    title: 'Tiers',
  },
  {
    rows: approvalErrorRows,
    text: 'What goes wrong with requests for approval before anything reaches the chain. [Approvals](approvals.md) has the details.',
    title: 'Requests for approval',
  },
  {
    rows: operationErrorRows,
    text: 'What goes wrong around the contracts: EntryPoint, bundler, paymaster, node, the targets of the calls, the input.',
    title: 'Operations',
  },
  {
    rows: validatorErrorRows,
    text: 'Why the module refuses an act of the owner, sent or signed.',
    title: 'Acts of the owner',
  },
  {
    rows: storeErrorRows,
    text: 'Why the store refuses to publish a policy or a set. [The policy format](policy-format.md) has the details.',
    title: 'Publishing',
  },
]

/** Reads the errors that an interface declares. */
function readSolidityErrors(file: string): readonly SolidityError[] {
  const source = readFileSync(file, 'utf8')
    .replace(/\/\/.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
  return [...source.matchAll(/\berror\s+(\w+)\s*\(([^)]*)\)\s*;/g)].map(
    ([, name = '', list = '']) => ({
      file,
      name,
      parameters: list
        .split(',')
        .map((parameter) => parameter.trim().split(/\s+/))
        .filter(([type]) => type)
        .map(([type = '', parameter = '']) => ({ name: parameter, type })),
    }),
  )
}

/** Breaks a paragraph into lines. */
function wrap(text: string): string {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join('\n')
}

function getSignature({ name, parameters }: SolidityError): string {
  const list = parameters.map(
    (parameter) => `${parameter.type} ${parameter.name}`,
  )
  return `${name}(${list.join(', ')})`
}

/** Writes what the page says of one code. */
function describeRow(
  code: string,
  row: ErrorRow,
  errors: ReadonlyMap<string, SolidityError>,
): string {
  const names = Object.keys(row.arguments)
  const placeholders = Object.fromEntries(
    names.map((name) => [name, `\`${name}\``]),
  )
  const sentence = row.sentence(placeholders)
  const solidity = errors.get(row.solidity ?? row.refines ?? '')
  const upstream = [
    ...Object.entries(codeByAa),
    ...Object.entries(codeByRpc),
  ].flatMap(([from, to]) => (to === code ? [from] : []))

  return [
    `### ${code}`,
    [
      `\`${row.category}\``,
      `retry \`${row.retry}\`${row.retryAfter ? ` from \`${row.retryAfter}\`` : ''}`,
      `for the ${row.actor} to act`,
      `found in ${row.phase}`,
    ].join(' · '),
    wrap(row.when),
    ...(sentence === row.when ? [] : [wrap(`Says: ${sentence}`)]),
    wrap(`What to do: ${row.requiredAction(placeholders)}`),
    ...(solidity
      ? [
          `${row.refines ? 'Special case of' : 'Solidity'}: \`${getSignature(solidity)}\``,
        ]
      : []),
    ...(upstream.length > 0
      ? [`Answered as: ${upstream.map((from) => `\`${from}\``).join(', ')}`]
      : []),
    ...(names.length > 0
      ? [
          [
            '| argument | unit |',
            '| --- | --- |',
            ...Object.entries(row.arguments).map(
              ([name, unit]) => `| \`${name}\` | ${units[unit]} |`,
            ),
          ].join('\n'),
        ]
      : []),
  ].join('\n\n')
}

/** Parses a TypeScript file. */
function parse(file: string): ts.SourceFile {
  const source = readFileSync(file, 'utf8')
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
}

/** Returns the nodes of a file, the outer ones first. */
function getNodes(node: ts.Node): readonly ts.Node[] {
  const nodes = [node]
  for (const inner of nodes)
    ts.forEachChild(inner, (child) => {
      nodes.push(child)
    })
  return nodes
}

/** Finds the classes that lead to a page of the docs. */
function readErrorClasses(): readonly ErrorClass[] {
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

/** Writes what the page says of the classes that are no `PolicyError`. */
function describeClasses(classes: readonly ErrorClass[]): string {
  return classes
    .map(({ name, text }) => {
      const code = codeByName[name]
      return [
        `### ${name}`,
        wrap(text),
        ...(code ? [`Becomes: [\`${code}\`](#${code.toLowerCase()})`] : []),
      ].join('\n\n')
    })
    .sort()
    .join('\n\n')
}

function writePage(
  errors: ReadonlyMap<string, SolidityError>,
  classes: readonly ErrorClass[],
): string {
  return `${[
    intro.trimEnd(),
    ...chapters.flatMap(({ rows, text, title }) => [
      `## ${title}`,
      wrap(text),
      ...Object.entries(rows).map(([code, row]) =>
        describeRow(code, row, errors),
      ),
    ]),
    '## Classes',
    wrap(
      'Errors of the package that have a class of their own. `toPolicyError` turns them into one of the codes above.',
    ),
    describeClasses(classes),
  ].join('\n\n')}\n`
}

/** Finds what a test asserts about errors. */
function readAssertions(
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

function findFaults(
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
  // The vectors in test/errors only show that the error can be read.
  const assertions = globSync('test/**/*.{ts,sol}')
    .filter((file) => !file.startsWith('test/errors/'))
    .sort()
    .flatMap((file) => readAssertions(file, errors))

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

const errors = new Map(
  ['IPolicyErrors', 'IPolicyStore', 'IPolicyValidator']
    .flatMap((name) => readSolidityErrors(`contracts/interfaces/${name}.sol`))
    .map((error) => [error.name, error]),
)
const classes = readErrorClasses()
const expected = writePage(errors, classes)
if (process.argv.includes('--write')) writeFileSync(page, expected)

const faults = findFaults(errors, classes, expected)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
