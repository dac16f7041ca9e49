import type { Address, Hex } from 'viem'

import { BaseError } from '../errors/base.ts'

export type DeploymentFailedErrorType = DeploymentFailedError & {
  name: 'DeploymentFailedError'
}
export class DeploymentFailedError extends BaseError {
  constructor({
    address,
    details,
    salt,
  }: {
    /** Address that CREATE2 would have given to the contract. */
    address: Address
    /** What the node said. Its whole error would repeat the creation code. */
    details?: string | undefined
    salt: Hex
  }) {
    super('The contract could not be deployed on the local chain.', {
      details,
      docsPath: '/errors.md#deploymentfailederror',
      metaMessages: [`Address:  ${address}`, `Salt:     ${salt}`],
      name: 'DeploymentFailedError',
    })
  }
}

export type EntryPointAddressMismatchErrorType =
  EntryPointAddressMismatchError & { name: 'EntryPointAddressMismatchError' }
export class EntryPointAddressMismatchError extends BaseError {
  constructor({
    actual,
    entryPointVersion,
    expected,
    packageName,
  }: {
    /** Address that the installed bytecode leads to. */
    actual: Address
    entryPointVersion: string
    /** Canonical address of that version. */
    expected: Address
    /** Package that the bytecode was read from. */
    packageName: string
  }) {
    super(
      `The package "${packageName}" does not hold EntryPoint ${entryPointVersion}.`,
      {
        docsPath: '/errors.md#entrypointaddressmismatcherror',
        metaMessages: [
          'Its bytecode leads to another address than the canonical one.',
          '',
          `Expected:  ${expected}`,
          `Actual:    ${actual}`,
        ],
        name: 'EntryPointAddressMismatchError',
      },
    )
  }
}

export type PackageNotInstalledErrorType = PackageNotInstalledError & {
  name: 'PackageNotInstalledError'
}
export class PackageNotInstalledError extends BaseError {
  constructor({
    cause,
    installCommand,
    packageName,
  }: {
    cause?: Error | undefined
    /** Command that installs the package. */
    installCommand: string
    packageName: string
  }) {
    super(
      `The local chain needs the package "${packageName}", which is not installed.`,
      {
        cause,
        docsPath: '/errors.md#packagenotinstallederror',
        metaMessages: ['Install it with:', `  ${installCommand}`],
        name: 'PackageNotInstalledError',
      },
    )
  }
}

export type PortTakenErrorType = PortTakenError & { name: 'PortTakenError' }
export class PortTakenError extends BaseError {
  constructor({ port, program }: { port: number; program: string }) {
    super(`Port ${port}, asked for ${program}, is taken.`, {
      docsPath: '/errors.md#porttakenerror',
      metaMessages: [
        'Stop the program that listens there, or leave the port out to get a free one.',
      ],
      name: 'PortTakenError',
    })
  }
}

export type ProgramExitedErrorType = ProgramExitedError & {
  name: 'ProgramExitedError'
}
export class ProgramExitedError extends BaseError {
  constructor({
    exitCode,
    output,
    program,
  }: {
    /** Exit code, or null if a signal ended the program. */
    exitCode: number | null
    /** Last lines that the program printed. */
    output: readonly string[]
    program: string
  }) {
    super(`${program} ended by itself.`, {
      docsPath: '/errors.md#programexitederror',
      metaMessages: [
        exitCode === null
          ? 'A signal ended it.'
          : `Its exit code was ${exitCode}.`,
        ...quoteOutput(output),
      ],
      name: 'ProgramExitedError',
    })
  }
}

export type ProgramStartTimeoutErrorType = ProgramStartTimeoutError & {
  name: 'ProgramStartTimeoutError'
}
export class ProgramStartTimeoutError extends BaseError {
  constructor({
    output,
    program,
    timeout,
  }: {
    /** Last lines that the program printed. */
    output: readonly string[]
    program: string
    /** Longest wait, in milliseconds. */
    timeout: number
  }) {
    super(`${program} was not ready within ${timeout} ms.`, {
      docsPath: '/errors.md#programstarttimeouterror',
      metaMessages: quoteOutput(output),
      name: 'ProgramStartTimeoutError',
    })
  }
}

function quoteOutput(output: readonly string[]) {
  if (output.length === 0) return ['It printed nothing.']
  return ['It printed last:', ...output.map((line) => `  ${line}`)]
}
