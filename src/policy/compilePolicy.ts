import type { PolicyDocumentErrorType } from '../errors/policyDocument.ts'
import {
  type CompileDocumentParameters,
  compileDocument,
} from './compile/compileDocument.ts'
import type { CompiledPolicy } from './compile/compiledPolicy.ts'
import { parseDocument } from './document/parseDocument.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { toDocumentError } from './toDocumentError.ts'

export type CompilePolicyParameters = CompileDocumentParameters
export type CompilePolicyReturnType = CompiledPolicy
export type CompilePolicyErrorType = PolicyDocumentErrorType

/**
 * Compiles a policy document into the bytes that the store publishes.
 *
 * Equal documents give equal bytes, and the order in which a document lists
 * things changes nothing.
 *
 * @param document - The document
 * @param parameters - {@link CompilePolicyParameters}
 * @returns The bytes, their id, and what the document calls their parts.
 *   {@link CompilePolicyReturnType}
 * @throws {@link PolicyDocumentError} with every fault that was found
 */
export function compilePolicy(
  document: PolicyDocument,
  parameters: CompilePolicyParameters,
): CompilePolicyReturnType {
  const parsed = parseDocument(document)
  if (parsed.document === undefined) throw toDocumentError(parsed.faults)
  const { compiled, faults } = compileDocument(parsed.document, parameters)
  if (compiled === undefined) throw toDocumentError(faults)
  return compiled
}
