import type { Address, Hex } from 'viem'

import type { ErrorRow } from './defineErrorRow.ts'
import {
  type ErrorArgumentValue,
  findAsset,
  findSignature,
  formatArgument,
  unlimitedAmount,
} from './formatArgument.ts'
import { omitUndefined } from './omitUndefined.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'

export type PolicyErrorArguments = Readonly<
  Record<string, ErrorArgumentValue | undefined>
>

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

/** Shows the arguments in human units, by name. */
export function formatArguments(
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

/**
 * The owner speaks where a rule denies a call or a limit an amount, not where a
 * window misses a period of the limit or a rule cannot be published.
 */
export function getOwnerMessage(
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

/** Gathers the arguments, and what the caller knew about them. */
export function getDetails(
  row: ErrorRow,
  parameters: {
    arguments: PolicyErrorArguments
    code: string
    context: PolicyErrorContext
    details: { readonly [name: string]: PolicyErrorDetail } | undefined
  },
  formatted: { readonly [name: string]: string },
): PolicyErrorDetails {
  const { arguments: args, context } = parameters
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

function findRule(
  policy: PolicyErrorContext['policy'],
  offset: ErrorArgumentValue,
) {
  return policy?.rules.find((rule) => rule.offset === Number(offset))
}
