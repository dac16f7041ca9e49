import type { Hash } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { getAction } from 'viem/utils'

import { PolicyError } from '../../errors/policyError.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { lookUpRecord } from './lookUpRecord.ts'
import type { OperationRecord, RecordedCall } from './operationRecord.ts'
import { readSlots } from './readSlots.ts'

export type ClaimNonceParameters = {
  /** Number of the agent on the account. */
  agentNumber: number
  calls: readonly RecordedCall[]
  callsHash: Hash
  idempotencyKey: string
  /** Hash of the calls as the agent has written them. */
  inputHash?: Hash | undefined
}

/** Seconds after which a nonce that nobody signed for may be taken away. */
const abandonedAfter = 120

/**
 * Binds a key to a nonce that no operation holds which may still be included, or
 * returns the one that it is bound to.
 *
 * @param config - {@link PolicyMcpServerConfig}
 * @param parameters - {@link ClaimNonceParameters}
 * @returns The key's record, and whether this call has bound it
 */
export async function claimNonce(
  config: PolicyMcpServerConfig,
  parameters: ClaimNonceParameters,
): Promise<{ isNew: boolean; record: OperationRecord }> {
  const { calls, callsHash, idempotencyKey, inputHash } = parameters
  const { account, operations } = config

  const known = operations.get(idempotencyKey)
  if (known?.state === 'open') return { isNew: false, record: known }

  const tryClaim = async () => {
    const [block, slots] = await Promise.all([
      getAction(account.client, getBlockNumber, 'getBlockNumber')({}),
      readSlots(account, parameters.agentNumber),
    ])
    return operations.claim({
      block,
      calls: calls.map(({ data, summary, to, value }) => ({
        data,
        summary,
        to,
        value,
      })),
      callsHash,
      createdAt: Math.floor(Date.now() / 1_000),
      inputHash,
      key: idempotencyKey,
      slots,
    })
  }

  let claim = await tryClaim()
  if (claim.status === 'busy') {
    await Promise.all(
      claim.holders.map((holder) => releaseIfOver(config, holder)),
    )
    claim = await tryClaim()
  }
  if (claim.status === 'busy') throw toBusy(claim.holders)
  if (claim.record.callsHash !== callsHash)
    throw new PolicyError({
      arguments: { key: idempotencyKey },
      code: 'IDEMPOTENCY_CONFLICT',
      source: { kind: 'sdk' },
    })
  return { isNew: claim.status === 'claimed', record: claim.record }
}

/** Frees the lane of an operation that never happens, or that has happened. */
async function releaseIfOver(
  config: PolicyMcpServerConfig,
  record: OperationRecord,
): Promise<void> {
  const { status } = await lookUpRecord(config, record)
  const age = Math.floor(Date.now() / 1_000) - record.createdAt
  if (status === 'unsigned' && age > abandonedAfter)
    config.operations.release(record)
}

/** Every lane is held by an operation that may still be included. */
function toBusy(holders: readonly OperationRecord[]): PolicyError {
  const ends = holders.map(({ attempts, createdAt }) =>
    attempts.length === 0
      ? createdAt + abandonedAfter
      : Math.max(...attempts.map(({ prepared }) => prepared.window.validUntil)),
  )
  return new PolicyError({
    arguments: { resetsAt: BigInt(Math.min(...ends) + 1) },
    code: 'TOOL_RATE_LIMITED',
    details: { pendingKeys: holders.map(({ key }) => key) },
    source: { kind: 'sdk' },
  })
}
