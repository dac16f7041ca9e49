import type { RecordStatus } from './lookUpRecord.ts'
import type { OperationRecord } from './operationRecord.ts'

const nextSteps = {
  dropped:
    'It was never included and never can be. To try again, call send_calls with the same key and the same calls.',
  failed:
    'It was included, but its calls reverted: nothing moved, and gas was paid. To try again, change what made it fail and use a new key.',
  mined: 'It is done. Do not send it again.',
  pending:
    'Call get_operation with this key after some seconds. Do not send it with another key.',
  unsigned:
    'Nothing was signed for it yet, and its nonce is unused. To go on, call send_calls with the same key and the same calls.',
  unknown:
    'Call get_operation again later. Until the outcome is known, retry with the same key only: it cannot pay twice.',
} as const

/** Describes what became of a key's operation, as the tools answer it. */
export function describeRecord(record: OperationRecord, found: RecordStatus) {
  const last = record.attempts.at(-1)
  const known = {
    idempotencyKey: record.key,
    nonce: `${record.nonce}`,
  }

  if (found.status === 'settled') {
    const { outcome } = found
    return { ...known, ...outcome, nextStep: nextSteps[outcome.status] }
  }
  const isUnsigned = found.status === 'unsigned'
  const status = isUnsigned ? 'pending' : found.status
  return {
    ...known,
    nextStep: nextSteps[isUnsigned ? 'unsigned' : status],
    status,
    ...(last ? { userOpHash: last.prepared.userOpHash } : {}),
  }
}
