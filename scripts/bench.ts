// Measures what a policy costs: `npm run bench`, `npm run bench -- --help`.
import { BaseError } from '../src/errors/base.ts'
import { startBench } from './bench/bench.ts'
import { printMarkdown, printText } from './bench/print.ts'
import type { Results } from './bench/results.ts'
import { runBench } from './bench/runBench.ts'
import { toTables } from './bench/tables.ts'
import { writePage } from './bench/writePage.ts'
import { type OptionValues, runProgram } from './program/runProgram.ts'

const help = `Measures the gas of operations under a policy on a local chain, beside the same
operations with a validator that checks one signature.

Usage: npm run bench -- [options]

  --help           Print this
  --json           Print one JSON object, and nothing else
  --sizes <list>   Numbers of recipients (default: 1,10,100,1000)
  --write          Put the results into docs/benchmarks.md

The exit code is 1 when something could not be measured. An aim that is missed
is told and nothing more.`

const optionTypes = {
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  sizes: { default: '1,10,100,1000', type: 'string' },
  write: { type: 'boolean' },
} as const

await runProgram({ help, options: optionTypes, run })

async function run(options: OptionValues<typeof optionTypes>) {
  const results = await measureAll(toSizes(options.sizes))
  const tables = toTables(results)
  if (options.write) writePage(tables.map(printMarkdown).join('\n'))
  console.log(
    options.json
      ? JSON.stringify(results, undefined, 2)
      : tables.map(printText).join('\n'),
  )
}

async function measureAll(sizes: readonly number[]): Promise<Results> {
  const showProgress = process.stderr.isTTY
  const bench = await startBench()
  try {
    return await runBench(bench, {
      onProgress: (what) => {
        if (showProgress) process.stderr.write(`\r\u001b[KMeasuring ${what}`)
      },
      sizes,
    })
  } finally {
    if (showProgress) process.stderr.write('\r\u001b[K')
    await bench.localChain.stop()
  }
}

function toSizes(list: string): readonly number[] {
  const sizes = list.split(',').map(Number)
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes
  throw new BaseError(
    `--sizes takes whole numbers with commas between them, not "${list}".`,
  )
}
