import {
  type Account,
  type Address,
  type Chain,
  type Client,
  compactSignatureToSignature,
  parseCompactSignature,
  recoverAddress,
  type Transport,
} from 'viem'

import { compareAddresses } from '../accounts/encodeApprovals.ts'
import { toCompactSignature } from '../accounts/toCompactSignature.ts'
import { isApproved } from '../actions/approvals/isApproved.ts'
import { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { Approval, ApprovalRequest } from '../types/approval.ts'

export type ChooseApprovalsParameters = {
  approvals: readonly Approval[]
  context: PolicyErrorContext
  /** Whom the policy lists; undefined where nobody could be asked. */
  listed: readonly Address[] | undefined
  request: ApprovalRequest
  /** Approvals that the policy asks for. */
  threshold: number
}

/** `reason` is undefined where nothing speaks against an approval. */
type Checked = { approval: Approval; reason: string | undefined }

/**
 * Picks as many approvals as a policy asks for, each good and of another approver,
 * ascending. One that only the chain could tell of counts as good where the node
 * does not answer: the validator has the last word.
 *
 * @param client - Client of the chain, asked for approvals without a signature
 * @throws {@link PolicyError} `APPROVAL_REQUIRED` where too few are given, and
 * `APPROVAL_INVALID` where too few of them are good; its `violations` name each that
 * is not, and why
 */
export async function chooseApprovals(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: ChooseApprovalsParameters,
): Promise<readonly Approval[]> {
  const { approvals, context, request, threshold } = parameters
  const given = getApprovers(approvals)
  const refuse = { ...context, phase: 'preflight' } as const
  if (given.length < threshold)
    throw new PolicyError({
      arguments: {
        callsHash: request.callsHash,
        threshold: BigInt(threshold),
      },
      code: 'APPROVAL_REQUIRED',
      context: refuse,
      details: { given: BigInt(given.length) },
      source: { kind: 'sdk' },
    })

  const checked = await Promise.all(
    approvals.map(async (approval): Promise<Checked> => {
      const reason = await findReason(client, approval, parameters)
      return { approval, reason }
    }),
  )
  // Of one approver's, a good one: a bad one beside it takes nothing from it.
  const best = given.map(
    (approver) =>
      checked
        .filter(({ approval }) => isSame(approval.approver, approver))
        .toSorted((one, other) => Number(!!one.reason) - Number(!!other.reason))
        .at(0) as Checked,
  )
  const good = best.filter(({ reason }) => reason === undefined)
  if (good.length >= threshold)
    return good.slice(0, threshold).map(({ approval }) => approval)

  const bad = best.filter(({ reason }) => reason !== undefined)
  const [first] = bad as [Checked]
  throw new PolicyError({
    arguments: {
      approver: first.approval.approver,
      index: BigInt(best.indexOf(first)),
    },
    code: 'APPROVAL_INVALID',
    context: refuse,
    details: { given: BigInt(good.length), threshold: BigInt(threshold) },
    source: { kind: 'sdk' },
    violations: bad.map(
      ({ approval: { approver }, reason }) =>
        new PolicyError({
          arguments: { approver, digest: request.digest, reason },
          code: 'APPROVAL_REFUSED',
          context: refuse,
          source: { kind: 'sdk' },
        }),
    ),
  })
}

/** Of whatever stands in the file, which may be no address. */
function isSame(one: Address, other: Address): boolean {
  return compareAddresses(one, other) === 0
}

/** Everybody who has given one, ascending. */
function getApprovers(approvals: readonly Approval[]): readonly Address[] {
  return approvals
    .map(({ approver }) => approver)
    .toSorted(compareAddresses)
    .filter(
      (approver, index, sorted) =>
        index === 0 || !isSame(approver, sorted[index - 1] ?? '0x'),
    )
}

/** Why an approval does not count; undefined where it does, or may. */
async function findReason(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  { approver, signature }: Approval,
  { listed, request }: ChooseApprovalsParameters,
): Promise<string | undefined> {
  if (isSame(approver, request.agent))
    return 'the agent is no approver of its own'
  if (listed && !listed.some((one) => isSame(one, approver)))
    return 'the policy does not list this approver'
  if (signature === undefined) {
    const { account, digest, validator } = request
    const isGiven = await isApproved(client, {
      account,
      approver,
      digest,
      validator,
    }).catch(() => undefined)
    return isGiven === false ? 'it has not approved on chain' : undefined
  }
  try {
    const signer = await recoverAddress({
      hash: request.digest,
      signature: compactSignatureToSignature(
        parseCompactSignature(toCompactSignature(signature)),
      ),
    })
    return isSame(signer, approver)
      ? undefined
      : `the signature is of ${signer}, or of something else`
  } catch {
    return 'the signature is none'
  }
}
