import type { Hash, Hex } from 'viem'

import type {
  PolicyErrorActor,
  PolicyErrorCategory,
  PolicyErrorPhase,
  PolicyErrorRetry,
} from './defineErrorRow.ts'
import type { PolicyErrorCode } from './errorTable.ts'
import { omitUndefined } from './omitUndefined.ts'
import type { PolicyErrorDetail } from './policyErrorDetails.ts'

/** Most bytes of revert data that `toJSON` repeats. */
const maxRawData = 1_024

/** Where an error was read from. */
export type PolicyErrorSource = {
  kind: 'custom_error' | 'entrypoint' | 'rpc' | 'sdk'
  /** Name of the Solidity error. */
  errorName?: string | undefined
  /** EntryPoint's code, such as `AA23`. */
  aa?: string | undefined
  /** JSON-RPC error code. */
  rpcCode?: number | undefined
  /** Revert data. `toJSON` cuts it off at 1,024 bytes. */
  rawData?: Hex | undefined
}

/** A value as JSON has it: integers of `details` are decimal strings. */
type PolicyErrorJsonDetail =
  | boolean
  | string
  | readonly PolicyErrorJsonDetail[]
  | { readonly [name: string]: PolicyErrorJsonDetail }

/** The envelope that SDK and MCP server show for an error. */
export type PolicyErrorJson = {
  code: PolicyErrorCode
  category: PolicyErrorCategory
  /** One sentence behind the code in brackets. */
  message: string
  /** What would let it pass. */
  requiredAction: string
  /** Whether the agent may try again without anybody else acting. */
  retryable: boolean
  retry: PolicyErrorRetry
  /** First second, in Unix seconds, at which a retry may pass. */
  retryAfter?: number
  actor: PolicyErrorActor
  phase: PolicyErrorPhase
  /** What the owner wants the agent to hear. */
  ownerMessage?: string
  details?: { readonly [name: string]: PolicyErrorJsonDetail }
  source?: {
    kind: PolicyErrorSource['kind']
    errorName?: string
    aa?: string
    rpcCode?: number
    rawData?: Hex
    /** Whole length of the revert data in bytes, where `rawData` is cut off. */
    rawDataLength?: number
  }
  userOpHash?: Hash
  transactionHash?: Hash
  /** Everything a dry run found, the first of which this error tells. */
  violations?: readonly Omit<PolicyErrorJson, 'violations'>[]
}

/** Returns the details as JSON has them; nothing where there are none. */
export function toJsonDetails(
  details: PolicyErrorDetail,
): PolicyErrorJson['details'] {
  const json = toJsonDetail(details) as PolicyErrorJson['details']
  return json && Object.keys(json).length > 0 ? json : undefined
}

/** Returns where an error was read from, with its revert data cut off. */
export function toJsonSource(
  source: PolicyErrorSource | undefined,
): PolicyErrorJson['source'] {
  if (!source) return undefined
  const { aa, errorName, kind, rawData, rpcCode } = source
  const length = rawData === undefined ? 0 : (rawData.length - 2) >> 1
  return omitUndefined({
    kind,
    errorName,
    aa,
    rpcCode,
    rawData: rawData?.slice(0, 2 + 2 * maxRawData),
    rawDataLength: length > maxRawData ? length : undefined,
  }) as PolicyErrorJson['source']
}

function toJsonDetail(
  value: PolicyErrorDetail,
): PolicyErrorJsonDetail | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return value
  if (Array.isArray(value))
    return value.flatMap((item) => toJsonDetail(item) ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const json = toJsonDetail(item)
      return json === undefined ? [] : [[name, json]]
    }),
  )
}
