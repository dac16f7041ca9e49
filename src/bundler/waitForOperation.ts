import type { Account, Chain, Client, Hash, Transport } from 'viem'
import {
  type UserOperationReceipt,
  UserOperationReceiptNotFoundError,
  waitForUserOperationReceipt,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { AgentAccountMissingErrorType } from '../actions/errors.ts'
import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import { readOperation } from './findOperation.ts'
import { getAgentAccount } from './getAgentAccount.ts'

export type WaitForOperationParameters = {
  /** The agent's account. @default client.account */
  account?: PolicyAgentAccount | undefined
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

export type WaitForOperationErrorType =
  | AgentAccountMissingErrorType
  | PolicyErrorType

/**
 * Waits until an operation is included. The bundler only says where: the receipt
 * is read from the chain's node, and what has no event there has not happened yet.
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
  const {
    pollingInterval = client.pollingInterval,
    timeout = 120_000,
    userOpHash,
  } = parameters
  const account = getAgentAccount(client, parameters)
  const context = { ...parameters.context, userOpHash }

  const end = Date.now() + timeout
  const receipt = await waitForReceipt().catch((cause: Error) => {
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

  async function waitForReceipt(): Promise<UserOperationReceipt> {
    for (;;) {
      const hint = await getAction(
        client,
        waitForUserOperationReceipt,
        'waitForUserOperationReceipt',
      )({
        hash: userOpHash,
        pollingInterval,
        // 0 would stand for no limit.
        timeout: Math.max(1, end - Date.now()),
      })
      // The node may be behind the bundler, or the bundler may be wrong.
      const { transactionHash } = hint.receipt
      const found = await readOperation(account, {
        transactionHash,
        userOpHash,
      }).catch((error: Error) => error)
      if (found && !(found instanceof Error)) return found
      if (Date.now() + pollingInterval >= end)
        throw (
          found ?? new UserOperationReceiptNotFoundError({ hash: userOpHash })
        )
      await new Promise((resolve) => setTimeout(resolve, pollingInterval))
    }
  }
}
