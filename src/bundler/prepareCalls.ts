import type {
  Account,
  Address,
  Calls,
  Chain,
  Client,
  Hash,
  Narrow,
  Transport,
} from 'viem'
import {
  getUserOperationHash,
  type PrepareUserOperationParameters,
  type SmartAccount,
} from 'viem/account-abstraction'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { NoCallsErrorType } from '../accounts/errors.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type {
  AgentAccountMissingErrorType,
  ApprovalRequestInvalidErrorType,
} from '../actions/errors.ts'
import { simulateValidation } from '../actions/simulateOperation.ts'
import type { PolicyErrorType } from '../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { ApprovedRequest } from '../types/approval.ts'
import type { EncodedCall } from '../types/call.ts'
import type { Charge } from '../types/charge.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { admitCalls } from './admitCalls.ts'
import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'
import { getOperationWindow } from './getOperationWindow.ts'
import type { OperationGasParameters } from './operationGas.ts'
import {
  type AgentOperation,
  type PrepareOperationParameters,
  prepareOperation,
} from './prepareOperation.ts'
import { type Settle, withSettle } from './withSettle.ts'

export type PrepareCallsParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = OperationGasParameters & {
  /** The agent's account. @default client.account */
  account?: PolicyAgentAccount | undefined
  /**
   * What `prepareApproval` returned for these calls, with the approvals that it has
   * got. The operation has the nonce of the request, and a window that ends by its
   * deadline. Of more approvals than the policy asks for, those of the lowest
   * addresses are taken.
   */
  approved?: ApprovedRequest | undefined
  calls: Calls<Narrow<calls>>
  /** Names for what errors speak of. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /**
   * Nonce of an earlier attempt, whose outcome is not known. Of two operations
   * with one nonce at most one is included. @default that of `approved`, or the next one
   */
  nonce?: bigint | undefined
  paymaster?: PrepareUserOperationParameters['paymaster'] | undefined
  paymasterContext?: unknown
  /**
   * Whether the budget is given back when the calls fail, for about 6,000 gas a
   * budget. @default 'auto': for batches, and where the policy demands it
   */
  settle?: Settle | undefined
}

/** A signed operation that has not been sent. */
export type PreparedCalls = {
  /** The calls that were asked for. */
  calls: readonly EncodedCall[]
  /** What the `settle` behind them carries; nothing where there is none. */
  charges?: readonly Charge[] | undefined
  entryPoint: Address
  /** With the agent's signature. */
  userOperation: AgentOperation
  userOpHash: Hash
  /** Time in which it may run. After it, it never will. */
  window: SignedWindow
}

export type PrepareCallsReturnType = PreparedCalls

export type PrepareCallsErrorType =
  | AgentAccountMissingErrorType
  | ApprovalRequestInvalidErrorType
  | NoCallsErrorType
  | PolicyErrorType

/**
 * Prepares and signs an agent's operation, without sending it.
 *
 * The calls are checked first, so that a denial is found before anything else
 * happens; the signed operation is checked again, with its gas. Fees are kept
 * within the policy's caps. Announced calls get a window in which they are due,
 * approved ones the nonce that was approved. A batch ends in a call that gives its budget back when
 * the others fail, see `settle`.
 *
 * @param client - Bundler client of the agent
 * @param parameters - {@link PrepareCallsParameters}
 * @returns Signed operation. {@link PrepareCallsReturnType}
 */
export async function prepareCalls<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: PrepareCallsParameters<calls>,
): Promise<PrepareCallsReturnType> {
  const account = getAgentAccount(client, parameters)
  const context = getErrorContext(account, parameters)
  const admitted = await admitCalls(account, { ...parameters, context })

  try {
    return await withSettle(parameters, (settle) =>
      signOperation(
        client as Client<
          Transport,
          Chain | undefined,
          SmartAccount | undefined
        >,
        {
          ...parameters,
          ...admitted,
          account,
          context,
          settle,
        },
      ),
    )
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

/** Signs the operation, and checks what was signed. */
async function signOperation(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: PrepareOperationParameters,
): Promise<PreparedCalls> {
  const { account, approvals, calls, context } = parameters

  const { charges, userOperation, window } = await prepareOperation(
    client,
    parameters,
  )
  const [chainId, { validAfter, validUntil }] = await Promise.all([
    account.client.chain?.id ??
      getAction(account.client, getChainId, 'getChainId')({}),
    getOperationWindow(account, { ...parameters, estimated: window }),
  ])
  const userOpHash = getUserOperationHash({
    chainId,
    entryPointAddress: account.entryPoint.address,
    entryPointVersion: account.entryPoint.version,
    userOperation,
  })
  const signature = await account.signUserOperationInWindow({
    approvals: approvals?.encoded,
    userOpHash,
    validAfter,
    validUntil,
  })
  const prepared = {
    calls,
    charges,
    entryPoint: account.entryPoint.address,
    userOperation: { ...userOperation, signature },
    userOpHash,
    window: { validAfter, validUntil },
  }
  const denial = await simulateValidation(account.client, {
    ...prepared,
    context,
    isSigned: true,
    validator: account.validator,
  })
  if (denial) throw denial
  return prepared
}
