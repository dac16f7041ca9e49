// Plays the demo on a local chain: `npm run demo`, `npm run demo -- --help`.
import { fileURLToPath } from 'node:url'

import { startLocalChain } from '../src/local/startLocalChain.ts'
import { createReport } from './demo/createReport.ts'
import { playDemo } from './demo/playDemo.ts'
import { readDemoPolicy } from './demo/readDemoPolicy.ts'
import { onceInterrupted } from './program/onceInterrupted.ts'
import { type OptionValues, runProgram } from './program/runProgram.ts'

const help = `Plays the demo: an owner grants an agent a policy on a real local chain, and
the agent, through the MCP server, pays what it may and tries what it may not.

Usage: npm run demo -- [options]

  --help           Print this
  --json           Print one JSON object, { ok, steps }, and nothing else
  --policy <file>  Policy to grant (default: examples/demo/policy.yaml)

The exit code is 1 if anything happens that is not expected.`

const optionTypes = {
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  policy: { type: 'string' },
} as const

const interruptedCode = 130

await runProgram({ help, options: optionTypes, run })

async function run(options: OptionValues<typeof optionTypes>): Promise<number> {
  const {
    json = false,
    policy = fileURLToPath(
      new URL('../examples/demo/policy.yaml', import.meta.url),
    ),
  } = options
  const document = readDemoPolicy(policy)
  const report = createReport(json ? undefined : (line) => console.log(line))
  const started = performance.now()

  let isInterrupted = false
  const interrupted = new Promise<void>((resolve) => {
    const interrupt = () => {
      isInterrupted = true
      resolve()
    }
    onceInterrupted(interrupt)
    // Nobody reads on, as behind `| head`.
    process.stdout.on('error', interrupt)
  })

  const localChain = await startLocalChain()
  try {
    if (isInterrupted) return interruptedCode
    report.say(
      `A local chain at ${localChain.rpcUrl}: anvil, EntryPoint 0.7, and Alto as bundler in safe mode. Ready in ${getSeconds(started)} s.`,
    )
    const play = playDemo(localChain, document, report)
    await Promise.race([play, interrupted])
    if (isInterrupted) {
      await localChain.stop()
      // It ends soon, for want of a chain, and takes its server and files along.
      await play.catch(() => {})
      return interruptedCode
    }
  } finally {
    await localChain.stop()
  }

  const { steps } = report
  const failed = steps.filter(({ ok }) => !ok).length
  const ok = failed === 0
  if (json) console.log(JSON.stringify({ ok, steps }, null, 2))
  else
    console.log(
      `\n  ${ok ? `All ${steps.length} steps went as expected` : `${failed} of ${steps.length} steps did not go as expected`}, in ${getSeconds(started)} s.`,
    )
  return ok ? 0 : 1
}

function getSeconds(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1)
}
