// Runs a local chain until Ctrl-C: `npm run chain`, `npm run chain -- --help`.
import { BaseError } from '../src/errors/base.ts'
import { type LocalChain, startLocalChain } from '../src/local/index.ts'
import { onceInterrupted } from './program/onceInterrupted.ts'
import { type OptionValues, runProgram } from './program/runProgram.ts'

const help = `Runs a local chain until Ctrl-C: anvil, EntryPoint 0.7 and 0.8, the contracts
of this package, and Alto in safe mode.

Usage: npm run chain -- [options]

  --block-time <seconds>  Time between blocks (default: 1)
  --bundler-port <port>   Port of Alto (default: a free one)
  --help                  Print this
  --json                  Print one JSON object when ready, and nothing else
  --no-bundler            Leave out Alto
  --port <port>           Port of anvil (default: a free one)
  --verbose               Show what anvil and Alto print`

const optionTypes = {
  'block-time': { type: 'string' },
  'bundler-port': { type: 'string' },
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  'no-bundler': { type: 'boolean' },
  port: { type: 'string' },
  verbose: { type: 'boolean' },
} as const

await runProgram({ help, options: optionTypes, run })

async function run(options: OptionValues<typeof optionTypes>) {
  const interrupted = new Promise<void>(onceInterrupted)
  const showProgress = process.stderr.isTTY && !options.json
  const started = performance.now()

  if (showProgress) process.stderr.write('Starting the local chain …')
  const starting = startLocalChain({
    // A bundler checks windows against the last block, which must not be old.
    blockTime: toNumber('--block-time', options['block-time']) ?? 1,
    bundler: !options['no-bundler'],
    logLevel: options.verbose ? 'info' : 'silent',
    ports: {
      alto: toNumber('--bundler-port', options['bundler-port']),
      anvil: toNumber('--port', options.port),
    },
  }).finally(() => {
    if (showProgress) process.stderr.write('\r\u001b[K')
  })

  const localChain = await Promise.race([starting, interrupted])
  if (!localChain) {
    const unfinished = await starting.catch(() => undefined)
    await unfinished?.stop()
    return
  }

  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  console.log(options.json ? toJson(localChain) : toTable(localChain, seconds))

  // The chain does not keep this process alive.
  const alive = setInterval(() => {}, 2 ** 30)
  const error = await Promise.race([interrupted, localChain.exited])
  clearInterval(alive)
  await localChain.stop()
  if (error) throw error
  if (!options.json) console.log('\nStopped.')
}

function toNumber(name: string, value: string | undefined) {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  throw new BaseError(`${name} takes a whole number, not "${value}".`)
}

function toJson(localChain: LocalChain) {
  const { accounts, bundlerUrl, chainId, contracts, entryPoints, rpcUrl } =
    localChain
  return JSON.stringify({
    accounts,
    bundlerUrl,
    chainId,
    contracts,
    entryPoints,
    rpcUrl,
  })
}

function toTable(localChain: LocalChain, seconds: string) {
  const { accounts, bundlerUrl, chainId, contracts, entryPoints, rpcUrl } =
    localChain
  const { policyStore, policyValidator, referenceAccountFactories, testToken } =
    contracts

  return [
    `Local chain, ready in ${seconds} s. Ctrl-C stops it.`,
    '',
    ...toRows([
      ['Node', rpcUrl],
      ['Bundler', bundlerUrl ?? 'none'],
      ['Chain id', String(chainId)],
    ]),
    '',
    'Contracts',
    ...toRows([
      ...Object.entries(entryPoints).map(
        ([version, address]) => [`EntryPoint ${version}`, address] as const,
      ),
      ['PolicyStore', policyStore],
      ['PolicyValidator', policyValidator],
      ...Object.entries(referenceAccountFactories).map(
        ([version, address]) =>
          [`Account factory ${version}`, address] as const,
      ),
      ['Test token (6 dec.)', testToken],
    ]),
    '',
    'Development keys: PUBLIC, never send real funds to them',
    ...toRows(
      Object.entries(accounts).flatMap(
        ([role, { address, privateKey }]) =>
          [
            [role, address],
            ['', privateKey],
          ] as const,
      ),
    ),
  ].join('\n')
}

function toRows(rows: readonly (readonly [string, string])[]) {
  return rows.map(([label, value]) => `  ${label.padEnd(20)} ${value}`)
}
