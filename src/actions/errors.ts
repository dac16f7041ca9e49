import type { Address, Hash } from 'viem'

import { BaseError } from '../errors/base.ts'

export type OwnerAccountMissingErrorType = OwnerAccountMissingError & {
  name: 'OwnerAccountMissingError'
}
export class OwnerAccountMissingError extends BaseError {
  constructor() {
    super('An act of the owner needs the smart account that it is for.', {
      docsPath: '/errors.md#owneraccountmissingerror',
      metaMessages: [
        'Give the bundler client an `account`, or pass one to this action.',
      ],
      name: 'OwnerAccountMissingError',
    })
  }
}

export type AgentAccountMissingErrorType = AgentAccountMissingError & {
  name: 'AgentAccountMissingError'
}
export class AgentAccountMissingError extends BaseError {
  constructor() {
    super("An operation of an agent needs the agent's account.", {
      docsPath: '/errors.md#agentaccountmissingerror',
      metaMessages: [
        'Create it with `toPolicyAgentAccount`, and give it to the client or to this action as `account`.',
      ],
      name: 'AgentAccountMissingError',
    })
  }
}

export type PolicyBlobMismatchErrorType = PolicyBlobMismatchError & {
  name: 'PolicyBlobMismatchError'
}
export class PolicyBlobMismatchError extends BaseError {
  constructor({
    actual,
    expected,
  }: {
    /** Address that the bytes lead to. */
    actual: Address
    /** Address that the bytes were read from. */
    expected: Address
  }) {
    super('The bytes are not those that the policy store published.', {
      docsPath: '/errors.md#policyblobmismatcherror',
      metaMessages: [
        'The address of a policy follows from its bytes and its store, and these do not agree.',
        'Either the node does not tell the truth, or the validator uses another store.',
        '',
        `Read from:  ${expected}`,
        `Leads to:   ${actual}`,
      ],
      name: 'PolicyBlobMismatchError',
    })
  }
}

export type PolicyBlobNotFoundErrorType = PolicyBlobNotFoundError & {
  name: 'PolicyBlobNotFoundError'
}
export class PolicyBlobNotFoundError extends BaseError {
  constructor({
    address,
    hash,
  }: { address: Address; hash?: Hash | undefined }) {
    super('There is no policy at this address.', {
      docsPath: '/errors.md#policyblobnotfounderror',
      metaMessages: [
        `Address:  ${address}`,
        ...(hash ? [`Hash:     ${hash}`] : []),
      ],
      name: 'PolicyBlobNotFoundError',
    })
  }
}

export type DeployerMissingErrorType = DeployerMissingError & {
  name: 'DeployerMissingError'
}
export class DeployerMissingError extends BaseError {
  constructor({ address }: { address: Address }) {
    super('This chain does not have the contract that deploys with CREATE2.', {
      docsPath: '/errors.md#deployermissingerror',
      metaMessages: [
        'The addresses of the policy store and the policy validator follow from it.',
        '',
        `Address:  ${address}`,
      ],
      name: 'DeployerMissingError',
    })
  }
}

export type ContractNotDeployedErrorType = ContractNotDeployedError & {
  name: 'ContractNotDeployedError'
}
export class ContractNotDeployedError extends BaseError {
  constructor({ address, hash }: { address: Address; hash: Hash }) {
    super('The transaction was mined, but did not deploy the contract.', {
      docsPath: '/errors.md#contractnotdeployederror',
      metaMessages: [`Contract:     ${address}`, `Transaction:  ${hash}`],
      name: 'ContractNotDeployedError',
    })
  }
}

export type WalletAccountMissingErrorType = WalletAccountMissingError & {
  name: 'WalletAccountMissingError'
}
export class WalletAccountMissingError extends BaseError {
  constructor() {
    super('A transaction needs the account that sends it.', {
      docsPath: '/errors.md#walletaccountmissingerror',
      metaMessages: [
        'Give the wallet client an `account`, or pass one to this action as `sender`.',
      ],
      name: 'WalletAccountMissingError',
    })
  }
}

export type ApprovalRequestInvalidErrorType = ApprovalRequestInvalidError & {
  name: 'ApprovalRequestInvalidError'
}
/** What somebody was handed to approve is not whole, or contradicts itself. */
export class ApprovalRequestInvalidError extends BaseError {
  constructor({
    cause,
    field,
    reason,
  }: { cause?: Error | undefined; field: string; reason: string }) {
    super(`The approval request is not valid: \`${field}\` ${reason}.`, {
      cause,
      docsPath: '/errors.md#approvalrequestinvaliderror',
      metaMessages: [
        'Approve nothing of it. Ask the agent for a request as `prepareApproval` returns it.',
      ],
      name: 'ApprovalRequestInvalidError',
    })
  }
}

export type ApproverSignatureInvalidErrorType =
  ApproverSignatureInvalidError & { name: 'ApproverSignatureInvalidError' }
export class ApproverSignatureInvalidError extends BaseError {
  constructor({
    approver,
    cause,
  }: { approver: Address; cause?: Error | undefined }) {
    super(
      "The signature is not the approver's own, as an externally owned account signs.",
      {
        cause,
        docsPath: '/errors.md#approversignatureinvaliderror',
        metaMessages: [
          'A contract approves on chain instead: have it make the call of `encodeSetApprovalCall`.',
          '',
          `Approver:  ${approver}`,
        ],
        name: 'ApproverSignatureInvalidError',
      },
    )
  }
}

export type TierNotReachedErrorType = TierNotReachedError & {
  name: 'TierNotReachedError'
}
export class TierNotReachedError extends BaseError {
  constructor({ tier }: { tier: 'approval' | 'delay' }) {
    super(
      tier === 'delay'
        ? 'The calls need no announcement: they may be sent as they are.'
        : 'The calls need no approval: they may be sent as they are.',
      {
        docsPath: '/errors.md#tiernotreachederror',
        name: 'TierNotReachedError',
      },
    )
  }
}
