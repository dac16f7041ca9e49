// Writes docs/lint.md from the table of what lint finds.
//
// With `--check` nothing is written, and the exit code is 1 when the committed
// page differs from what would be written.
import { readFileSync, writeFileSync } from 'node:fs'

import {
  chainLintCodes,
  type LintCode,
  lintTable,
} from '../src/policy/lint/lintTable.ts'

const path = 'docs/lint.md'

function getRows(isChain: boolean): string {
  const codes = (Object.keys(lintTable) as LintCode[]).filter(
    (code) => chainLintCodes.includes(code) === isChain,
  )
  return [
    '| code | severity | when | what to do |',
    '| --- | --- | --- | --- |',
    ...codes.map((code) => {
      const { fix, severity, when } = lintTable[code]
      return `| \`${code}\` | ${severity} | ${when} | ${fix} |`.replace(
        / \{ (.*?) \}/g,
        ' `{ $1 }`',
      )
    }),
  ].join('\n')
}

const page = `# What lint finds

Generated from \`src/policy/lint/lintTable.ts\` by \`node scripts/generateLint.ts\`.

\`lintPolicy\` and \`lintPolicyOnChain\` list all findings at once, each with its code, its severity, its place in the document
(\`permissions[2].to\`), what is the matter, and what to do. An \`error\` will not work, or is dangerous whatever the owner means;
a \`warning\` is dangerous unless the owner means it; an \`info\` is good to know. No finding is no proof: lint knows neither what a
contract does nor what an owner wants. How to call them: [policy-tools.md](policy-tools.md).

## From the document

${getRows(false)}

## From the chain

${getRows(true)}
`

const isCurrent = (() => {
  try {
    return readFileSync(path, 'utf8') === page
  } catch {
    return false
  }
})()

if (process.argv.includes('--check')) {
  if (!isCurrent) {
    console.error(
      `${path} is not what the table gives. Run \`node scripts/generateLint.ts\` and commit the result.`,
    )
    process.exitCode = 1
  }
} else if (!isCurrent) {
  writeFileSync(path, page)
  console.log(`Wrote ${path}`)
}
