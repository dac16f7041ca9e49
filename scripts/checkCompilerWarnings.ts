// Fails when the compiler warned about this project's own Solidity.
//
// It reads what the last build recorded: a build that finds everything compiled
// already prints no warning again.
import { globSync, readFileSync } from 'node:fs'
import { type Diagnostic, isOwnDiagnostic } from './hardhat/compilerWarnings.ts'

const projectPrefix = 'project/'

type BuildInfo = {
  readonly input: {
    readonly sources: Readonly<Record<string, { readonly content: string }>>
  }
}
type BuildInfoOutput = {
  readonly output: { readonly errors?: readonly Diagnostic[] }
}

/** Whether the file is still what it was when the compiler saw it. */
function isCurrent(buildInfo: BuildInfo, { sourceLocation }: Diagnostic) {
  const file = sourceLocation?.file
  if (file === undefined || !file.startsWith(projectPrefix)) return true
  try {
    const content = readFileSync(file.slice(projectPrefix.length), 'utf8')
    return content === buildInfo.input.sources[file]?.content
  } catch {
    return false
  }
}

const warnings = new Set<string>()
const outputPaths = globSync('artifacts/build-info/*.output.json')
if (outputPaths.length === 0) {
  console.error('No build found. Run `npx hardhat build` first.')
  process.exit(1)
}
for (const outputPath of outputPaths) {
  const { output } = JSON.parse(
    readFileSync(outputPath, 'utf8'),
  ) as BuildInfoOutput
  const own = (output.errors ?? []).filter(isOwnDiagnostic)
  if (own.length === 0) continue

  const buildInfo = JSON.parse(
    readFileSync(outputPath.replace('.output.json', '.json'), 'utf8'),
  ) as BuildInfo
  for (const diagnostic of own)
    if (isCurrent(buildInfo, diagnostic))
      warnings.add(diagnostic.formattedMessage ?? diagnostic.message)
}

for (const warning of warnings) console.error(warning)
if (warnings.size > 0) {
  console.error(`The compiler gave ${warnings.size} warning(s).`)
  process.exit(1)
}
