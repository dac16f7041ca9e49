import {
  type Address,
  getAddress,
  hashTypedData,
  isAddress,
  isHex,
  type TypedDataDefinition,
} from 'viem'

import { hashCalls } from '../../accounts/hashCalls.ts'
import type {
  ApprovalRequest,
  ApprovalTypedDataJson,
} from '../../types/approval.ts'
import type { EncodedCall } from '../../types/call.ts'
import { ApprovalRequestInvalidError } from '../errors.ts'
import {
  type GetApprovalTypedDataReturnType,
  getApprovalTypedData,
} from './getApprovalTypedData.ts'

/** Fields of a request from which the others follow. */
export type ApprovalRequestFields = Omit<
  ApprovalRequest,
  'callsHash' | 'digest' | 'typedData'
>

/** Fills in what follows from the other fields. */
export function toApprovalRequest(
  fields: ApprovalRequestFields,
): ApprovalRequest {
  const calls = decodeCalls(fields.calls)
  const typedData = getApprovalTypedData({
    ...fields,
    calls,
    nonce: BigInt(fields.nonce),
  })
  return {
    account: fields.account,
    agent: fields.agent,
    approvers: fields.approvers,
    calls: fields.calls,
    callsHash: hashCalls(calls),
    chainId: fields.chainId,
    deadline: fields.deadline,
    digest: hashTypedData(typedData),
    nonce: fields.nonce,
    threshold: fields.threshold,
    typedData: toJson(typedData),
    validator: fields.validator,
  }
}

/**
 * Returns the calls of a request as viem's actions take them.
 *
 * @param request - Request, such as one read from a file
 * @returns Calls
 */
export function getApprovalCalls(
  request: ApprovalRequest,
): readonly EncodedCall[] {
  return decodeCalls(checkApprovalRequest(request).calls)
}

/**
 * Returns what the fields of a request say, whoever has written it. Throws where
 * one is malformed, or where `callsHash`, `digest` or `typedData` says something
 * else than the others.
 */
export function checkApprovalRequest(
  request: ApprovalRequest,
): ApprovalRequest {
  checkFields(request)
  const actual = toApprovalRequest(request)
  for (const field of ['callsHash', 'digest'] as const)
    if (request[field]?.toLowerCase() !== actual[field])
      throw new ApprovalRequestInvalidError({
        field,
        reason: 'is not that of the other fields',
      })
  // A hash covers what the types name alone; a wallet may show the rest too.
  if (
    hashJson(request.typedData) !== actual.digest ||
    !hasNoMore(request.typedData, actual.typedData)
  )
    throw new ApprovalRequestInvalidError({
      field: 'typedData',
      reason: 'is not that of the other fields',
    })
  return actual
}

function checkFields(request: ApprovalRequest): void {
  const { approvers, calls, chainId, deadline, nonce, threshold } = request
  for (const field of ['account', 'agent', 'validator'] as const)
    demand(isAnyAddress(request[field]), field, 'is no address')
  demand(
    Array.isArray(approvers) &&
      approvers.every((approver) => isAnyAddress(approver?.address)),
    'approvers',
    'is no list of approvers',
  )
  demand(Array.isArray(calls) && calls.length > 0, 'calls', 'lists no calls')
  calls.forEach((call, index) => {
    const place = `calls[${index}]`
    demand(isAnyAddress(call?.to), `${place}.to`, 'is no address')
    demand(
      isHex(call.data, { strict: true }) && call.data.length % 2 === 0,
      `${place}.data`,
      'is no calldata',
    )
    demand(isWord(call.value), `${place}.value`, 'is no amount in decimals')
  })
  demand(isWord(nonce), 'nonce', 'is no nonce in decimals')
  demand(isCount(chainId), 'chainId', 'is no id of a chain')
  demand(
    isCount(deadline) && deadline < 2 ** 48,
    'deadline',
    'is no time in Unix seconds',
  )
  demand(
    isCount(threshold) && threshold > 0,
    'threshold',
    'is no number of approvals',
  )
}

function demand(holds: boolean, field: string, reason: string): void {
  if (!holds) throw new ApprovalRequestInvalidError({ field, reason })
}

function isAnyAddress(value: unknown): value is Address {
  return typeof value === 'string' && isAddress(value, { strict: false })
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isWord(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^(?:0|[1-9]\d{0,77})$/.test(value) &&
    BigInt(value) < 2n ** 256n
  )
}

function decodeCalls(calls: ApprovalRequest['calls']): readonly EncodedCall[] {
  return calls.map(({ data, to, value }) => ({
    data,
    to: getAddress(to),
    value: BigInt(value),
  }))
}

/** Fields of the domain, which wallets want to be told. */
const domainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const

function toJson(
  typedData: GetApprovalTypedDataReturnType,
): ApprovalTypedDataJson {
  const { calls, deadline, nonce, ...message } = typedData.message
  return {
    domain: typedData.domain as ApprovalTypedDataJson['domain'],
    message: {
      ...message,
      calls: calls.map(({ value, ...call }) => ({
        ...call,
        value: `${value}`,
      })),
      deadline: `${deadline}`,
      nonce: `${nonce}`,
    },
    primaryType: 'Approval',
    types: { ...typedData.types, EIP712Domain: domainType },
  }
}

/** The digest of typed data from somewhere; nothing where there is none. */
function hashJson(typedData: unknown) {
  try {
    return hashTypedData(typedData as TypedDataDefinition)
  } catch {
    return undefined
  }
}

/** Whether a value has no field, at any depth, that the expected one has not. */
function hasNoMore(value: unknown, expected: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (typeof expected !== 'object' || expected === null) return false
  const known = new Map<string, unknown>(Object.entries(expected))
  return Object.entries(value).every(
    ([key, field]) => known.has(key) && hasNoMore(field, known.get(key)),
  )
}
