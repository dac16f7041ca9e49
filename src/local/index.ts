export type { LocalContracts } from './contracts.ts'
export {
  create2Deployer,
  type Deploy,
  type DeployParameters,
  predictAddress,
} from './deploy.ts'
export {
  type DevelopmentAccount,
  developmentAccounts,
} from './developmentAccounts.ts'
export { type EntryPointVersion, entryPointAddresses } from './entryPoints.ts'
export {
  DeploymentFailedError,
  type DeploymentFailedErrorType,
  EntryPointAddressMismatchError,
  type EntryPointAddressMismatchErrorType,
  PackageNotInstalledError,
  type PackageNotInstalledErrorType,
  PortTakenError,
  type PortTakenErrorType,
  ProgramExitedError,
  type ProgramExitedErrorType,
  ProgramStartTimeoutError,
  type ProgramStartTimeoutErrorType,
} from './errors.ts'
export {
  referenceAccountAbi,
  referenceAccountFactoryAbi,
  testTokenAbi,
} from './generated/contracts.ts'
export type { LogLevel } from './logLevel.ts'
export {
  type LocalChain,
  type StartLocalChainErrorType,
  type StartLocalChainParameters,
  startLocalChain,
} from './startLocalChain.ts'
