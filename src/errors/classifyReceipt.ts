import { decodeAbiParameters, type Hex, isHex } from 'viem'
import { entryPoint07Abi } from 'viem/account-abstraction'
import { toEventSelector } from 'viem/utils'

import {
  type ClassifiedError,
  classifyRevert,
  getRevertReason,
  getTargetError,
} from './classifyRevert.ts'
import type { FailedReceipt } from './collectErrorFacts.ts'
import { type DecodedRevert, decodeRevert } from './decodeRevert.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import { readProperty } from './readProperty.ts'

const eventNames: { readonly [topic: string]: string } = Object.fromEntries(
  entryPoint07Abi.flatMap((item) =>
    item.type === 'event' ? [[toEventSelector(item), item.name]] : [],
  ),
)

/**
 * Says why an operation failed that was included.
 *
 * Words in the receipt are the words of the calls' targets, so that the
 * EntryPoint's codes are not looked for in them.
 *
 * @param receipt - Receipt of a UserOperation that says `success: false`
 * @param context - What the caller knows about the operation
 * @param abis - ABIs whose errors the calls' targets may raise
 */
export function classifyReceipt(
  receipt: FailedReceipt,
  context: PolicyErrorContext,
  abis: readonly (readonly unknown[])[],
): ClassifiedError {
  const userOpHash = toHash(receipt.userOpHash) ?? context.userOpHash
  const known: PolicyErrorContext = {
    ...context,
    phase: 'execution',
    transactionHash:
      toHash(readProperty(receipt.receipt, 'transactionHash')) ??
      context.transactionHash,
    userOpHash,
  }
  const logs = getLogs(receipt, userOpHash)
  const find = (name: string) => logs.find((log) => log.name === name)

  if (find('UserOperationPrefundTooLow'))
    return {
      arguments: { account: context.account },
      code: 'PREFUND_TOO_LOW',
      context: known,
      source: { kind: 'entrypoint' },
    }

  const postOp = find('PostOpRevertReason')
  if (postOp) {
    const revert = decodeRevert(postOp.data, abis)
    return {
      arguments: { reason: getRevertReason(revert) },
      code: 'PAYMASTER_REJECTED',
      context: known,
      details: getTargetError(revert),
      source: { aa: 'AA50', kind: 'entrypoint', rawData: revert.rawData },
    }
  }

  const { reason } = receipt
  const data =
    find('UserOperationRevertReason')?.data ??
    (isHex(reason) ? reason : undefined)
  const revert: DecodedRevert = data
    ? decodeRevert(data, abis)
    : {
        args: {},
        kind: 'empty',
        rawData: '0x',
        reason: typeof reason === 'string' ? reason : undefined,
        texts: [],
      }
  return classifyRevert(revert, {
    context: known,
    isExecution: true,
    source: {},
  })
}

/**
 * Returns the EntryPoint's events about this operation. Others could have been
 * emitted by the operation's own calls.
 */
function getLogs(
  receipt: FailedReceipt,
  userOpHash: Hex | undefined,
): readonly { data: Hex; name: string }[] {
  const logs = [readProperty(receipt.receipt, 'logs'), receipt.logs].flatMap(
    (logs) => (Array.isArray(logs) ? logs.slice(0, 10_000) : []),
  )

  return logs.flatMap((log: unknown) => {
    const data = readProperty(log, 'data')
    const topics = readProperty(log, 'topics')
    if (!isHex(data) || !Array.isArray(topics)) return []
    if (!isSame(readProperty(log, 'address'), receipt.entryPoint)) return []
    if (!isSame(topics[1], userOpHash)) return []

    const name = eventNames[`${topics[0]}`.toLowerCase()]
    if (!name) return []
    try {
      const [, reason] = decodeAbiParameters(
        [{ type: 'uint256' }, { type: 'bytes' }],
        data,
      )
      return [{ data: reason, name }]
    } catch {
      return [{ data: '0x' as const, name }]
    }
  })
}

function isSame(a: unknown, b: unknown): boolean {
  return (
    typeof a === 'string' &&
    typeof b === 'string' &&
    a.toLowerCase() === b.toLowerCase()
  )
}

function toHash(value: unknown): Hex | undefined {
  return isHex(value) && value.length === 66 ? value : undefined
}
