import type { Hash } from 'viem'
import { getUserOperationReceipt } from 'viem/account-abstraction'
import { getAction } from 'viem/utils'
import { z } from 'zod'

import { toPolicyError } from '../../errors/toPolicyError.ts'
import { idempotencyKeySchema, userOpHashSchema } from '../input/schemas.ts'
import { toInputError } from '../input/toInputError.ts'
import { describeRecord } from '../operations/describeRecord.ts'
import { lookUpRecord } from '../operations/lookUpRecord.ts'
import { readOutcome } from '../operations/readOutcome.ts'
import { toUnknownOutcome } from '../operations/toUnknownOutcome.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { defineTool } from './defineTool.ts'
import { operationShape } from './operationSchemas.ts'

export const getOperationTool = defineTool({
  annotations: {
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
    readOnlyHint: true,
  },
  description:
    'Finds out what became of an operation, by its idempotencyKey or its userOpHash: whether it is pending, mined (with gas and transaction), failed (with the reason), dropped, or unknown. It never sends anything.',
  input: z.strictObject({
    idempotencyKey: idempotencyKeySchema
      .optional()
      .describe('Key that send_calls was given'),
    userOpHash: userOpHashSchema
      .optional()
      .describe('Hash that send_calls has answered'),
  }),
  name: 'get_operation',
  output: operationShape,
  async run(config, { idempotencyKey, userOpHash }) {
    if ((idempotencyKey === undefined) === (userOpHash === undefined))
      throw toInputError([
        {
          fix: 'Give the one that you have, and leave out the other.',
          message: 'It takes either `idempotencyKey` or `userOpHash`.',
          path: 'arguments',
        },
      ])

    const hash = userOpHash?.toLowerCase() as Hash | undefined
    const record = hash
      ? config.operations.getByHash(hash)
      : config.operations.get(idempotencyKey ?? '')
    if (!record) return hash ? lookUpHash(config, hash) : refuseKey()

    const found = await lookUpRecord(config, record)
    const answer = describeRecord(record, found)
    return found.status === 'unknown'
      ? {
          ...answer,
          error: toUnknownOutcome(answer.userOpHash, found.error).toJSON(),
        }
      : answer
  },
  title: 'Look up an operation',
})

/** An operation that this server has not sent: only the bundler knows it. */
async function lookUpHash(config: PolicyMcpServerConfig, userOpHash: Hash) {
  const { account, bundlerClient } = config
  const receipt = await getAction(
    bundlerClient,
    getUserOperationReceipt,
    'getUserOperationReceipt',
  )({ hash: userOpHash }).catch((error: unknown) => {
    const { code } = toPolicyError(error)
    if (code === 'OUTCOME_UNKNOWN') return undefined
    throw error
  })
  if (receipt) {
    const outcome = await readOutcome(account, {
      transactionHash: receipt.receipt.transactionHash,
      userOpHash,
    })
    if (outcome)
      return {
        ...outcome,
        nextStep: 'It is over. Do not send it again.',
      }
  }
  return {
    error: toUnknownOutcome(userOpHash).toJSON(),
    nextStep:
      'This server does not know this hash, and the chain shows no operation with it. Look it up by its idempotencyKey, and check the hash. Do not send it with another key.',
    status: 'unknown' as const,
    userOpHash,
  }
}

function refuseKey(): never {
  throw toInputError([
    {
      fix: 'Nothing was sent with it, so that send_calls may use it.',
      message: 'This server knows no operation with this key.',
      path: 'idempotencyKey',
    },
  ])
}
