import {
  type Address,
  type Chain,
  createTestClient,
  defineChain,
  http,
} from 'viem'

import { altoHost, resolveAlto, startAlto } from './alto.ts'
import { anvilHost, resolveAnvil, startAnvil } from './anvil.ts'
import { deployContracts, type LocalContracts } from './contracts.ts'
import { type Deploy, toDeploy } from './deploy.ts'
import { developmentAccounts } from './developmentAccounts.ts'
import {
  type EntryPointVersion,
  entryPointAddresses,
  readEntryPoint,
} from './entryPoints.ts'
import {
  type DeploymentFailedErrorType,
  type EntryPointAddressMismatchErrorType,
  type PackageNotInstalledErrorType,
  type PortTakenErrorType,
  ProgramExitedError,
  type ProgramExitedErrorType,
  type ProgramStartTimeoutErrorType,
} from './errors.ts'
import type { LogLevel } from './logLevel.ts'
import { assertPortFree } from './ports.ts'
import type { Program } from './processes.ts'

export type StartLocalChainParameters<
  version extends EntryPointVersion = EntryPointVersion,
  bundler extends boolean = boolean,
> = {
  /**
   * Time between blocks, in whole seconds. Left out, each transaction is mined
   * at once.
   */
  blockTime?: number | undefined
  /** Whether to start Alto. @default true */
  bundler?: bundler | boolean | undefined
  /** @default 31337 */
  chainId?: number | undefined
  /** EntryPoints to deploy. @default ['0.7', '0.8'] */
  entryPointVersions?: readonly version[] | undefined
  /**
   * How much of what anvil and Alto print goes to standard error.
   * @default 'silent'
   */
  logLevel?: LogLevel | undefined
  /** Ports to listen on. @default free ones */
  ports?: { anvil?: number | undefined; alto?: number | undefined } | undefined
  /** Longest wait for each program to start, in ms. @default 30_000 */
  timeout?: number | undefined
  /**
   * Time of the genesis block, in seconds. @default the present
   *
   * Warning: Alto compares `validAfter` and `validUntil` with the clock of the
   * machine, so it refuses what such a chain would accept.
   */
  timestamp?: number | undefined
}

export type LocalChain<
  version extends EntryPointVersion = EntryPointVersion,
  bundler extends boolean = boolean,
> = {
  /** Funded accounts whose keys are public. */
  accounts: typeof developmentAccounts
  /** URL of the bundler, if there is one. */
  bundlerUrl: bundler extends true ? string : undefined
  chain: Chain
  chainId: number
  /** Contracts of this package. */
  contracts: LocalContracts<version>
  /**
   * Deploys a contract with CREATE2 at an address that its creation code and
   * salt determine. {@link Deploy}
   */
  deploy: Deploy
  /** Canonical addresses of the EntryPoints that were deployed. */
  entryPoints: Record<version, Address>
  /**
   * Resolves when the chain is gone: to `undefined` after `stop`, or to an
   * error if one of its programs ended by itself. Never rejects.
   */
  exited: Promise<ProgramExitedError | undefined>
  /** URL of the node. */
  rpcUrl: string
  /** Stops everything and resolves when it is gone. May be called again. */
  stop: () => Promise<void>
}

export type StartLocalChainErrorType =
  | DeploymentFailedErrorType
  | EntryPointAddressMismatchErrorType
  | PackageNotInstalledErrorType
  | PortTakenErrorType
  | ProgramExitedErrorType
  | ProgramStartTimeoutErrorType

/**
 * Starts a local chain: anvil, the canonical EntryPoints, the contracts of this
 * package, and Alto in safe mode.
 *
 * Everything that it starts ends with this process at the latest, and does not
 * keep this process alive.
 *
 * @param parameters - {@link StartLocalChainParameters}
 * @returns Chain that is ready to use. {@link LocalChain}
 *
 * @example
 * import { startLocalChain } from 'mandate/local'
 *
 * const localChain = await startLocalChain()
 * const client = createPublicClient({
 *   chain: localChain.chain,
 *   transport: http(localChain.rpcUrl),
 * })
 * await localChain.stop()
 */
export async function startLocalChain<
  const version extends EntryPointVersion = EntryPointVersion,
  const bundler extends boolean = true,
>(
  parameters: StartLocalChainParameters<version, bundler> = {},
): Promise<LocalChain<version, bundler>> {
  const {
    blockTime,
    bundler = true,
    chainId = 31_337,
    entryPointVersions = ['0.7', '0.8'] as readonly EntryPointVersion[],
    logLevel = 'silent',
    ports = {},
    timeout = 30_000,
    timestamp,
  } = parameters
  const versions = entryPointVersions as readonly version[]

  // Whatever is missing or taken is told before anything runs.
  const entryPoints = versions.map(readEntryPoint)
  resolveAnvil()
  await assertPortFree({
    host: anvilHost,
    port: ports.anvil,
    program: 'anvil',
  })
  if (bundler) {
    resolveAlto()
    await assertPortFree({ host: altoHost, port: ports.alto, program: 'Alto' })
  }

  const programs: Program[] = []
  const stopPrograms = async () => {
    await Promise.all(programs.map((program) => program.stop()))
  }

  try {
    const anvil = startAnvil({
      chainId,
      logLevel,
      port: ports.anvil,
      timeout,
      timestamp,
    })
    programs.push(anvil)
    const rpcUrl = `http://${anvilHost}:${await anvil.ready}`

    const chain = toChain({ chainId, rpcUrl })
    const client = createTestClient({
      cacheTime: 0,
      chain,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(rpcUrl),
    })
    if (logLevel === 'silent') await client.setLoggingEnabled(false)
    const deploy = toDeploy(client)
    await Promise.all(entryPoints.map(deploy))

    // Listed at once, so that it is stopped if the contracts fail meanwhile.
    const startBundler = async () => {
      const alto = startAlto({
        entryPoints: versions.map((version) => entryPointAddresses[version]),
        logLevel,
        port: ports.alto,
        rpcUrl,
        timeout,
      })
      programs.push(alto)
      return `http://127.0.0.1:${await alto.ready}`
    }
    const [contracts, bundlerUrl] = await Promise.all([
      deployContracts(deploy, { entryPointVersions: versions }),
      bundler ? startBundler() : undefined,
    ])
    if (blockTime !== undefined)
      await client.setIntervalMining({ interval: blockTime })

    let stopped = false
    const exited = Promise.race(
      programs.map(async (program) => {
        const { exitCode, output } = await program.exited
        return { exitCode, output, program: program.name }
      }),
    ).then(async (exit) => {
      const error = stopped ? undefined : new ProgramExitedError(exit)
      await stopPrograms()
      return error
    })
    const stop = async () => {
      stopped = true
      await stopPrograms()
    }

    return {
      accounts: developmentAccounts,
      bundlerUrl: bundlerUrl as LocalChain<version, bundler>['bundlerUrl'],
      chain,
      chainId,
      contracts,
      deploy,
      entryPoints: toEntryPoints(versions),
      exited,
      rpcUrl,
      stop,
    }
  } catch (error) {
    await stopPrograms()
    throw error
  }
}

function toEntryPoints<version extends EntryPointVersion>(
  versions: readonly version[],
) {
  const entries = versions.map((version): [version, Address] => [
    version,
    entryPointAddresses[version],
  ])
  return Object.fromEntries(entries) as Record<version, Address>
}

function toChain(parameters: { chainId: number; rpcUrl: string }): Chain {
  const { chainId, rpcUrl } = parameters
  return defineChain({
    id: chainId,
    name: 'Mandate local chain',
    nativeCurrency: { decimals: 18, name: 'Ether', symbol: 'ETH' },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: true,
  })
}
