import { type Address, getAddress, type Hash, isAddress, isHash } from 'viem'

import type { HeldAmount } from './approvalRecord.ts'
import { type ApprovalState, approvalStates } from './approvalStates.ts'
import { refuseInput } from './refuseInput.ts'

/** In seconds, the year 36812; in milliseconds, 2004. */
const maxTimestamp = 2 ** 40

const maxText = 500

/** Most requests that are listed at once. */
const maxLimit = 500

const assetKinds = ['erc1155', 'erc20', 'erc721', 'gas', 'native', 'operations']

export function parseTimestamp(timestamp: number): number {
  if (Number.isSafeInteger(timestamp) && timestamp > 0) {
    if (timestamp < maxTimestamp) return timestamp
    return refuseInput(
      'timestamp',
      `${timestamp} is no time of a chain.`,
      'Pass seconds, not milliseconds: what `getChainTime` returns.',
    )
  }
  return refuseInput(
    'timestamp',
    `${timestamp} is no time of a chain.`,
    'Pass the time of the chain in Unix seconds, as `getChainTime` returns it.',
  )
}

export function parseDigest(digest: Hash, field = 'digest'): Hash {
  if (typeof digest !== 'string' || !isHash(digest))
    return refuseInput(
      field,
      'It is no hash of 32 bytes.',
      "Pass the request's `digest`.",
    )
  return digest.toLowerCase() as Hash
}

export function parseAddress(field: string, address: Address): Address {
  if (typeof address !== 'string' || !isAddress(address, { strict: false }))
    return refuseInput(
      field,
      'It is no address.',
      'Pass an address of 20 bytes in hexadecimal.',
    )
  return getAddress(address)
}

export function parseChainId(chainId: number): number {
  if (!Number.isSafeInteger(chainId) || chainId < 1)
    return refuseInput(
      'chainId',
      `${chainId} is no id of a chain.`,
      "Pass the request's `chainId`.",
    )
  return chainId
}

/** Words of somebody, which are kept and shown as they are. */
export function parseText(field: string, text: string): string {
  if (typeof text !== 'string' || text.trim() === '' || text.length > maxText)
    return refuseInput(
      field,
      'It is empty, or too long.',
      `Write 1 to ${maxText} characters.`,
    )
  return text
}

export function parseThreshold(threshold: number): number {
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > 255)
    return refuseInput(
      'policy.threshold',
      `${threshold} is no number of approvals.`,
      'Pass what the policy says, 1 to 255; where it asks for none, send the calls without approvals.',
    )
  return threshold
}

export function parseLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > maxLimit)
    return refuseInput(
      'limit',
      `${limit} requests cannot be listed at once.`,
      `Pass 1 to ${maxLimit}, and go on with \`after\`.`,
    )
  return limit
}

export function parseStates(
  states: readonly ApprovalState[],
): readonly ApprovalState[] {
  for (const [index, state] of states.entries())
    if (!approvalStates.includes(state))
      refuseInput(
        `states[${index}]`,
        'There is no such state.',
        `Write one of ${approvalStates.join(', ')}.`,
      )
  return states
}

export function parseHeld(held: readonly HeldAmount[]): readonly HeldAmount[] {
  if (!Array.isArray(held))
    return refuseInput(
      'held',
      'It is no list.',
      'Pass what `getSpends` returns for the calls.',
    )
  return held.map(({ amount, asset }: HeldAmount, index) => {
    if (typeof amount !== 'bigint' || amount < 0n || amount >= 2n ** 256n)
      refuseInput(
        `held[${index}].amount`,
        'It is no amount.',
        'Pass base units of the asset as a bigint, 0 to 2^256 - 1.',
      )
    if (!assetKinds.includes(asset?.kind) || typeof asset.id !== 'bigint')
      refuseInput(
        `held[${index}].asset`,
        'It is no asset.',
        "Pass one of the policy's assets.",
      )
    const address = parseAddress(`held[${index}].asset.address`, asset.address)
    return { amount, asset: { address, id: asset.id, kind: asset.kind } }
  })
}
