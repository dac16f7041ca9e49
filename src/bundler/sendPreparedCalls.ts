import type { Account, Chain, Client, Hash, Transport } from 'viem'
import {
  formatUserOperationRequest,
  getUserOperation,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { PreparedCalls } from './prepareCalls.ts'

export type SendPreparedCallsParameters = PreparedCalls & {
  /** What errors should tell. */
  context?: PolicyErrorContext | undefined
}

/** Hash of the operation. */
export type SendPreparedCallsReturnType = Hash

export type SendPreparedCallsErrorType = PolicyErrorType

/** Refusals after which the bundler may hold the operation nevertheless. */
const doubtful: readonly string[] = [
  'BUNDLER_FAULT',
  'NONCE_CONFLICT',
  'OPERATION_ALREADY_PENDING',
  'OUTCOME_UNKNOWN',
  'RPC_UNAVAILABLE',
  'UNKNOWN_ERROR',
]

/** Those of them that say nothing about the operation. */
const silent: readonly string[] = [
  'BUNDLER_FAULT',
  'OUTCOME_UNKNOWN',
  'RPC_UNAVAILABLE',
  'UNKNOWN_ERROR',
]

/** What bundlers say of the very same operation, while they hold it. */
const sameOperation = /already known/i

/**
 * Sends an operation that {@link prepareCalls} signed. Sending the same one twice
 * is safe: it is included at most once.
 *
 * When the bundler fails to answer, this throws `OUTCOME_UNKNOWN`: find out what
 * became of the operation by {@link getOperationStatus} before anything else.
 *
 * @param client - Bundler client
 * @param parameters - {@link SendPreparedCallsParameters}
 * @returns Hash. {@link SendPreparedCallsReturnType}
 */
export async function sendPreparedCalls(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SendPreparedCallsParameters,
): Promise<SendPreparedCallsReturnType> {
  const { calls, entryPoint, userOperation, userOpHash } = parameters
  const context: PolicyErrorContext = {
    account: userOperation.sender,
    calls,
    userOpHash,
    ...parameters.context,
  }

  try {
    await client.request(
      {
        method: 'eth_sendUserOperation',
        params: [formatUserOperationRequest(userOperation), entryPoint],
      } as never,
      { retryCount: 0 },
    )
    return userOpHash
  } catch (cause) {
    const error = toPolicyError(cause, context)
    if (!doubtful.includes(error.code)) throw error
    if (sameOperation.test(error.info.reason ?? '')) return userOpHash
    if (await isKnown(client, userOpHash)) return userOpHash
    if (!silent.includes(error.code)) throw error
    throw new PolicyError({
      arguments: { userOpHash },
      cause: error,
      code: 'OUTCOME_UNKNOWN',
      context: { ...context, phase: 'inclusion' },
      source: error.source,
    })
  }
}

/** Whether the bundler holds the operation, or has seen it included. */
async function isKnown(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  hash: Hash,
): Promise<boolean> {
  try {
    await getAction(client, getUserOperation, 'getUserOperation')({ hash })
    return true
  } catch {
    return false
  }
}
