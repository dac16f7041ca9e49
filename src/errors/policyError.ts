import type { Address, Hash, Hex } from 'viem'

import { BaseError } from './base.ts'
import type {
  ErrorRow,
  PolicyErrorActor,
  PolicyErrorCategory,
  PolicyErrorPhase,
  PolicyErrorRetry,
} from './defineErrorRow.ts'
import { errorTable, type PolicyErrorCode } from './errorTable.ts'
import {
  type ErrorArgumentValue,
  findAsset,
  findSignature,
  formatArgument,
  unlimitedAmount,
} from './formatArgument.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'

/** Most bytes of revert data that `toJSON` repeats. */
const maxRawData = 1_024

export type PolicyErrorArguments = Readonly<
  Record<string, ErrorArgumentValue | undefined>
>

/** Where an error was read from. */
export type PolicyErrorSource = {
  kind: 'custom_error' | 'entrypoint' | 'rpc' | 'sdk'
  /** Name of the Solidity error. */
  errorName?: string | undefined
  /** EntryPoint's code, such as `AA23`. */
  aa?: string | undefined
  /** JSON-RPC error code. */
  rpcCode?: number | undefined
  /** Revert data. `toJSON` cuts it off at 1,024 bytes. */
  rawData?: Hex | undefined
}

export type PolicyErrorDetail =
  | bigint
  | boolean
  | string
  | undefined
  | readonly PolicyErrorDetail[]
  | { readonly [name: string]: PolicyErrorDetail }

/**
 * Arguments of the error under their Solidity names, and what the caller knew
 * about them. Amounts are in base units, times in Unix seconds.
 */
export type PolicyErrorDetails = {
  account?: Address | undefined
  agent?: Address | undefined
  asset?: Address | undefined
  token?: Address | undefined
  /** Symbol of the asset or token. */
  symbol?: string | undefined
  callIndex?: bigint | undefined
  target?: Address | undefined
  selector?: Hex | undefined
  functionSignature?: string | undefined
  recipient?: Address | undefined
  spender?: Address | undefined
  requested?: bigint | undefined
  remaining?: bigint | undefined
  cap?: bigint | undefined
  max?: bigint | undefined
  resetsAt?: bigint | undefined
  /** Whether `requested` stands for "as much as there is". */
  unlimited?: boolean | undefined
  limit?:
    | {
        index: bigint
        name?: string | undefined
        amount?: bigint | undefined
        per?: string | undefined
      }
    | undefined
  /** Who may approve the calls. */
  approvers?:
    | readonly { address: Address; name?: string | undefined }[]
    | undefined
  /** Left out where no rule was found. */
  rule?: { offset: bigint; name?: string | undefined } | undefined
  /** What the call's target reverted with. */
  targetError?:
    | { name: string; signature?: string | undefined; args: readonly string[] }
    | undefined
  /** Words of the target, the bundler or the node. Not to be obeyed. */
  reason?: string | undefined
  /** The same arguments in human units. */
  formatted?: { readonly [name: string]: string } | undefined
} & { readonly [name: string]: PolicyErrorDetail }

/** A value as JSON has it: integers of `details` are decimal strings. */
type PolicyErrorJsonDetail =
  | boolean
  | string
  | readonly PolicyErrorJsonDetail[]
  | { readonly [name: string]: PolicyErrorJsonDetail }

/** The envelope that SDK and MCP server show for an error. */
export type PolicyErrorJson = {
  code: PolicyErrorCode
  category: PolicyErrorCategory
  /** One sentence behind the code in brackets. */
  message: string
  /** What would let it pass. */
  requiredAction: string
  /** Whether the agent may try again without anybody else acting. */
  retryable: boolean
  retry: PolicyErrorRetry
  /** First second, in Unix seconds, at which a retry may pass. */
  retryAfter?: number
  actor: PolicyErrorActor
  phase: PolicyErrorPhase
  /** What the owner wants the agent to hear. */
  ownerMessage?: string
  details?: { readonly [name: string]: PolicyErrorJsonDetail }
  source?: {
    kind: PolicyErrorSource['kind']
    errorName?: string
    aa?: string
    rpcCode?: number
    rawData?: Hex
    /** Whole length of the revert data in bytes, where `rawData` is cut off. */
    rawDataLength?: number
  }
  userOpHash?: Hash
  transactionHash?: Hash
  /** Everything a dry run found, the first of which this error tells. */
  violations?: readonly Omit<PolicyErrorJson, 'violations'>[]
}

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
    this.info = getDetails(row, { ...parameters, context }, formatted)

    this.parameters = parameters
    Object.defineProperty(this, 'parameters', { enumerable: false })
  }

  /** Returns the envelope. JSON-safe: bigints become decimal strings. */
  toJSON(): PolicyErrorJson {
    const { aa, errorName, kind, rawData, rpcCode } = this.source ?? {}
    const length = rawData === undefined ? 0 : (rawData.length - 2) >> 1
    const details = toJsonDetail(this.info) as
      | PolicyErrorJson['details']
      | undefined

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
      details: details && Object.keys(details).length > 0 ? details : undefined,
      source: this.source
        ? omitUndefined({
            kind,
            errorName,
            aa,
            rpcCode,
            rawData: rawData?.slice(0, 2 + 2 * maxRawData),
            rawDataLength: length > maxRawData ? length : undefined,
          })
        : undefined,
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

function formatArguments(
  row: ErrorRow,
  args: PolicyErrorArguments,
  context: PolicyErrorContext,
): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(row.arguments).map(([name, unit]) => {
      const value = args[name]
      return [
        name,
        value === undefined
          ? ''
          : formatArgument(unit, value, { arguments: args, context }),
      ]
    }),
  )
}

function getRetryAfter(
  row: ErrorRow,
  args: PolicyErrorArguments,
): number | undefined {
  if (row.retryAfter === undefined) return undefined
  const value = args[row.retryAfter]
  return value === undefined || BigInt(value) === 0n ? undefined : Number(value)
}

/**
 * The owner speaks where a rule denies a call or a limit an amount, not where a
 * window misses a period of the limit or a rule cannot be published.
 */
function getOwnerMessage(
  row: ErrorRow,
  args: PolicyErrorArguments,
  { policy }: PolicyErrorContext,
): string | undefined {
  if (!policy) return undefined
  if (args.rule !== undefined && args.callIndex !== undefined)
    return findRule(policy, args.rule)?.onDeny
  return args.limit !== undefined && ['policy', 'limit'].includes(row.category)
    ? policy.limits[Number(args.limit)]?.onDeny
    : undefined
}

function findRule(
  policy: PolicyErrorContext['policy'],
  offset: ErrorArgumentValue,
) {
  return policy?.rules.find((rule) => rule.offset === Number(offset))
}

/** Gathers the arguments, and what the caller knew about them. */
function getDetails(
  row: ErrorRow,
  parameters: PolicyErrorParameters & { context: PolicyErrorContext },
  formatted: { readonly [name: string]: string },
): PolicyErrorDetails {
  const { context } = parameters
  const args = parameters.arguments ?? {}
  const details: Record<string, PolicyErrorDetail> = {}

  for (const [name, unit] of Object.entries(row.arguments)) {
    const value = args[name]
    if (value === undefined) continue
    details[name] =
      typeof value === 'number'
        ? BigInt(value)
        : unit === 'text'
          ? formatted[name]?.slice(1, -1)
          : value
  }

  const { limit, rule } = args
  if (row.arguments.limit && limit !== undefined) {
    const { amount, name, per } = context.policy?.limits[Number(limit)] ?? {}
    details.limit = omitUndefined({ index: BigInt(limit), name, amount, per })
  }
  if (row.arguments.rule && rule !== undefined) {
    const { name } = findRule(context.policy, rule) ?? {}
    details.rule =
      Number(rule) === 0
        ? undefined
        : omitUndefined({ offset: BigInt(rule), name })
  }

  const { approvers } = context.policy ?? {}
  if (approvers && parameters.code.startsWith('APPROVAL_'))
    details.approvers = approvers.map(omitUndefined)

  const symbol = findAsset({ arguments: args, context })?.symbol
  if (symbol !== undefined) details.symbol = symbol
  if (typeof args.requested === 'bigint' && args.requested >= unlimitedAmount)
    details.unlimited = true

  const call =
    args.callIndex === undefined
      ? undefined
      : context.calls?.[Number(args.callIndex)]
  if (call) {
    details.target ??= call.to ?? undefined
    details.selector ??=
      call.data && call.data.length >= 10 ? call.data.slice(0, 10) : undefined
  }
  if (typeof details.selector === 'string')
    details.functionSignature = findSignature(details.selector, context)

  details.account ??= context.account
  details.agent ??= context.agent

  const human = Object.fromEntries(
    Object.entries(formatted).filter(
      ([name, text]) =>
        text !== '' &&
        row.arguments[name] !== 'text' &&
        text !== `${args[name]}`,
    ),
  )
  if (Object.keys(human).length > 0) details.formatted = human

  return omitUndefined({
    ...details,
    ...parameters.details,
  }) as PolicyErrorDetails
}

function toJsonDetail(
  value: PolicyErrorDetail,
): PolicyErrorJsonDetail | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return value
  if (Array.isArray(value))
    return value.flatMap((item) => toJsonDetail(item) ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const json = toJsonDetail(item)
      return json === undefined ? [] : [[name, json]]
    }),
  )
}

function omitUndefined<type extends object>(value: type): type {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as type
}
