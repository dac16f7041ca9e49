import type { Hash } from 'viem'

import type { ContractCall } from '../../accounts/encodeContractCalls.ts'
import { getChainTime } from '../../accounts/getChainTime.ts'
import type { PolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import { type PreparedCalls, prepareCalls } from '../../bundler/prepareCalls.ts'
import { sendPreparedCalls } from '../../bundler/sendPreparedCalls.ts'
import { isPolicyError, PolicyError } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { type ClaimNonceParameters, claimNonce } from './claimNonce.ts'
import { lookUpRecord } from './lookUpRecord.ts'
import type {
  OperationOutcome,
  OperationRecord,
  RecordedCall,
} from './operationRecord.ts'
import { runInTurn } from './runInTurn.ts'
import { toUnknownOutcome } from './toUnknownOutcome.ts'
import { waitForRecord } from './waitForRecord.ts'

export type SendOnceParameters = Omit<ClaimNonceParameters, 'calls'> & {
  /** The account, with names for errors. */
  account: PolicyAgentAccount
  calls: readonly (ContractCall & RecordedCall)[]
}

export type SendOnceReturnType = {
  /** Whether an earlier call with this key had sent it already. */
  replayed: boolean
} & (
  | { outcome: OperationOutcome; status: 'settled' }
  | { status: 'pending'; userOpHash: Hash }
)

/** Seconds that a window must have left for its operation to be sent again. */
const resendMargin = 60

/** Time that a lost operation is given to show up, in ms. */
const resendDelay = 3_000

/** Seconds that another server is given to sign. */
const signingTime = 10

/** Tries to find a nonce, where other servers use the same lanes. */
const maxTries = 3

/**
 * Sends calls at most once for each idempotency key.
 *
 * A key is bound to one nonce before anything is signed, and each signed operation
 * is written down before it is sent. A retry signs for the same nonce, of which the
 * EntryPoint lets one operation run. A key gets another nonce only when the chain
 * shows that none of its operations was included and none can be any more.
 *
 * @param config - {@link PolicyMcpServerConfig}
 * @param parameters - {@link SendOnceParameters}
 */
export async function sendOnce(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
): Promise<SendOnceReturnType> {
  return runInTurn(config.operations, parameters.idempotencyKey, () =>
    findOrSend(config, parameters),
  )
}

async function findOrSend(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
): Promise<SendOnceReturnType> {
  for (let tries = 0; tries < maxTries; tries++) {
    const earlier = await findEarlier(config, parameters)
    if (earlier) return earlier

    const { isNew, record } = await claimNonce(config, parameters)
    // Another server was faster: see what it does.
    if (!isNew && (await isTakenCareOf(config, record))) continue

    const prepared = await prepare(config, parameters, record, isNew)
    // Somebody took the nonce away while it was signed for: nothing was sent.
    if (!prepared) continue

    return await sendNew(config, parameters, prepared)
  }
  throw new PolicyError({
    arguments: { reason: 'other servers use the same lanes' },
    code: 'NONCE_CONFLICT',
  })
}

/**
 * Returns what an earlier call with this key has done. Nothing where there was
 * none, or where its operation has to be signed anew.
 */
async function findEarlier(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
): Promise<SendOnceReturnType | undefined> {
  const record = config.operations.get(parameters.idempotencyKey)
  if (!record) return undefined
  if (record.callsHash !== parameters.callsHash)
    throw new PolicyError({
      arguments: { key: parameters.idempotencyKey },
      code: 'IDEMPOTENCY_CONFLICT',
      source: { kind: 'sdk' },
    })

  const found = await lookUpRecord(config, record)
  switch (found.status) {
    case 'settled':
      return { outcome: found.outcome, replayed: true, status: 'settled' }
    case 'unknown':
      throw toUnknownOutcome(
        record.attempts.at(-1)?.prepared.userOpHash,
        found.error,
      )
    case 'dropped':
    case 'unsigned':
      return undefined
    case 'pending':
      return resend(config, parameters, record)
  }
}

/** Sends again what may have got lost: the very same operation. */
async function resend(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
  record: OperationRecord,
): Promise<SendOnceReturnType | undefined> {
  const last = record.attempts.at(-1)
  if (!last) return undefined
  const { prepared, sent } = last
  const { userOpHash } = prepared
  if (sent) return { replayed: true, status: 'pending', userOpHash }

  // The bundler may have it nevertheless, and not every bundler says so, nor
  // takes it well to get the same operation twice.
  const waited = await waitForRecord(
    {
      ...config,
      waitTimeout: Math.min(config.waitTimeout ?? resendDelay, resendDelay),
    },
    record.key,
  )
  if (waited?.found.status === 'settled')
    return { ...waited.found, replayed: true }

  const now = await getChainTime(config.account.client)
  if (prepared.window.validUntil - now < resendMargin) return undefined
  try {
    await send(config, parameters, prepared)
  } catch (error) {
    // What it was signed for no longer fits: it is signed anew, for its nonce.
    if (needsRebuild(error)) return undefined
    throw error
  }
  return { replayed: true, status: 'pending', userOpHash }
}

function needsRebuild(error: unknown): boolean {
  return (
    isPolicyError(error) &&
    error.retry === 'rebuild' &&
    error.code !== 'NONCE_CONFLICT'
  )
}

/**
 * Waits for another server that has just bound the key. Of two operations with one
 * nonce only one is included, but bundlers are better off without the second.
 */
async function isTakenCareOf(
  { operations }: PolicyMcpServerConfig,
  record: OperationRecord,
): Promise<boolean> {
  const deadline = (record.createdAt + signingTime) * 1_000
  for (;;) {
    const now = operations.get(record.key)
    const isSame = now?.state === 'open' && now.nonce === record.nonce
    if (!isSame || now.attempts.length > record.attempts.length) return true
    if (record.attempts.length > 0 || Date.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Signs an operation for the key's nonce, and writes it down. */
async function prepare(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
  record: OperationRecord,
  isNew: boolean,
): Promise<PreparedCalls | undefined> {
  const { bundlerClient, operations } = config
  try {
    const prepared = await prepareCalls(bundlerClient, {
      account: parameters.account,
      calls: parameters.calls as readonly unknown[],
      nonce: record.nonce,
    })
    return operations.addAttempt(record, { prepared, sent: false })
      ? prepared
      : undefined
  } catch (error) {
    // Nothing was signed for the nonce, so that nothing can come of it.
    if (isNew) operations.release({ ...record, attempts: [] })
    throw error
  }
}

/** Sends an operation that was just signed. */
async function sendNew(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
  prepared: PreparedCalls,
): Promise<SendOnceReturnType> {
  try {
    await send(config, parameters, prepared)
  } catch (error) {
    // The bundler may hold the operation that another server has signed for the
    // same key, and refuse a second one with its nonce.
    const other = config.operations
      .get(parameters.idempotencyKey)
      ?.attempts.find(
        ({ prepared: { userOpHash }, sent }) =>
          sent && userOpHash !== prepared.userOpHash,
      )
    if (!other) throw error
    const { userOpHash } = other.prepared
    return { replayed: true, status: 'pending', userOpHash }
  }
  return { replayed: false, status: 'pending', userOpHash: prepared.userOpHash }
}

async function send(
  config: PolicyMcpServerConfig,
  parameters: SendOnceParameters,
  prepared: PreparedCalls,
): Promise<void> {
  const { account, calls } = parameters
  const { bundlerClient, operations } = config
  const { userOpHash } = prepared
  try {
    await sendPreparedCalls(bundlerClient, {
      ...prepared,
      account,
      context: {
        account: account.address,
        agent: account.agent.address,
        calls,
        policy: account.names,
      },
    })
    operations.markSent(prepared)
  } catch (cause) {
    const error = toPolicyError(cause, { userOpHash })
    if (error.code !== 'OPERATION_ALREADY_PENDING') throw error
    operations.markSent(prepared)
  }
}
