// Plants one bug at a time in a copy of the project, and fails unless the tests
// that the bug names find it. Build first: `node scripts/mutants.ts [part of a
// name, or a law]` takes what no bug is in as `hardhat build` has compiled it.
// `WORKERS` says how many bugs are judged at once: 2, unless it is set.
//
// With `--check` nothing is planted: it fails when a bug cannot be.
import { checkMutants } from './mutants/checkMutants.ts'
import { passesWithout, survives } from './mutants/judgeMutants.ts'
import { mutants } from './mutants/list.ts'

const workers = Number(process.env.WORKERS ?? 2)

const since = (start: number) => `${Math.round((Date.now() - start) / 1000)} s`

function printFaults(): boolean {
  const faults = checkMutants(mutants)
  for (const fault of faults) console.error(fault)
  return faults.length > 0
}

/** Judges every mutant, and says which have survived. */
async function judge(queue: typeof mutants): Promise<string[]> {
  const waiting = [...queue]
  const survivors: string[] = []
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const start = Date.now()
        const survived = await survives(next)
        const { law, name } = next
        if (survived) survivors.push(name)
        const verdict = survived ? 'SURVIVED' : 'found   '
        console.log(`${verdict} ${law.padEnd(6)} ${name} (${since(start)})`)
      }
    }),
  )
  return survivors
}

async function main(filter: string): Promise<boolean> {
  const start = Date.now()
  const chosen = mutants.filter(
    ({ law, name }) => law === filter || name.includes(filter),
  )
  if (!(await passesWithout(chosen))) {
    console.error('The tests fail without any mutant.')
    return false
  }
  const survivors = await judge(chosen)
  const found = chosen.length - survivors.length
  console.log(`${found} of ${chosen.length} found in ${since(start)}.`)
  return survivors.length === 0
}

const [argument = ''] = process.argv.slice(2)
const succeeds =
  !printFaults() && (argument === '--check' || (await main(argument)))
process.exitCode = succeeds ? 0 : 1
