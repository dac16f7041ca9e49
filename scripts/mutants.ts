// Plants one bug at a time in a copy of the contracts, and fails unless the
// invariant test finds it. Builds first: `node scripts/mutants.ts [part of a name]`
// takes the test as `npm test` has compiled it.
import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { type Mutant, mutants } from './mutants/mutants.ts'

const test = 'test/contracts/PolicyValidator.invariant.t.sol'
const validator = 'contracts/PolicyValidator.sol'
const copied = [
  'artifacts',
  'cache',
  'contracts',
  'hardhat.config.ts',
  'package.json',
  'scripts',
  'test/contracts',
  'tsconfig.json',
]
const workers = Number(process.env.WORKERS ?? 2)

function plant(directory: string, { file, find, replace }: Mutant) {
  const path = join(directory, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2)
    throw new Error(`${file} does not have this text once: ${find}`)
  writeFileSync(
    path,
    source.replace(find, () => replace),
  )
}

/** Runs Hardhat in the copy. */
function run(
  directory: string,
  args: readonly string[],
): Promise<{ passes: boolean; output: string }> {
  const hardhat = resolve('node_modules/hardhat/dist/src/cli.js')
  return new Promise((done) => {
    const child = spawn(process.execPath, [hardhat, ...args], {
      cwd: directory,
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      output += data
    })
    child.on('close', (code) => done({ passes: code === 0, output }))
  })
}

/** Tells found from survived; a copy that does not even compile is neither. */
async function judge(mutant: Mutant | undefined): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'mutant-'))
  try {
    for (const path of copied)
      cpSync(path, join(directory, path), { recursive: true })
    symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
    if (mutant) {
      plant(directory, mutant)
      const build = await run(directory, ['build', validator])
      if (!build.passes) throw new Error(build.output)
    }
    // The test takes the validator as it was built, and needs no compiler.
    const command = ['test', 'solidity', '--no-compile', test]
    const { output, passes } = await run(directory, command)
    if (!passes && !output.includes('1 failing')) throw new Error(output)
    return passes
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const [filter = ''] = process.argv.slice(2)
const queue = mutants.filter(({ name }) => name.includes(filter))
if (!(await judge(undefined))) {
  console.error('The test fails without any mutant.')
  process.exit(1)
}
const survivors: string[] = []
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const survived = await judge(mutant)
      if (survived) survivors.push(mutant.name)
      console.log(`${survived ? 'SURVIVED' : 'found   '} ${mutant.name}`)
    }
  }),
)
process.exitCode = survivors.length === 0 ? 0 : 1
