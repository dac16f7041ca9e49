import { type Address, type Hex, size, slice } from 'viem'

import { BaseError } from '../errors/base.ts'

export type NoCallsErrorType = NoCallsError & { name: 'NoCallsError' }
export class NoCallsError extends BaseError {
  constructor() {
    super('An operation needs at least one call.', {
      docsPath: '/errors.md#nocallserror',
      name: 'NoCallsError',
    })
  }
}

export type ExecuteNotDecodableErrorType = ExecuteNotDecodableError & {
  name: 'ExecuteNotDecodableError'
}
export class ExecuteNotDecodableError extends BaseError {
  constructor({
    callData,
    cause,
  }: {
    callData: Hex
    cause?: Error | undefined
  }) {
    super(
      'The callData is not a single call or a batch that reverts on failure.',
      {
        cause,
        docsPath: '/errors.md#executenotdecodableerror',
        metaMessages: [
          `Length:    ${size(callData)} bytes`,
          `Begins:    ${slice(callData, 0, Math.min(size(callData), 36))}`,
        ],
        name: 'ExecuteNotDecodableError',
      },
    )
  }
}

export type LaneOutOfRangeErrorType = LaneOutOfRangeError & {
  name: 'LaneOutOfRangeError'
}
export class LaneOutOfRangeError extends BaseError {
  constructor({ lane, laneBits }: { lane: bigint; laneBits: number }) {
    super(`Lane ${lane} does not fit in the ${laneBits} bits that there are.`, {
      docsPath: '/errors.md#laneoutofrangeerror',
      name: 'LaneOutOfRangeError',
    })
  }
}

export type AgentSignatureRefusedErrorType = AgentSignatureRefusedError & {
  name: 'AgentSignatureRefusedError'
}
export class AgentSignatureRefusedError extends BaseError {
  constructor({ account, agent }: { account: Address; agent: Address }) {
    super("An agent's signature authorises no message of the account.", {
      docsPath: '/errors.md#agentsignaturerefusederror',
      metaMessages: [
        'A signed message cannot be metered: with one, an agent could move what no budget counts.',
        'The account answers no to it on chain, so it is not signed here either.',
        '',
        `Account:  ${account}`,
        `Agent:    ${agent}`,
      ],
      name: 'AgentSignatureRefusedError',
    })
  }
}

export type SignatureMalformedErrorType = SignatureMalformedError & {
  name: 'SignatureMalformedError'
}
export class SignatureMalformedError extends BaseError {
  constructor({ expected, length }: { expected: string; length: number }) {
    super(`The signature has ${length} bytes where it needs ${expected}.`, {
      docsPath: '/errors.md#signaturemalformederror',
      name: 'SignatureMalformedError',
    })
  }
}

export type WindowUnavailableErrorType = WindowUnavailableError & {
  name: 'WindowUnavailableError'
}
/**
 * No window that the policy allows has room for what a bundler asks for. It is
 * temporary when {@link WindowUnavailableError.retryAfter} is there.
 */
export class WindowUnavailableError extends BaseError {
  /** Second at which the window would have to end, or later. */
  earliestEnd: number
  /** Time of the chain, in Unix seconds. */
  now: number
  /** First second at which there is room again, in Unix seconds. */
  retryAfter: number | undefined
  /** Last second of the window that there is. */
  validUntil: number

  constructor({
    margin,
    now,
    retryAfter,
    validAfter,
    validUntil,
  }: {
    /** Seconds that the window must have before and after `now`. */
    margin: { after: number; before: number }
    now: number
    retryAfter?: number | undefined
    /** Ends of the window that there is. */
    validAfter: number
    validUntil: number
  }) {
    super(
      retryAfter === undefined
        ? 'The policy leaves no window wide enough for an operation to be sent.'
        : `A boundary of the policy is too near to send an operation now. Retry in ${retryAfter - now} s.`,
      {
        docsPath: '/errors.md#windowunavailableerror',
        metaMessages: [
          `Now:          ${now}`,
          `Valid after:  ${validAfter} (wanted at most ${now - margin.before})`,
          `Valid until:  ${validUntil} (wanted at least ${now + margin.after})`,
          ...(retryAfter === undefined ? [] : [`Retry after:  ${retryAfter}`]),
        ],
        name: 'WindowUnavailableError',
      },
    )
    this.earliestEnd = now + margin.after
    this.now = now
    this.retryAfter = retryAfter
    this.validUntil = validUntil
  }
}

export type OwnerCannotSignHashErrorType = OwnerCannotSignHashError & {
  name: 'OwnerCannotSignHashError'
}
export class OwnerCannotSignHashError extends BaseError {
  constructor({ owner }: { owner: Address }) {
    super('The owner cannot sign a hash as it is, as the account asks for.', {
      docsPath: '/errors.md#ownercannotsignhasherror',
      metaMessages: [
        'Use an account of `viem/accounts`, or one with a `sign` function.',
        '',
        `Owner:  ${owner}`,
      ],
      name: 'OwnerCannotSignHashError',
    })
  }
}
