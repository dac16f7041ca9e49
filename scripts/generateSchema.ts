// Writes the JSON Schema of the policy document, derived from its zod schema.
//
// With `--check` nothing is written, and the exit code is 1 when the committed
// file differs from what would be written.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

import { policySchema } from '../src/policy/document/policySchema.ts'

const path = 'src/policy/policy.schema.json'

/** Formats as `npm run fix` would, so that the check of formatting agrees. */
function format(json: string): string {
  const biome = createRequire(import.meta.url).resolve(
    '@biomejs/biome/bin/biome',
  )
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [biome, 'format', `--stdin-file-path=${path}`],
    { encoding: 'utf8', input: json },
  )
  if (status !== 0) throw new Error(`biome format failed: ${stderr}`)
  return stdout
}

function getSchema(): string {
  const schema = z.toJSONSchema(policySchema, {
    io: 'input',
    target: 'draft-2020-12',
  })
  return format(
    JSON.stringify({
      ...schema,
      title: 'Policy document',
      description: 'See docs/policies.md.',
    }),
  )
}

const schema = getSchema()
const isCurrent = (() => {
  try {
    return readFileSync(path, 'utf8') === schema
  } catch {
    return false
  }
})()

if (process.argv.includes('--check')) {
  if (!isCurrent) {
    console.error(
      `${path} is not what the schema gives. Run \`node scripts/generateSchema.ts\` and commit the result.`,
    )
    process.exitCode = 1
  }
} else if (!isCurrent) {
  writeFileSync(path, schema)
  console.log(`Wrote ${path}`)
}
