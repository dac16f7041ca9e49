import { getAddress, type Hash, type Hex, isAddress, isHash, isHex } from 'viem'
import { z } from 'zod'

import { compareAddresses } from '../accounts/encodeApprovals.ts'
import { checkApprovalRequest } from '../actions/approvals/approvalRequests.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { ApprovalRequest } from '../types/approval.ts'
import { refuseInput } from './refuseInput.ts'

/** Deadlines have 48 bits; EntryPoint 0.9 reads the uppermost otherwise. */
const maxTime = 2 ** 47 - 1

/** A policy allows at most as many calls in one operation. */
const maxCalls = 255

/** Most bytes of calldata in all. More fits in no block. */
const maxData = 131_072

const address = z
  .string()
  .refine((text) => isAddress(text), 'It is no address with a right checksum.')
  .transform((text) => getAddress(text))
const hash = z
  .string()
  .refine((text) => isHash(text), 'It is no hash of 32 bytes.')
  .transform((text) => text.toLowerCase() as Hash)
const data = z
  .string()
  .refine(
    (text) => isHex(text) && text.length % 2 === 0,
    'It is no hexadecimal data.',
  )
  .transform((text) => text.toLowerCase() as Hex)
const uint256 = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/, 'It is no integer in decimals.')
  .refine((text) => BigInt(text) < 2n ** 256n, 'It is above 2^256 - 1.')

const requestSchema = z.strictObject({
  account: address,
  agent: address,
  approvers: z
    .array(z.strictObject({ address, name: z.string().max(100).optional() }))
    .min(1)
    .max(1_228),
  calls: z
    .array(z.strictObject({ data, to: address, value: uint256 }))
    .min(1)
    .max(maxCalls),
  callsHash: hash,
  chainId: z.int().min(1),
  deadline: z.int().min(1).max(maxTime),
  digest: hash,
  nonce: uint256,
  threshold: z.int().min(1).max(255),
  typedData: z.custom<ApprovalRequest['typedData']>(
    (value) => typeof value === 'object' && value !== null,
    'It is no typed data.',
  ),
  validator: address,
})

/**
 * Checks a request for approval that somebody has made, and returns it in one
 * spelling. Its hashes and its typed data must say what its fields say, and enough
 * approvers must be there that are not the agent.
 *
 * @param value - Request, from JSON perhaps
 */
export function parseRequest(value: unknown): ApprovalRequest {
  const parsed = requestSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue?.path.map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
    )
    return refuseInput(
      `request${path?.join('') ?? ''}`,
      issue?.message ?? 'It is no request.',
      'Pass the request as `prepareApproval` has returned it.',
    )
  }
  const { typedData, ...request } = parsed.data
  const { approvers } = request

  const size = request.calls.reduce((sum, { data }) => sum + data.length, 0)
  if (size / 2 > maxData)
    refuseInput(
      'request.calls',
      `They have more than ${maxData} bytes of data.`,
      'Ask for approval of fewer calls at once.',
    )
  for (const [index, { address }] of approvers.entries()) {
    const previous = approvers[index - 1]?.address
    if (previous && compareAddresses(previous, address) >= 0)
      refuseInput(
        `request.approvers[${index}].address`,
        'It stands out of order, or twice.',
        'Have the approvers ascend by address.',
      )
  }
  const able = approvers.filter(({ address }) => address !== request.agent)
  if (able.length < request.threshold)
    refuseInput(
      'request.threshold',
      `${request.threshold} must approve, and ${able.length} can (the agent itself cannot).`,
      'Let the owner change the policy: such a request could never be approved.',
    )

  return checkHashes({
    ...request,
    approvers: approvers.map(({ address, name }) => ({
      address,
      ...(name === undefined ? {} : { name }),
    })),
    typedData,
  })
}

/**
 * Returns the request that the fields make, for which the hashes and the typed data
 * beside them must be its own.
 */
export function checkHashes(request: ApprovalRequest): ApprovalRequest {
  try {
    return checkApprovalRequest(request)
  } catch (error) {
    throw toPolicyError(error, {
      account: request.account,
      agent: request.agent,
      phase: 'input',
    })
  }
}
