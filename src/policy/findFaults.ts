import { compileDocument } from './compile/compileDocument.ts'
import type { DocumentFault } from './document/fault.ts'
import { parseDocument } from './document/parseDocument.ts'
import type { PolicyDocument } from './document/policySchema.ts'

export type FindFaultsReturnType =
  | { document: PolicyDocument; faults?: undefined }
  | { document?: undefined; faults: readonly DocumentFault[] }

/** Reads a document, and compiles it for each of its chains. */
export function findFaults(value: unknown): FindFaultsReturnType {
  const { document, faults } = parseDocument(value)
  if (document === undefined) return { faults }
  const found = document.chains.flatMap((chain) => {
    const chainId = Number(chain.slice('eip155:'.length))
    return compileDocument(document, { chainId }).faults ?? []
  })
  return found.length === 0 ? { document } : { faults: found }
}
