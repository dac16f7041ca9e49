/** Contract whose code or ABI is committed to `src`. */
export type ReleasedContract = {
  readonly name: string
  readonly source: string
  /** File of `src` that receives it: the package itself, or its local chain. */
  readonly target: 'constants' | 'local'
  readonly hasCreationCode: boolean
  /** How often the optimizer assumes each opcode to run. @default 1_000_000 */
  readonly optimizerRuns?: number
}

/**
 * Contracts whose code or ABI is committed to `src`.
 *
 * Hardhat compiles each of them alone, so that its bytecode does not depend on
 * which other files happened to be compiled in the same run.
 */
export const releasedContracts: readonly ReleasedContract[] = [
  {
    name: 'PolicyStore',
    source: 'contracts/PolicyStore.sol',
    target: 'constants',
    hasCreationCode: true,
  },
  {
    name: 'PolicyValidator',
    source: 'contracts/PolicyValidator.sol',
    target: 'constants',
    hasCreationCode: true,
    // More runs make it a third larger and one percent cheaper.
    optimizerRuns: 200,
  },
  {
    name: 'PolicyLens',
    source: 'contracts/PolicyLens.sol',
    target: 'constants',
    hasCreationCode: true,
    optimizerRuns: 200,
  },
  {
    name: 'ReferenceAccount',
    source: 'contracts/accounts/ReferenceAccount.sol',
    target: 'local',
    hasCreationCode: false,
  },
  {
    name: 'ReferenceAccountFactory',
    source: 'contracts/accounts/ReferenceAccountFactory.sol',
    target: 'local',
    hasCreationCode: true,
  },
  {
    name: 'TestToken',
    source: 'contracts/mocks/TestToken.sol',
    target: 'local',
    hasCreationCode: true,
  },
]
