import { getAbiItem, type Hash, parseEventLogs } from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'
import { getTransactionReceipt } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import { getErrorContext } from '../../bundler/getErrorContext.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { OperationOutcome } from './operationRecord.ts'

/** The same in EntryPoint 0.7. */
export const operationEvent = getAbiItem({
  abi: entryPoint08Abi,
  name: 'UserOperationEvent',
})

/**
 * Reads from the node what became of an operation, what it has cost, and where it
 * was included. What a bundler says of it does not count.
 *
 * @returns Nothing where the EntryPoint has not logged the operation there
 */
export async function readOutcome(
  account: PolicyAgentAccount,
  parameters: {
    transactionHash: Hash
    userOpHash: Hash
  },
): Promise<OperationOutcome | undefined> {
  const { transactionHash, userOpHash } = parameters

  const receipt = await getAction(
    account.client,
    getTransactionReceipt,
    'getTransactionReceipt',
  )({ hash: transactionHash })
  const [log] = parseEventLogs({
    abi: [operationEvent],
    args: { userOpHash },
    logs: receipt.logs,
  }).filter(
    ({ address }) =>
      address.toLowerCase() === account.entryPoint.address.toLowerCase(),
  )
  if (!log) return undefined

  const error = log.args.success
    ? undefined
    : toPolicyError(
        {
          entryPoint: account.entryPoint.address,
          logs: receipt.logs,
          receipt,
          success: false,
          userOpHash,
        },
        {
          ...getErrorContext(account, {}),
          phase: 'inclusion',
          transactionHash,
        },
      )
  return {
    blockNumber: `${receipt.blockNumber}`,
    ...(error ? { error: error.toJSON() } : {}),
    gasCost: `${log.args.actualGasCost}`,
    gasUsed: `${log.args.actualGasUsed}`,
    status: error ? 'failed' : 'mined',
    transactionHash,
    userOpHash,
  }
}
