/** What kind of thing went wrong, which tells the caller how to react. */
export type PolicyErrorCategory =
  /** Forbidden until the owner changes the policy or the request changes. */
  | 'policy'
  /** Forbidden for now: clears by the passage of time. */
  | 'limit'
  /** The input is malformed: correct it. */
  | 'validation'
  /** The key or the caller may not do this at all. */
  | 'auth'
  /** Something has to be done or rebuilt first. */
  | 'flow'
  /** Money is missing. */
  | 'funds'
  /** Validated, but a call failed, or its outcome is not known. */
  | 'execution'
  /** A node, a bundler or a paymaster failed. */
  | 'upstream'
  /** Not offered here. */
  | 'not_available'
  /** A fault of this package or of its contracts. */
  | 'internal'

/** Whether and how the same intent may be tried again. */
export type PolicyErrorRetry =
  /** Not as it is. */
  | 'never'
  /** The same request, unchanged, after a short pause. */
  | 'same'
  /** A freshly prepared UserOperation for the same calls. */
  | 'rebuild'
  /** A freshly prepared UserOperation, from `retryAfter` on. */
  | 'after'
  /** Look up first what became of the earlier attempt; do not resend. */
  | 'reconcile'

/** Who has to act. */
export type PolicyErrorActor = 'agent' | 'owner' | 'operator'

/** Where it was found out. */
export type PolicyErrorPhase =
  | 'input'
  | 'preflight'
  | 'estimate'
  | 'validation'
  | 'execution'
  | 'inclusion'

/** Unit of an error's argument, which decides how it is shown. */
export type ErrorArgumentUnit =
  | 'address'
  /** Address of a token; zero for what has none. */
  | 'asset'
  /** Base units of the asset, token or limit that the error names. */
  | 'amount'
  | 'wei'
  /** Wei for one unit of gas. */
  | 'gasPrice'
  /** Units of gas. */
  | 'gas'
  /** Unix seconds. */
  | 'time'
  /** Length of time in seconds. */
  | 'seconds'
  /** Number of bytes. */
  | 'bytes'
  /** Plain number of things. */
  | 'count'
  /** Position, counted from 0. */
  | 'index'
  /** Position in bytes, counted from 0. */
  | 'offset'
  /** Index of a limit in the policy; 2^256 - 1 for the day's gas budget. */
  | 'limit'
  /**
   * Index of a cap that a signed lever shows, or the number of the policy's
   * limits where it shows more or fewer; 2^256 - 1 for the last second.
   */
  | 'cap'
  /** What belongs in a settle call: `period(128) ‖ amount(128)`. */
  | 'charge'
  /** Offset of a rule in the policy's bytes; 0 where no rule was found. */
  | 'rule'
  /** Number of a section of the policy's bytes. */
  | 'section'
  /** Number of a condition in the policy format. */
  | 'op'
  | 'selector'
  | 'hash'
  /** 32 bytes of any meaning. */
  | 'word'
  /** Words of somebody else. Quoted and shortened. */
  | 'text'

export type ErrorArguments = Readonly<Record<string, ErrorArgumentUnit>>

/** One error of the vocabulary. */
export type ErrorRow<args extends ErrorArguments = ErrorArguments> = {
  category: PolicyErrorCategory
  retry: PolicyErrorRetry
  actor: PolicyErrorActor
  /** Where it is found out, unless the caller knows better. */
  phase: PolicyErrorPhase
  /** Solidity error that this code stands for. */
  solidity?: string | undefined
  /**
   * Solidity error of which this code is a special case, told apart by
   * `when`. The general case has a row of its own.
   */
  refines?: string | undefined
  /**
   * Whether the module raises it in execution too. What only validation can
   * raise is, in an execution, an imitation by the call's target.
   */
  inExecution?: boolean | undefined
  /** Arguments by name, in the order of the Solidity error. */
  arguments: args
  /** Name of the argument, in Unix seconds, from which on a retry may pass. */
  retryAfter?: keyof args | undefined
  /** When it arises, for people. */
  when: string
  /** Says what happened. Gets the arguments in human and exact units. */
  sentence(a: { readonly [name in keyof args]: string }): string
  /** Says what would let it pass. An imperative. */
  requiredAction(a: { readonly [name in keyof args]: string }): string
}

/** Types the sentences of a row of the table by the row's own arguments. */
export function defineErrorRow<const args extends ErrorArguments>(
  row: ErrorRow<args>,
): ErrorRow {
  return row as unknown as ErrorRow
}
