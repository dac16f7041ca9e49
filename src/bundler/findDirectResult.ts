import type { Hash, TransactionReceipt } from 'viem'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import {
  type SimulateCallParameters,
  simulateCall,
} from '../actions/simulateCall.ts'
import { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { readOperation } from './findOperation.ts'
import { getOperationStatus } from './getOperationStatus.ts'

/** An operation that a wallet has had included, and that succeeded. */
export type DirectResult = {
  /** Nonce of the operation. */
  nonce: bigint
  receipt: TransactionReceipt
  transactionHash: Hash
  userOpHash: Hash
}

/**
 * Returns what a transaction would revert with in the block being built: at the
 * time of the last one, the window may not have begun. Says nothing where the node
 * cannot tell.
 */
export async function simulateTransaction(
  account: PolicyAgentAccount,
  transaction: SimulateCallParameters,
  context: PolicyErrorContext,
): Promise<PolicyError | undefined> {
  const result = await simulateCall(account.client, {
    ...transaction,
    blockTag: 'pending',
  }).catch(() => undefined)
  return result?.status === 'reverted'
    ? toPolicyError(result.error, context)
    : undefined
}

/**
 * Returns what the operation has come to where somebody else has included it: once
 * sent, anybody may. Throws `error` where it surely never runs.
 */
export async function findDirectResult(
  account: PolicyAgentAccount,
  operation: { nonce: bigint; userOpHash: Hash; window: SignedWindow },
  error: PolicyError,
): Promise<DirectResult> {
  const { nonce, userOpHash } = operation
  const found = await getOperationStatus(account.client, {
    ...operation,
    account,
  })
  if (found.status === 'expired' || found.status === 'replaced') throw error
  if (found.status === 'reverted') throw found.error
  const included =
    found.status === 'success'
      ? await readOperation(account, {
          transactionHash: found.transactionHash,
          userOpHash,
        }).catch(() => undefined)
      : undefined
  if (included) {
    const { receipt } = included
    const { transactionHash } = receipt
    return { nonce, receipt, transactionHash, userOpHash }
  }
  throw new PolicyError({
    arguments: { userOpHash },
    cause: error,
    code: 'OUTCOME_UNKNOWN',
    context: { ...error.parameters.context, phase: 'inclusion', userOpHash },
    source: error.source,
  })
}
