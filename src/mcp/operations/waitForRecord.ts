import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { lookUpRecord, type RecordStatus } from './lookUpRecord.ts'
import type { OperationRecord } from './operationRecord.ts'

/** Pauses between looks, in ms. The last one repeats. */
const pauses = [150, 250, 500, 1_000]

/**
 * Looks after a key's operation until it is settled, or until the time is up.
 *
 * @param config - {@link PolicyMcpServerConfig}
 * @param key - Idempotency key
 */
export async function waitForRecord(
  config: PolicyMcpServerConfig,
  key: string,
): Promise<{ found: RecordStatus; record: OperationRecord } | undefined> {
  const { operations, waitTimeout = 20_000 } = config
  const end = performance.now() + waitTimeout

  for (let look = 0; ; look++) {
    const record = operations.get(key)
    if (!record) return undefined
    const found = await lookUpRecord(config, record)

    const pause = pauses[Math.min(look, pauses.length - 1)] ?? 0
    const isOpen = found.status === 'pending' || found.status === 'unknown'
    if (!isOpen || performance.now() + pause > end) return { found, record }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
