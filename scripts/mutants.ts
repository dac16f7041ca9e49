// Plants bugs that the tests have to find: `npm run mutants -- --help`.
import { BaseError } from '../src/errors/base.ts'
import { checkMutants } from './mutants/checkMutants.ts'
import { passesWithout, survives } from './mutants/judgeMutants.ts'
import { mutants } from './mutants/list.ts'
import type { Mutant } from './mutants/mutant.ts'
import { runProgram } from './program/runProgram.ts'

const help = `Plants bugs in copies of the project, one at a time. What no bug is in is taken
as it is built: run npx hardhat build first.

Usage: npm run mutants -- [options]

  --check          Plant nothing: look whether every bug can still be planted
  --help           Print this
  --only <text>    Those of a law (INV-3), or with this in their name
  --workers <n>    How many are judged at once (default: 2)

The exit code is 1 when the tests that a bug names do not find it.`

await runProgram({
  help,
  options: {
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
  run: async ({ check, only, workers }) => {
    const faults = checkMutants(mutants)
    for (const fault of faults) console.error(fault)
    if (faults.length > 0) return 1
    if (check) return 0
    return (await judge(choose(only), toCount(workers))) ? 0 : 1
  },
})

function choose(only: string): readonly Mutant[] {
  const chosen = mutants.filter(
    ({ law, name }) => law === only || name.includes(only),
  )
  if (chosen.length === 0)
    throw new BaseError(`--only: no law and no bug is named "${only}".`)
  return chosen
}

function toCount(workers: string): number {
  if (/^[1-9]\d?$/.test(workers)) return Number(workers)
  throw new BaseError(`--workers takes 1 to 99, not "${workers}".`)
}

/** Judges each of the bugs, and returns whether all were found. */
async function judge(
  chosen: readonly Mutant[],
  workers: number,
): Promise<boolean> {
  const start = Date.now()
  if (!(await passesWithout(chosen)))
    throw new BaseError('The tests fail without any bug.')
  console.log(`Tests pass without a bug (${since(start)})`)

  const waiting = [...chosen]
  let found = 0
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const begun = Date.now()
      const survived = await survives(next)
      if (!survived) found += 1
      const verdict = survived ? 'SURVIVED' : 'found   '
      console.log(`${verdict} ${next.law} ${next.name} (${since(begun)})`)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  console.log(`${found} of ${chosen.length} found (${since(start)})`)
  return found === chosen.length
}

function since(start: number): string {
  return `${Math.round((Date.now() - start) / 1000)} s`
}
