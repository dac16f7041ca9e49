import { classifyError } from './classifyError.ts'
import { collectErrorFacts } from './collectErrorFacts.ts'
import { isPolicyError, PolicyError } from './policyError.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import { readProperty } from './readProperty.ts'
import { refineCode } from './refineCode.ts'

const phases = new Set([
  'input',
  'preflight',
  'estimate',
  'validation',
  'execution',
  'inclusion',
])

/**
 * Says in the package's one vocabulary why something was refused or failed.
 *
 * Understands what a dry run reverts with, what bundlers answer (text first,
 * numbers second), what viem and nodes throw, and receipts of operations that
 * were included and failed. Never throws, and drops nothing: what it does not
 * know becomes `UNKNOWN_REVERT` or `UNKNOWN_ERROR`, with the bytes.
 *
 * A `PolicyError` passes through; what `context` adds to it is merged.
 *
 * @param error - Anything that was thrown, or a receipt that says `success:
 * false`
 * @param context - What the caller knows about the operation
 */
export function toPolicyError(
  error: unknown,
  context: PolicyErrorContext = {},
): PolicyError {
  const known = readContext(context)
  try {
    return convert(error, known)
  } catch (fault) {
    return getFallback(error, known, fault)
  }
}

function convert(error: unknown, context: PolicyErrorContext): PolicyError {
  if (isPolicyError(error)) return mergeContext(error, context)

  const facts = collectErrorFacts(error)
  if (facts.policyError) return mergeContext(facts.policyError, context)

  const parameters = classifyError(facts, context)
  return new PolicyError({
    ...parameters,
    cause: facts.cause,
    code: refineCode(parameters.code, parameters.arguments, context),
  })
}

/** Tells the same error again, with what is known about it by now. */
function mergeContext(
  error: PolicyError,
  context: PolicyErrorContext,
): PolicyError {
  const { parameters } = error
  const known = omitUndefined(parameters.context ?? {})
  const merged = { ...omitUndefined(context), ...known }
  if (Object.keys(merged).length === Object.keys(known).length) return error

  return new PolicyError({
    ...parameters,
    cause: error.cause instanceof Error ? error.cause : undefined,
    code: refineCode(parameters.code, parameters.arguments, merged),
    // Where an error was found out is known best where it was.
    context: { ...merged, phase: error.phase },
  })
}

/** For a policy or calls that are none: the error alone. Then, neither. */
function getFallback(
  error: unknown,
  context: PolicyErrorContext,
  fault: unknown,
): PolicyError {
  const { abis, calls, policy, ...known } = context
  try {
    return convert(error, known)
  } catch {
    return new PolicyError({
      arguments: {
        reason:
          fault instanceof Error ? fault.message : 'the error cannot be read',
      },
      code: 'UNKNOWN_ERROR',
      context: known,
      source: { kind: 'sdk' },
    })
  }
}

/** Leaves out of a context what is not what its type says. */
function readContext(context: PolicyErrorContext): PolicyErrorContext {
  const read = (name: keyof PolicyErrorContext, type: string) => {
    const value = readProperty(context, name)
    return typeof value === type ? value : undefined
  }
  const phase = read('phase', 'string')
  return omitUndefined({
    abis: read('abis', 'object'),
    account: read('account', 'string'),
    agent: read('agent', 'string'),
    calls: read('calls', 'object'),
    chainId: read('chainId', 'number'),
    phase: phases.has(`${phase}`) ? phase : undefined,
    policy: read('policy', 'object'),
    transactionHash: read('transactionHash', 'string'),
    userOpHash: read('userOpHash', 'string'),
  } as PolicyErrorContext)
}

function omitUndefined(context: PolicyErrorContext): PolicyErrorContext {
  return Object.fromEntries(
    Object.entries(context).filter(([, value]) => value !== undefined),
  )
}
