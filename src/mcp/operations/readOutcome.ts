import { getAbiItem, type Hash, parseEventLogs } from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'
import { getTransactionReceipt } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import type { PolicyError } from '../../errors/policyError.ts'
import type { OperationOutcome } from './operationRecord.ts'

/** The same in EntryPoint 0.7. */
export const operationEvent = getAbiItem({
  abi: entryPoint08Abi,
  name: 'UserOperationEvent',
})

/** Reads what an included operation has cost, and where it was included. */
export async function readOutcome(
  account: PolicyAgentAccount,
  parameters: {
    error?: PolicyError | undefined
    transactionHash: Hash
    userOpHash: Hash
  },
): Promise<OperationOutcome> {
  const { error, transactionHash, userOpHash } = parameters

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
  return {
    blockNumber: `${receipt.blockNumber}`,
    ...(error ? { error: error.toJSON() } : {}),
    gasCost: `${log?.args.actualGasCost ?? 0n}`,
    gasUsed: `${log?.args.actualGasUsed ?? 0n}`,
    status: error ? 'failed' : 'mined',
    transactionHash,
    userOpHash,
  }
}
