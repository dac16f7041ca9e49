import type { Hash } from 'viem'
import { getLogs, readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { getOperationStatus } from '../../bundler/getOperationStatus.ts'
import type { PolicyError } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import type { OperationOutcome, OperationRecord } from './operationRecord.ts'
import { operationEvent, readOutcome } from './readOutcome.ts'

/** What is known about the operation of a key. */
export type RecordStatus =
  /** One of the attempts was included. */
  | { outcome: OperationOutcome; status: 'settled' }
  /** One of the attempts may still be included. */
  | { status: 'pending' }
  /** Nothing was signed for the nonce yet, which is unused. The key holds it. */
  | { status: 'unsigned' }
  /** No attempt was included, and none can be any more. */
  | { status: 'dropped' }
  /** The node does not tell. */
  | { error: PolicyError | undefined; status: 'unknown' }

/**
 * Finds out from the chain what became of a key's operation, and keeps it once it
 * cannot change.
 *
 * @param config - {@link PolicyMcpServerConfig}
 * @param record - What is remembered of the key
 */
export async function lookUpRecord(
  config: PolicyMcpServerConfig,
  record: OperationRecord,
): Promise<RecordStatus> {
  const { account, bundlerClient, operations } = config

  if (record.outcome) return { outcome: record.outcome, status: 'settled' }
  if (record.state === 'released') return { status: 'dropped' }
  if (record.attempts.length === 0) return lookUpUnsigned(config, record)

  // All have one nonce, so that at most one of them was included.
  const statuses = await Promise.all(
    record.attempts.map(async ({ prepared }) => ({
      prepared,
      ...(await getOperationStatus(bundlerClient, {
        account,
        nonce: record.nonce,
        userOpHash: prepared.userOpHash,
        window: prepared.window,
      })),
    })),
  )
  let isUnproven = false
  for (const found of statuses) {
    if (found.status !== 'success' && found.status !== 'reverted') continue
    try {
      const outcome = await readOutcome(account, {
        transactionHash: found.transactionHash,
        userOpHash: found.prepared.userOpHash,
      })
      // Not what the node has: nothing is settled by it.
      if (!outcome) {
        isUnproven = true
        continue
      }
      operations.settle(record, outcome)
      return { outcome, status: 'settled' }
    } catch (error) {
      return { error: toPolicyError(error), status: 'unknown' }
    }
  }
  if (isUnproven) return { error: undefined, status: 'unknown' }
  const unknown = statuses.find(({ status }) => status === 'unknown')
  if (unknown?.status === 'unknown')
    return { error: unknown.error, status: 'unknown' }
  if (statuses.some(({ status }) => status === 'pending'))
    return { status: 'pending' }
  if (
    statuses.some(({ status }) => status === 'replaced') &&
    !(await isTakenByOther(config, record))
  )
    return { error: undefined, status: 'unknown' }

  return operations.release(record)
    ? { status: 'dropped' }
    : { error: undefined, status: 'unknown' }
}

/**
 * Looks at the nonce of a key that nothing is known to be signed for. Where it is
 * used, the key is free only if the operation that used it is another key's, and
 * does not make the very same calls.
 */
async function lookUpUnsigned(
  config: PolicyMcpServerConfig,
  record: OperationRecord,
): Promise<RecordStatus> {
  const { account, operations } = config
  const { entryPoint } = account
  try {
    const nextNonce = await getAction(
      account.client,
      readContract,
      'readContract',
    )({
      abi: entryPoint.abi,
      address: entryPoint.address,
      args: [account.address, record.nonce >> 64n],
      functionName: 'getNonce',
    })
    if (nextNonce <= record.nonce) return { status: 'unsigned' }
  } catch (error) {
    return { error: toPolicyError(error), status: 'unknown' }
  }
  const taker = await findTaker(config, record)
  const other = taker && operations.getByHash(taker)
  const isOther = other !== undefined && other.callsHash !== record.callsHash
  return isOther && operations.release(record)
    ? { status: 'dropped' }
    : { error: undefined, status: 'unknown' }
}

/**
 * Whether another operation has the nonce. That none of the key's own is found
 * would not do: nodes know their state before they know its logs.
 */
async function isTakenByOther(
  config: PolicyMcpServerConfig,
  record: OperationRecord,
): Promise<boolean> {
  const taker = await findTaker(config, record)
  return (
    taker !== undefined &&
    record.attempts.every(({ prepared }) => prepared.userOpHash !== taker)
  )
}

/** Finds the operation that has used a record's nonce. */
async function findTaker(
  { account }: PolicyMcpServerConfig,
  { block, nonce }: OperationRecord,
): Promise<Hash | undefined> {
  const logs = await getAction(
    account.client,
    getLogs,
    'getLogs',
  )({
    address: account.entryPoint.address,
    args: { sender: account.address },
    event: operationEvent,
    fromBlock: block,
    strict: true,
  }).catch(() => [])
  return logs.find(({ args }) => args.nonce === nonce)?.args.userOpHash
}
