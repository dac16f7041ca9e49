import type { Account, Chain, Client, Hash, Transport } from 'viem'
import {
  formatUserOperationRequest,
  getUserOperation,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import {
  type GetOperationStatusReturnType,
  getOperationStatus,
} from './getOperationStatus.ts'
import type { PreparedCalls } from './prepareCalls.ts'

export type SendPreparedCallsParameters = PreparedCalls & {
  /** The agent's account, to look on the chain. @default client.account */
  account?: PolicyAgentAccount | undefined
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

/** Numbers by which bundlers refuse an operation for what it is (ERC-7769). */
const refusals: readonly number[] = [
  -32_500, -32_501, -32_502, -32_503, -32_504, -32_505, -32_507, -32_508,
  -32_521, -32_601, -32_602,
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
    const isClear = isRefusal(error)
    if (!isClear) {
      if (sameOperation.test(error.info.reason ?? '')) return userOpHash
      if (await isKnown(client, userOpHash)) return userOpHash
    }
    // It may have been included by now, by this request or by an earlier one.
    const status = await getStatus(client, parameters)
    if (status === 'success' || status === 'reverted') return userOpHash
    const isOver = status === 'expired' || status === 'replaced'
    if (isClear || isOver || error.code === 'OPERATION_ALREADY_PENDING')
      throw error
    throw new PolicyError({
      arguments: { userOpHash },
      cause: error,
      code: 'OUTCOME_UNKNOWN',
      context: { ...context, phase: 'inclusion' },
      source: error.source,
    })
  }
}

/** Whether the bundler says what is wrong with the operation itself. */
function isRefusal({ code, source }: PolicyError): boolean {
  if (doubtful.includes(code)) return false
  return (
    source?.aa !== undefined ||
    (source?.rpcCode !== undefined && refusals.includes(source.rpcCode))
  )
}

/** What the chain says of the operation. */
async function getStatus(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SendPreparedCallsParameters,
): Promise<GetOperationStatusReturnType['status']> {
  const { account, userOperation, userOpHash, window } = parameters
  try {
    const { status } = await getOperationStatus(client, {
      account,
      nonce: userOperation.nonce,
      userOpHash,
      window,
    })
    return status
  } catch {
    // Without the account there is no chain to ask.
    return 'unknown'
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
