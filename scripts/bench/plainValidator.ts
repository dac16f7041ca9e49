import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Hex } from 'viem'

import { BuildFailedError } from './errors.ts'

const root = new URL('../../', import.meta.url)
const artifact = new URL(
  'artifacts/contracts/mocks/PlainValidatorMock.sol/PlainValidatorMock.json',
  root,
)
const hardhat = new URL('node_modules/hardhat/dist/src/cli.js', root)

/**
 * Returns the creation code of the validator to compare with, and compiles it
 * if that was not done yet. It is no part of the package, so it is not among
 * the code committed to `src`.
 */
export function readPlainValidator(): Hex {
  if (!existsSync(artifact)) build()
  const { bytecode } = JSON.parse(readFileSync(artifact, 'utf8')) as {
    bytecode: Hex
  }
  return bytecode
}

function build(): void {
  const { status } = spawnSync(
    process.execPath,
    [fileURLToPath(hardhat), 'build'],
    // Standard output is for the results alone.
    { cwd: root, stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) throw new BuildFailedError()
}
