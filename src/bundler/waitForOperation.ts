import type { Account, Chain, Client, Hash, Transport } from 'viem'
import {
  type UserOperationReceipt,
  waitForUserOperationReceipt,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'

export type WaitForOperationParameters = {
  /** What errors should tell. */
  context?: PolicyErrorContext | undefined
  /** In ms. @default client.pollingInterval */
  pollingInterval?: number | undefined
  /** Longest wait, in ms. @default 120_000 */
  timeout?: number | undefined
  userOpHash: Hash
}

/** Receipt of an operation that succeeded. */
export type WaitForOperationReturnType = UserOperationReceipt

export type WaitForOperationErrorType = PolicyErrorType

/**
 * Waits until an operation is included.
 *
 * Throws `CALL_REVERTED` or its like when it was included and its calls failed,
 * and `OUTCOME_UNKNOWN` when no answer came in time: then it may still be included,
 * until its window is over.
 *
 * @param client - Bundler client
 * @param parameters - {@link WaitForOperationParameters}
 * @returns Receipt. {@link WaitForOperationReturnType}
 */
export async function waitForOperation(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: WaitForOperationParameters,
): Promise<WaitForOperationReturnType> {
  const { pollingInterval, timeout, userOpHash } = parameters
  const context = { ...parameters.context, userOpHash }

  const receipt = await getAction(
    client,
    waitForUserOperationReceipt,
    'waitForUserOperationReceipt',
  )({ hash: userOpHash, pollingInterval, timeout }).catch((cause: Error) => {
    // Whatever failed, the operation had been sent before.
    throw new PolicyError({
      arguments: { userOpHash },
      cause,
      code: 'OUTCOME_UNKNOWN',
      context: { ...context, phase: 'inclusion' },
      source: { kind: 'sdk' },
    })
  })
  if (!receipt.success)
    throw toPolicyError(receipt, { ...context, phase: 'inclusion' })
  return receipt
}
