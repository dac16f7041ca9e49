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

import { releasedContracts } from '../hardhat/releasedContracts.ts'
import { ghostModel, type Mutant } from './mutant.ts'

/** What the contracts and their tests are made of. */
const copied = [
  'artifacts',
  'cache',
  'contracts',
  'examples',
  'hardhat.config.ts',
  'package.json',
  'scripts',
  'src',
  'test',
  'tsconfig.json',
  'types',
]

type Run = { readonly passes: boolean; readonly output: string }

function run(directory: string, args: readonly string[]): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: directory })
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

async function mustRun(directory: string, args: readonly string[]) {
  const { output, passes } = await run(directory, args)
  if (!passes) throw new Error(output)
}

const hardhat = resolve('node_modules/hardhat/dist/src/cli.js')
const isSolidity = (test: string) => test.endsWith('.sol')

/**
 * Released contracts that are compiled from the file. Not the lens: it works out
 * again what the validator does, and must not share the bug.
 */
function findReleased(file: string): string[] {
  return releasedContracts
    .filter(({ name, source }) => {
      if (name === 'PolicyLens') return false
      const read = (path: string) =>
        JSON.parse(readFileSync(`artifacts/${path}.json`, 'utf8'))
      const { buildInfoId } = read(`${source}/${name}`)
      return (
        `project/${file}` in read(`build-info/${buildInfoId}`).input.sources
      )
    })
    .map(({ source }) => source)
}

/** Plants the bug, and compiles anew what it is in. */
async function plant(directory: string, mutant: Mutant) {
  const { file, find, replace, tests = [ghostModel] } = mutant
  const path = join(directory, file)
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(find, () => replace),
  )
  // A Solidity test has libraries in its own code. The ghost model has none: it
  // takes the contracts as they were built.
  const own = tests.filter((test) => isSolidity(test) && test !== ghostModel)
  const released = own.length === tests.length ? [] : findReleased(file)
  await mustRun(directory, [hardhat, 'build', ...released, ...own])
  // Some tests deploy what is committed to `src`.
  if (released.length > 0)
    await mustRun(directory, ['scripts/generateContracts.ts'])
}

/** Whether all tests pass. Neither, where they could not run. */
async function test(directory: string, tests: readonly string[]) {
  const kinds = [
    // Few histories of the ghost model show a bug.
    {
      files: tests.filter(isSolidity),
      kind: ['solidity', '--test-profile', 'short'],
    },
    {
      files: tests.filter((test) => !isSolidity(test)),
      kind: ['mocha', '--bail'],
    },
  ]
  for (const { files, kind } of kinds) {
    if (files.length === 0) continue
    const args = [hardhat, 'test', ...kind, '--no-compile', ...files]
    const { output, passes } = await run(directory, args)
    if (!passes && !/[1-9]\d* failing/.test(output)) throw new Error(output)
    if (!passes) return false
  }
  return true
}

async function inCopy<value>(
  judge: (directory: string) => Promise<value>,
): Promise<value> {
  const directory = mkdtempSync(join(tmpdir(), 'mutant-'))
  try {
    for (const path of copied)
      cpSync(path, join(directory, path), { recursive: true })
    symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
    return await judge(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Whether the tests pass with this bug. One that does not compile throws. */
export function survives(mutant: Mutant): Promise<boolean> {
  return inCopy(async (directory) => {
    await plant(directory, mutant)
    return test(directory, mutant.tests ?? [ghostModel])
  })
}

/** Whether every test that has to find one of the bugs passes without any. */
export function passesWithout(mutants: readonly Mutant[]): Promise<boolean> {
  const tests = mutants.flatMap(({ tests = [ghostModel] }) => tests)
  return inCopy((directory) => test(directory, [...new Set(tests)]))
}
