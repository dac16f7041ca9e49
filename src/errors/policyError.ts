import type { Hash } from 'viem'

import { BaseError } from './base.ts'
import type {
  ErrorRow,
  PolicyErrorActor,
  PolicyErrorCategory,
  PolicyErrorPhase,
  PolicyErrorRetry,
} from './defineErrorRow.ts'
import { errorTable, type PolicyErrorCode } from './errorTable.ts'
import { omitUndefined } from './omitUndefined.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import {
  formatArguments,
  getDetails,
  getOwnerMessage,
  type PolicyErrorArguments,
  type PolicyErrorDetail,
  type PolicyErrorDetails,
} from './policyErrorDetails.ts'
import {
  type PolicyErrorJson,
  type PolicyErrorSource,
  toJsonDetails,
  toJsonSource,
} from './policyErrorJson.ts'

export type PolicyErrorParameters = {
  code: PolicyErrorCode
  /** Values for the arguments that the code's row names. */
  arguments?: PolicyErrorArguments | undefined
  /** Details beyond the arguments. */
  details?: { readonly [name: string]: PolicyErrorDetail } | undefined
  source?: PolicyErrorSource | undefined
  context?: PolicyErrorContext | undefined
  cause?: Error | undefined
  violations?: readonly PolicyError[] | undefined
}

export type PolicyErrorType = PolicyError & { name: 'PolicyError' }

/**
 * Why something was refused or failed, in the package's one vocabulary.
 *
 * Made from the code's row of the table. `toJSON` is the envelope that SDK and
 * MCP server both show.
 */
export class PolicyError extends BaseError {
  readonly code: PolicyErrorCode
  readonly category: PolicyErrorCategory
  readonly requiredAction: string
  readonly retryable: boolean
  readonly retry: PolicyErrorRetry
  /** First second, in Unix seconds, at which a retry may pass. */
  readonly retryAfter: number | undefined
  readonly actor: PolicyErrorActor
  readonly phase: PolicyErrorPhase
  readonly ownerMessage: string | undefined
  readonly source: PolicyErrorSource | undefined
  readonly userOpHash: Hash | undefined
  readonly transactionHash: Hash | undefined
  readonly violations: readonly PolicyError[] | undefined
  /** Named `info`, since viem's `details` is a text. */
  readonly info: PolicyErrorDetails
  /** What this error was made from. */
  readonly parameters: PolicyErrorParameters

  constructor(parameters: PolicyErrorParameters) {
    const { cause, code, context = {}, source, violations } = parameters
    const row: ErrorRow = errorTable[code]
    const args = parameters.arguments ?? {}
    const formatted = formatArguments(row, args, context)
    const shortMessage = `[${code}] ${row.sentence(formatted)}`
    const requiredAction = row.requiredAction(formatted)
    const ownerMessage = getOwnerMessage(row, args, context)

    super(shortMessage, {
      docsPath: `/errors.md#${code.toLowerCase()}`,
      metaMessages: [
        `What to do: ${requiredAction}`,
        ...(ownerMessage ? [`The owner says: ${ownerMessage}`] : []),
      ],
      name: 'PolicyError',
    })

    // Set here, since viem would repeat the cause's details in the message:
    // they can hold words of a call's target, or the key in a node's URL.
    if (cause)
      Object.defineProperty(this, 'cause', {
        configurable: true,
        enumerable: false,
        value: cause,
        writable: true,
      })

    this.code = code
    this.category = row.category
    this.requiredAction = requiredAction
    this.retry = row.retry
    this.retryable = ['same', 'rebuild', 'after'].includes(row.retry)
    this.retryAfter = getRetryAfter(row, args)
    this.actor = row.actor
    this.phase = context.phase ?? row.phase
    this.ownerMessage = ownerMessage
    this.source = source
    this.userOpHash = context.userOpHash
    this.transactionHash = context.transactionHash
    this.violations = violations
    this.info = getDetails(
      row,
      { arguments: args, code, context, details: parameters.details },
      formatted,
    )

    this.parameters = parameters
    Object.defineProperty(this, 'parameters', { enumerable: false })
  }

  /** Returns the envelope. JSON-safe: bigints become decimal strings. */
  toJSON(): PolicyErrorJson {
    return omitUndefined({
      code: this.code,
      category: this.category,
      message: this.shortMessage,
      requiredAction: this.requiredAction,
      retryable: this.retryable,
      retry: this.retry,
      retryAfter: this.retryAfter,
      actor: this.actor,
      phase: this.phase,
      ownerMessage: this.ownerMessage,
      details: toJsonDetails(this.info),
      source: toJsonSource(this.source),
      userOpHash: this.userOpHash,
      transactionHash: this.transactionHash,
      violations: this.violations?.map((violation) => {
        const { violations: _, ...json } = violation.toJSON()
        return json
      }),
    }) as PolicyErrorJson
  }
}

/** Tells whether `error` is a `PolicyError`. */
export function isPolicyError(error: unknown): error is PolicyError {
  return error instanceof PolicyError
}

function getRetryAfter(
  row: ErrorRow,
  args: PolicyErrorArguments,
): number | undefined {
  if (row.retryAfter === undefined) return undefined
  const value = args[row.retryAfter]
  return value === undefined || BigInt(value) === 0n ? undefined : Number(value)
}
