import type { Account, Chain, Client, Hash, Transport } from 'viem'
import type { UserOperationReceipt } from 'viem/account-abstraction'

import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'
import {
  type PrepareCallsErrorType,
  type PrepareCallsParameters,
  prepareCalls,
} from './prepareCalls.ts'
import {
  type SendPreparedCallsErrorType,
  sendPreparedCalls,
} from './sendPreparedCalls.ts'
import {
  type WaitForOperationErrorType,
  waitForOperation,
} from './waitForOperation.ts'

export type SendCallsParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = PrepareCallsParameters<calls> & {
  /** In ms. @default client.pollingInterval */
  pollingInterval?: number | undefined
  /** Longest wait for the inclusion, in ms. @default 120_000 */
  timeout?: number | undefined
}

export type SendCallsReturnType = {
  /** Nonce of the operation. */
  nonce: bigint
  receipt: UserOperationReceipt
  transactionHash: Hash
  userOpHash: Hash
}

export type SendCallsErrorType =
  | PrepareCallsErrorType
  | SendPreparedCallsErrorType
  | WaitForOperationErrorType

/**
 * Makes calls as an agent: checks, signs and sends them as one operation, and waits
 * until it is included.
 *
 * Every refusal is a `PolicyError`. After `OUTCOME_UNKNOWN`, a retry with the same
 * `nonce` cannot pay twice.
 *
 * @param client - Bundler client of the agent
 * @param parameters - {@link SendCallsParameters}
 * @returns Receipt. {@link SendCallsReturnType}
 *
 * @example
 * const { transactionHash } = await sendCalls(bundlerClient, {
 *   calls: [
 *     {
 *       abi: erc20Abi,
 *       args: ['0x…', 5_000_000n],
 *       functionName: 'transfer',
 *       to: '0x…',
 *     },
 *   ],
 * })
 */
export async function sendCalls<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SendCallsParameters<calls>,
): Promise<SendCallsReturnType> {
  const { pollingInterval, timeout } = parameters
  const account = getAgentAccount(client, parameters)
  const context = getErrorContext(account, parameters)

  const prepared = await prepareCalls(client, parameters)
  const userOpHash = await sendPreparedCalls(client, {
    ...prepared,
    account,
    context,
  })
  const receipt = await waitForOperation(client, {
    account,
    context,
    pollingInterval,
    timeout,
    userOpHash,
  })
  return {
    nonce: prepared.userOperation.nonce,
    receipt,
    transactionHash: receipt.receipt.transactionHash,
    userOpHash,
  }
}
