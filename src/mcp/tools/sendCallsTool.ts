import { type Hash, keccak256, stringToHex } from 'viem'
import { z } from 'zod'

import { parseCalls } from '../input/parseCalls.ts'
import {
  type CallInput,
  callsSchema,
  idempotencyKeySchema,
} from '../input/schemas.ts'
import { describeRecord } from '../operations/describeRecord.ts'
import { getCallsHash } from '../operations/getCallsHash.ts'
import { lookUpRecord } from '../operations/lookUpRecord.ts'
import { sendOnce } from '../operations/sendOnce.ts'
import { toUnknownOutcome } from '../operations/toUnknownOutcome.ts'
import { waitForRecord } from '../operations/waitForRecord.ts'
import { loadPolicy } from '../policy/loadPolicy.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { defineTool } from './defineTool.ts'
import { operationShape } from './operationSchemas.ts'

export const sendCallsTool = defineTool({
  annotations: {
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
    readOnlyHint: false,
  },
  description:
    'Makes these calls from the account as one operation, all or none, if the policy on chain allows them. They are checked first: a denial costs nothing, and its error says what would help. Waits some seconds for the inclusion; if the status is `pending` then, follow it with get_operation. Choose one idempotencyKey for each payment that you mean to make once, and repeat the same key with the same calls to retry: it cannot pay twice.',
  input: z.strictObject({
    calls: callsSchema,
    idempotencyKey: idempotencyKeySchema.describe(
      'Names this one payment, such as "invoice-2041". The same key never pays twice; a new payment needs a new key.',
    ),
  }),
  name: 'send_calls',
  output: {
    ...operationShape,
    calls: z.array(z.string()).describe('What the calls do, in words'),
    replayed: z
      .boolean()
      .describe('Whether an earlier call with this key had sent it'),
  },
  async run(config, input) {
    const { idempotencyKey } = input
    const { account } = config
    const inputHash = getInputHash(input.calls)
    const earlier = await findPaid(config, { idempotencyKey, inputHash })
    if (earlier) return earlier

    const loaded = await loadPolicy(config)
    const calls = parseCalls(input.calls, loaded.known)

    const sent = await sendOnce(config, {
      account: { ...account, names: loaded.names },
      agentNumber: loaded.grant.number,
      calls,
      callsHash: getCallsHash({
        account: account.address,
        calls,
        chainId: loaded.policy.data.chainId,
      }),
      idempotencyKey,
      inputHash,
    })
    const waited = await waitForRecord(config, idempotencyKey)
    if (!waited) throw toUnknownOutcome(undefined)

    const { found, record } = waited
    const answer = describeRecord(record, found)
    return {
      ...answer,
      ...(found.status === 'unknown'
        ? { error: toUnknownOutcome(answer.userOpHash, found.error).toJSON() }
        : {}),
      calls: calls.map(({ summary }) => summary),
      replayed: sent.replayed,
    }
  },
  title: 'Make calls',
})

/** Tells the calls as they are written, in whatever order of their fields. */
function getInputHash(calls: readonly CallInput[]): Hash {
  const text = JSON.stringify(calls, (_, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(compareNames))
      : item,
  )
  return keccak256(stringToHex(text))
}

function compareNames([one]: [string, unknown], [two]: [string, unknown]) {
  return one < two ? -1 : 1
}

/**
 * Answers a retry of what is over. It needs no policy: the agent may have another
 * one by now, with other names, or none.
 */
async function findPaid(
  config: PolicyMcpServerConfig,
  retry: { idempotencyKey: string; inputHash: Hash },
) {
  const record = config.operations.get(retry.idempotencyKey)
  if (!record || record.inputHash !== retry.inputHash) return undefined
  const found = await lookUpRecord(config, record)
  if (found.status !== 'settled') return undefined
  return {
    ...describeRecord(record, found),
    calls: record.calls.map(
      ({ data, summary, to }) =>
        summary ?? `Call ${data.slice(0, 10)} on ${to}`,
    ),
    replayed: true,
  }
}
