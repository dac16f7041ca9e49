import type { Address, Hash, Hex } from 'viem'

/** One call as an approval request has it. JSON as it is. */
export type ApprovalCall = {
  data: Hex
  to: Address
  /** Native value, in wei, in decimals. */
  value: string
}

/** Who may approve. */
export type Approver = {
  address: Address
  /** Name that the policy's document gives it, where it is known. */
  name?: string | undefined
}

/**
 * What an agent asks the approvers of its policy for: these calls, once, by a
 * deadline. It is JSON as it is, to be stored, sent and shown.
 *
 * Warning: whoever reads one that somebody else has stored looks at the calls and
 * not at any text beside them. `signApproval` signs what the fields say, and
 * refuses a `digest` or `typedData` that says something else.
 */
export type ApprovalRequest = {
  /** Smart account that makes the calls. */
  account: Address
  agent: Address
  /** The policy's approvers, ascending by address. */
  approvers: readonly Approver[]
  /** The calls, without a `settle`. */
  calls: readonly ApprovalCall[]
  /** EIP-712's hash of the calls. */
  callsHash: Hash
  chainId: number
  /**
   * Last second for which the approvals are good, in Unix seconds. The operation's
   * window ends at or before it.
   */
  deadline: number
  /** EIP-712's digest of the approval: its id, and what approvers sign. */
  digest: Hash
  /** Nonce of the operation, key and sequence, in decimals. */
  nonce: string
  /** Approvals that the policy asks for. */
  threshold: number
  /** What approvers sign, as `eth_signTypedData_v4` takes it. */
  typedData: ApprovalTypedDataJson
  /** Validator that checks the approvals. */
  validator: Address
}

/** EIP-712 typed data of an approval, with every number in decimals. */
export type ApprovalTypedDataJson = {
  domain: {
    chainId: number
    name: 'PolicyValidator'
    verifyingContract: Address
    version: '1'
  }
  message: {
    account: Address
    agent: Address
    calls: readonly { data: Hex; target: Address; value: string }[]
    deadline: string
    nonce: string
  }
  primaryType: 'Approval'
  types: {
    readonly [name in 'Approval' | 'Call' | 'EIP712Domain']: readonly {
      name: string
      type: string
    }[]
  }
}

/** The approval of one approver. JSON as it is. */
export type Approval = {
  approver: Address
  /** `digest` of the request that is approved. */
  digest: Hash
  /**
   * Signature of 65 or 64 bytes (EIP-2098). Left out, the approver has approved on
   * chain, by `setApproval`.
   */
  signature?: Hex | undefined
}

/** A request with the approvals that it has got, for the operation to carry. */
export type ApprovedRequest = {
  approvals: readonly Approval[]
  request: ApprovalRequest
}
