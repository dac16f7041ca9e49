import { dirname, join } from 'node:path'
import type { Address } from 'viem'

import { bundlerAccounts } from './developmentAccounts.ts'
import { type LogLevel, toLineWriter } from './logLevel.ts'
import { type OptionalPackage, resolvePackageFile } from './packages.ts'
import { type Program, startProgram } from './processes.ts'

export type StartAltoParameters = {
  entryPoints: readonly Address[]
  logLevel: LogLevel
  /** Port to listen on. A free one if `undefined`. */
  port: number | undefined
  /** Node to bundle for. */
  rpcUrl: string
  /** Longest wait until it listens, in milliseconds. */
  timeout: number
}

const altoPackage = {
  name: '@pimlico/alto',
  spec: '@pimlico/alto@0.0.18',
} as const satisfies OptionalPackage

/** Address that Alto listens on. It has no option for it. */
export const altoHost = '0.0.0.0'

/** Returns the path of Alto's command. Throws if it is not installed. */
export function resolveAlto(): string {
  return join(dirname(resolvePackageFile(altoPackage)), 'cli', 'alto.js')
}

/**
 * Starts Alto, the bundler, in safe mode: it refuses every UserOperation that
 * breaks the validation rules of ERC-7562.
 *
 * Its EntryPoints have to be deployed before. Warning: other machines on the
 * network can reach it.
 *
 * @param parameters - {@link StartAltoParameters}
 * @returns Handle of the program. {@link Program}
 */
export function startAlto(parameters: StartAltoParameters): Program {
  const { entryPoints, logLevel, port, rpcUrl, timeout } = parameters

  return startProgram({
    args: [
      resolveAlto(),
      'run',
      `--entrypoints=${entryPoints.join(',')}`,
      `--executor-private-keys=${bundlerAccounts.executor.privateKey}`,
      `--utility-private-key=${bundlerAccounts.utility.privateKey}`,
      `--rpc-url=${rpcUrl}`,
      `--port=${port ?? 0}`,
      '--safe-mode=true',
      '--min-executor-balance=0',
      '--max-bundle-interval=100',
      '--polling-interval=100',
      '--enable-debug-endpoints=true',
      '--json=true',
      `--log-level=${logLevel === 'silent' ? 'error' : logLevel}`,
      // It tells its port at this level.
      '--rpc-log-level=info',
    ],
    command: process.execPath,
    name: 'Alto',
    onLine: toLineWriter('alto', logLevel),
    readyPattern: /Server listening at http:\/\/[^"]+:(\d+)/,
    timeout,
  })
}
