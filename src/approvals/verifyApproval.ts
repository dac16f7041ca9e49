import {
  type Account,
  type Address,
  type Chain,
  type Client,
  compactSignatureToSignature,
  type Hash,
  type Hex,
  isAddressEqual,
  parseCompactSignature,
  recoverAddress,
  type Transport,
} from 'viem'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import { toCompactSignature } from '../accounts/toCompactSignature.ts'
import { isApproved } from '../actions/approvals/isApproved.ts'
import { PolicyError } from '../errors/policyError.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { Approval, ApprovalRequest } from '../types/approval.ts'
import { checkHashes } from './parseRequest.ts'
import { refuseInput } from './refuseInput.ts'

export type VerifyApprovalParameters = {
  approval: Approval
  /** Asked for approvals without a signature. */
  client?: Client<Transport, Chain | undefined, Account | undefined> | undefined
  request: ApprovalRequest
}

/** Refuses what somebody has decided, or says that they have. */
export function refuseDecision(
  request: ApprovalRequest,
  approver: Address,
  reason: string,
): never {
  throw new PolicyError({
    arguments: { approver, digest: request.digest, reason },
    code: 'APPROVAL_REFUSED',
    context: { account: request.account, agent: request.agent },
    source: { kind: 'sdk' },
  })
}

/** Refuses a decision of whoever the request does not list, or of the agent. */
export function demandApprover(
  request: ApprovalRequest,
  approver: Address,
): void {
  if (isAddressEqual(approver, request.agent))
    refuseDecision(request, approver, 'the agent is no approver of its own')
  const isListed = request.approvers.some(({ address }) =>
    isAddressEqual(address, approver),
  )
  if (!isListed)
    refuseDecision(request, approver, 'the policy does not list this approver')
}

/**
 * Checks that an approval is of one of the request's approvers, and given: by a
 * signature over the typed data that the request's fields make, or on chain.
 *
 * @param parameters - {@link VerifyApprovalParameters}
 * @returns Signature as it stands behind the agent's own, if there is one
 */
export async function verifyApproval(
  parameters: VerifyApprovalParameters,
): Promise<Hex | undefined> {
  const { approval, client, request } = parameters
  const { approver, signature } = approval
  demandApprover(request, approver)

  // Of the fields, once more: somebody else may have written to the file.
  const { digest } = checkHashes(request)
  if (signature !== undefined) {
    const compact = readSignature(signature)
    const signer = compact && (await recover(digest, compact))
    if (!compact || !signer)
      return refuseDecision(request, approver, 'the signature is none')
    if (!isAddressEqual(signer, approver))
      refuseDecision(
        request,
        approver,
        `the signature is of ${signer}, or of something else`,
      )
    return compact
  }

  if (!client)
    return refuseInput(
      'client',
      'The approval has no signature, and nothing to ask the chain with.',
      'Pass a client of the chain, or the signature.',
    )
  if (!(await askChain(client, request, approver, digest)))
    refuseDecision(request, approver, 'it has not approved on chain')
  return undefined
}

async function askChain(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  request: ApprovalRequest,
  approver: Address,
  digest: Hash,
): Promise<boolean> {
  const { account, agent, validator } = request
  const context = { account, agent, phase: 'preflight' } as const
  let chainId: number
  let given: boolean
  try {
    chainId = await getAction(client, getChainId, 'getChainId')({})
    given = await isApproved(client, { account, approver, digest, validator })
  } catch (error) {
    throw toPolicyError(error, context)
  }
  if (chainId !== request.chainId)
    throw new PolicyError({
      arguments: {
        reason: `the request is for chain ${request.chainId}, and the client is of chain ${chainId}`,
      },
      code: 'CHAIN_MISMATCH',
      context,
      source: { kind: 'sdk' },
    })
  return given
}

/** Signature of 64 bytes; nothing where it is none. */
function readSignature(signature: Hex): Hex | undefined {
  try {
    return toCompactSignature(signature)
  } catch {
    return undefined
  }
}

async function recover(hash: Hash, compact: Hex): Promise<Address | undefined> {
  try {
    return await recoverAddress({
      hash,
      signature: compactSignatureToSignature(parseCompactSignature(compact)),
    })
  } catch {
    return undefined
  }
}
