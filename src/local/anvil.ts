import { type LogLevel, toLineWriter } from './logLevel.ts'
import { type OptionalPackage, resolvePackageFile } from './packages.ts'
import { type Program, startProgram } from './processes.ts'

export type StartAnvilParameters = {
  chainId: number
  logLevel: LogLevel
  /** Port to listen on. A free one if `undefined`. */
  port: number | undefined
  /** Longest wait until it listens, in milliseconds. */
  timeout: number
  /** Time of the genesis block, in seconds. The present if `undefined`. */
  timestamp: number | undefined
}

const anvilPackage = {
  name: '@foundry-rs/anvil',
  spec: '@foundry-rs/anvil@1.7.1',
} as const satisfies OptionalPackage

/** Address that anvil listens on. */
export const anvilHost = '127.0.0.1'

/**
 * Starts anvil, the node.
 *
 * Runs the program itself and not the package's launcher, which would be one
 * process more to end. Without a port, anvil picks one and says which, so no
 * other program can take it in between.
 *
 * @param parameters - {@link StartAnvilParameters}
 * @returns Handle of the program. {@link Program}
 */
export function startAnvil(parameters: StartAnvilParameters): Program {
  const { chainId, logLevel, port, timeout, timestamp } = parameters

  return startProgram({
    args: [
      `--host=${anvilHost}`,
      `--port=${port ?? 0}`,
      `--chain-id=${chainId}`,
      '--color=never',
      ...(timestamp === undefined ? [] : [`--timestamp=${timestamp}`]),
    ],
    command: resolveAnvil(),
    name: 'anvil',
    onLine: toLineWriter('anvil', logLevel),
    readyPattern: /^Listening on .*:(\d+)$/,
    timeout,
  })
}

/**
 * Returns the path of the program, which is in a package for each platform.
 * Throws if it is not installed.
 */
export function resolveAnvil(): string {
  const launcher = resolvePackageFile(anvilPackage, 'package.json')
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `${anvilPackage.name}-${process.platform}-${architecture}`
  const file = process.platform === 'win32' ? 'bin/anvil.exe' : 'bin/anvil'
  return resolvePackageFile({ name, spec: anvilPackage.spec }, file, launcher)
}
