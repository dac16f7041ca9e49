import {
  type Account,
  type Address,
  type Calls,
  type Chain,
  type Client,
  encodeFunctionData,
  type Narrow,
  size,
  type Transport,
} from 'viem'
import {
  entryPoint08Abi,
  toPackedUserOperation,
} from 'viem/account-abstraction'
import { sendTransaction, waitForTransactionReceipt } from 'viem/actions'
import { getAction, parseAccount } from 'viem/utils'

import type { NoCallsErrorType } from '../accounts/errors.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import {
  type ApprovalRequestInvalidErrorType,
  WalletAccountMissingError,
} from '../actions/errors.ts'
import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { ApprovedRequest } from '../types/approval.ts'
import { admitCalls } from './admitCalls.ts'
import {
  type DirectResult,
  findDirectResult,
  simulateTransaction,
} from './findDirectResult.ts'
import { toOperationReceipt } from './findOperation.ts'
import { getErrorContext } from './getErrorContext.ts'
import type { OperationGasParameters } from './operationGas.ts'
import {
  prepareDirectOperation,
  transactionGas,
} from './prepareDirectOperation.ts'
import type { AgentOperation } from './prepareOperation.ts'
import { type Settle, withSettle } from './withSettle.ts'

export type SendCallsDirectParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = OperationGasParameters & {
  /** The agent's account. */
  account: PolicyAgentAccount
  /** What `prepareApproval` returned for these calls, and the approvals of it. */
  approved?: ApprovedRequest | undefined
  /** Who gets what the account pays for gas. @default the sender */
  beneficiary?: Address | undefined
  calls: Calls<Narrow<calls>>
  /** Names for what errors speak of. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /** Nonce of an earlier attempt. @default that of `approved`, or the next one */
  nonce?: bigint | undefined
  /** @default what the transaction costs, at most the policy's cap */
  preVerificationGas?: bigint | undefined
  /** Externally owned account that sends. @default client.account */
  sender?: Account | Address | undefined
  /**
   * Whether the budget is given back when the calls fail, for about 6,000 gas a
   * budget. @default 'auto': for batches, and where the policy demands it
   */
  settle?: Settle | undefined
  /** Longest wait for the inclusion, in ms. @default 120_000 */
  timeout?: number | undefined
}

export type SendCallsDirectReturnType = DirectResult

export type SendCallsDirectErrorType =
  | ApprovalRequestInvalidErrorType
  | NoCallsErrorType
  | PolicyErrorType

/**
 * Makes calls as an agent without a bundler: a wallet sends the operation to the
 * EntryPoint itself. The wallet pays for the transaction, and the account pays the
 * beneficiary for the operation, as it would pay a bundler.
 *
 * @param client - Client of the wallet that sends
 * @param parameters - {@link SendCallsDirectParameters}
 * @returns Receipt. {@link SendCallsDirectReturnType}
 */
export async function sendCallsDirect<
  chain extends Chain | undefined,
  account extends Account | undefined,
  const calls extends readonly unknown[],
>(
  client: Client<Transport, chain, account>,
  parameters: SendCallsDirectParameters<calls>,
): Promise<SendCallsDirectReturnType> {
  const { account, sender = client.account } = parameters
  const context = getErrorContext(account, parameters)
  const admitted = await admitCalls(account, { ...parameters, context })

  try {
    if (!sender) throw new WalletAccountMissingError()
    const from = parseAccount(sender)
    const { userOperation, userOpHash, window } = await withSettle(
      parameters,
      (settle) =>
        prepareDirectOperation({
          ...parameters,
          ...admitted,
          context,
          settle,
        }),
    )
    const transaction = {
      data: encodeFunctionData({
        abi: entryPoint08Abi,
        args: [
          [toPackedUserOperation(userOperation)],
          parameters.beneficiary ?? from.address,
        ],
        functionName: 'handleOps',
      }),
      to: account.entryPoint.address,
    }
    const known = { ...context, userOpHash }

    const simulation = { ...transaction, from: from.address }
    const operation = { nonce: userOperation.nonce, userOpHash, window }
    const reason = await simulateTransaction(account, simulation, known)
    if (reason?.code === 'NONCE_CONFLICT')
      return await findDirectResult(account, operation, reason)
    if (reason) throw reason

    const transactionHash = await getAction(
      client,
      sendTransaction,
      'sendTransaction',
    )({
      ...transaction,
      account: sender,
      chain: client.chain,
      gas: getTransactionGas(userOperation),
      maxFeePerGas: userOperation.maxFeePerGas,
      maxPriorityFeePerGas: userOperation.maxPriorityFeePerGas,
    } as never)
    const receipt = await getAction(
      client,
      waitForTransactionReceipt,
      'waitForTransactionReceipt',
    )({ hash: transactionHash, timeout: parameters.timeout ?? 120_000 }).catch(
      (cause: Error) => {
        throw new PolicyError({
          arguments: { userOpHash },
          cause,
          code: 'OUTCOME_UNKNOWN',
          context: { ...known, phase: 'inclusion', transactionHash },
          source: { kind: 'sdk' },
        })
      },
    )

    const included = { ...known, transactionHash }
    if (receipt.status === 'reverted')
      return await findDirectResult(
        account,
        operation,
        (await simulateTransaction(account, simulation, included)) ??
          new PolicyError({
            arguments: { reason: 'the transaction reverted' },
            code: 'UNKNOWN_REVERT',
            context: included,
            source: { kind: 'entrypoint' },
          }),
      )
    const operationReceipt = toOperationReceipt(account, {
      receipt,
      userOpHash,
    })
    // The wallet's user may have put another transaction in its place.
    if (!operationReceipt)
      return await findDirectResult(
        account,
        operation,
        new PolicyError({
          arguments: { reason: 'the transaction has no such operation' },
          code: 'UNKNOWN_REVERT',
          context: included,
          source: { kind: 'entrypoint' },
        }),
      )
    if (!operationReceipt.success)
      throw toPolicyError(operationReceipt, { ...included, phase: 'inclusion' })
    return {
      nonce: userOperation.nonce,
      receipt,
      transactionHash,
      userOpHash,
    }
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

/** Enough for the EntryPoint to hand on what the operation is promised. */
function getTransactionGas(userOperation: AgentOperation): bigint {
  const { callGasLimit, verificationGasLimit } = userOperation
  // A call gets at most 63 of 64 parts of the gas that is left.
  const promised = ((callGasLimit + verificationGasLimit + 20_000n) * 64n) / 63n
  const data = BigInt(size(userOperation.callData) + 1_000) * 16n
  return promised + transactionGas + data + 60_000n
}
