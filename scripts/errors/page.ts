import type {
  ErrorArgumentUnit,
  ErrorRow,
} from '../../src/errors/defineErrorRow.ts'
import { approvalErrorRows } from '../../src/errors/rows/approvalErrorRows.ts'
import { operationErrorRows } from '../../src/errors/rows/operationErrorRows.ts'
import { policyErrorRows } from '../../src/errors/rows/policyErrorRows.ts'
import { storeErrorRows } from '../../src/errors/rows/storeErrorRows.ts'
import { tierErrorRows } from '../../src/errors/rows/tierErrorRows.ts'
import { validatorErrorRows } from '../../src/errors/rows/validatorErrorRows.ts'
import {
  codeByAa,
  codeByName,
  codeByRpc,
} from '../../src/errors/upstreamCodes.ts'
import type { ErrorClass } from './errorClasses.ts'
import { intro } from './intro.ts'
import { getSignature, type SolidityError } from './solidityErrors.ts'

/** Page that lists the errors. */
export const page = 'docs/errors.md'

/** Longest line of a paragraph, in characters. */
const width = 120

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

/** Writes the page from the table and the classes. */
export function writePage(
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
