import type { DocumentFault } from '../document/fault.ts'
import type { DocumentPath } from '../document/path.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import type { SetTable } from './createSetTable.ts'

/** Something that compiles, and that the owner should know. */
type CompileWarning = { message: string; path: DocumentPath }

/** What every step of one compilation shares. */
export type CompileContext = {
  chainId: number
  document: PolicyDocument
  faults: DocumentFault[]
  sets: SetTable
  warnings: CompileWarning[]
}

/** A fault on its way to the list of all faults. */
export class CompileFault extends Error {
  readonly fault: DocumentFault

  constructor(path: DocumentPath, message: string, fix: string) {
    super(message)
    this.fault = { fix, message, path }
  }
}

/**
 * Runs one part of a compilation. A fault in it is noted, and leaves the other
 * parts to be looked at.
 */
export function attempt<result>(
  context: Pick<CompileContext, 'faults'>,
  run: () => result,
): result | undefined {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof CompileFault)) throw error
    context.faults.push(error.fault)
    return undefined
  }
}

/** Returns the own property of a map that the owner has written. */
export function getOwn<value>(
  map: Readonly<Record<string, value>> | undefined,
  name: string,
): value | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined
}
