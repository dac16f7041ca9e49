/** One bug that is planted in the contracts. */
export type Mutant = {
  /** Law that it breaks: an id of `docs/invariants.md`, or another document. */
  readonly law: string
  readonly name: string
  readonly file: string
  /** Stands once in the file. */
  readonly find: string
  readonly replace: string
  /** Test files that have to find it. @default the ghost model */
  readonly tests?: readonly string[]
}

/** Plays histories on the real contracts, and compares each with a model. */
export const ghostModel = 'test/contracts/PolicyValidator.invariant.t.sol'

export const store = 'contracts/PolicyStore.sol'
export const validator = 'contracts/PolicyValidator.sol'

export const library = (name: string) => `contracts/libraries/${name}.sol`

export const libraryTest = (name: string) =>
  `test/contracts/libraries/${name}.t.sol`

export const validatorTest = (name: string) => `test/validator/${name}.test.ts`

export const storeTest = (name: string) => `test/policyStore/${name}.test.ts`

export const attackTest = (name: string) => `test/attacks/${name}.test.ts`
