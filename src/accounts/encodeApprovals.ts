import { concatHex, type Hex, numberToHex, pad } from 'viem'

import type { Approval } from '../types/approval.ts'
import { toCompactSignature } from './toCompactSignature.ts'

export type EncodeApprovalsParameters = {
  approvals: readonly Pick<Approval, 'approver' | 'signature'>[]
  /** Deadline that was approved, in Unix seconds. */
  deadline: number
}

/**
 * Encodes approvals as they stand behind an agent's signature:
 * `deadline(6)`, then ascending by approver `r(32) ‖ yParityAndS(32)` for each that
 * has signed, or `approver(32) ‖ 0(32)` for each that has approved on chain.
 *
 * The validator takes exactly as many as the policy's threshold.
 *
 * @param parameters - {@link EncodeApprovalsParameters}
 * @returns 6 bytes, and 64 an approval
 */
export function encodeApprovals(parameters: EncodeApprovalsParameters): Hex {
  const { approvals, deadline } = parameters
  return concatHex([
    numberToHex(deadline, { size: 6 }),
    ...approvals
      .toSorted((one, other) => compareAddresses(one.approver, other.approver))
      .map(({ approver, signature }) =>
        signature === undefined
          ? pad(pad(approver), { dir: 'right', size: 64 })
          : toCompactSignature(signature),
      ),
  ])
}

/** Orders addresses as the validator compares them. */
export function compareAddresses(one: Hex, other: Hex): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  return a < b ? -1 : a > b ? 1 : 0
}
