import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pad, toHex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

import { compareAddresses } from '../../src/accounts/encodeApprovals.ts'
import { toApprovalRequest } from '../../src/actions/approvals/approvalRequests.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import { isPolicyError } from '../../src/errors/policyError.ts'
import type { Approval, ApprovalRequest } from '../../src/types/approval.ts'

const toKey = (number: number) =>
  privateKeyToAccount(pad(toHex(number), { size: 32 }))

/** Ascending by address. */
export const approvers = [0xa1, 0xa2, 0xa3]
  .map(toKey)
  .toSorted((one, other) =>
    compareAddresses(one.address, other.address),
  ) as unknown as readonly [
  PrivateKeyAccount,
  PrivateKeyAccount,
  PrivateKeyAccount,
]
export const agent = toKey(0xa9)
export const stranger = toKey(0x57)
export const account = '0xAcc0000000000000000000000000000000000001'
export const recipient = '0x5409ED021D9299bf6814279A6A1411A7e866A631'

/** Time of the chain. */
export const now = 1_795_262_400
export const deadline = now + 3_600

/** Makes a request of two of three approvers. */
export function createRequest(
  changes: Partial<Parameters<typeof toApprovalRequest>[0]> = {},
): ApprovalRequest {
  return toApprovalRequest({
    account,
    agent: agent.address,
    approvers: approvers.map(({ address }) => ({ address })),
    calls: [{ data: '0x', to: recipient, value: '1000' }],
    chainId: 31_337,
    deadline,
    nonce: '7',
    threshold: 2,
    validator: policyValidatorAddress,
    ...changes,
  })
}

/** Signs the typed data of a request, as any wallet does. */
export async function approve(
  request: ApprovalRequest,
  approver: PrivateKeyAccount,
): Promise<Approval> {
  return {
    approver: approver.address,
    digest: request.digest,
    signature: await approver.signTypedData(request.typedData as never),
  }
}

/** Folder that goes with the test. */
export function useDirectory() {
  const place = { directory: '' }
  beforeEach(() => {
    place.directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
  })
  afterEach(() => rmSync(place.directory, { force: true, recursive: true }))
  return place
}

/** Runs what must be refused, and returns the `PolicyError`. */
export async function catchRefusal(run: () => unknown) {
  try {
    await run()
  } catch (error) {
    if (isPolicyError(error)) return error
    throw error
  }
  return expect.fail('It was accepted.')
}
