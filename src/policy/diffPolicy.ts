import type { Hex } from 'viem'

import type {
  PolicyBytesErrorType,
  PolicyDocumentErrorType,
} from '../errors/policyDocument.ts'
import type { AccountProfile } from './compile/compileHeader.ts'
import type { DecompileParameters } from './decompile/names.ts'
import { type PolicyChange, sortChanges } from './diff/change.ts'
import { diffHeader } from './diff/diffHeader.ts'
import { diffLimits } from './diff/diffLimits.ts'
import { diffPermissions } from './diff/diffPermissions.ts'
import { diffSchedule } from './diff/diffSchedule.ts'
import { diffChains, diffTexts } from './diff/diffTexts.ts'
import { parseDocument } from './document/parseDocument.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { decodePolicy } from './format/decodePolicy.ts'
import { toDocumentError } from './toDocumentError.ts'
import type { PolicyView } from './view/policyView.ts'
import { viewBytes, viewDocument } from './view/toPolicyView.ts'

/** A document, or a policy as it is published. */
export type DiffPolicySide =
  | PolicyDocument
  | ({ bytes: Hex } & DecompileParameters)

export type DiffPolicyParameters = AccountProfile & {
  /** @default the chain of the bytes, or every chain of both documents */
  chainId?: number | undefined
}

/** What loosens first. Empty where the chain would see no difference. */
export type DiffPolicyReturnType = readonly PolicyChange[]

export type DiffPolicyErrorType = PolicyBytesErrorType | PolicyDocumentErrorType

/**
 * Says what a policy tightens and what it loosens, compared with another one.
 *
 * It compares what the policies mean: neither order nor names matter. On doubt
 * a change is called `looser`. Meters go on: what is spent stays spent in every
 * limit that both have.
 *
 * @param before - The policy that was, as a document or as bytes
 * @param after - The policy that is to be
 * @param parameters - {@link DiffPolicyParameters}
 * @returns Changes. {@link DiffPolicyReturnType}
 * @throws {@link PolicyDocumentError} {@link PolicyBytesError}
 *
 * @example
 * const loosened = diffPolicy(before, after).filter(
 *   ({ kind }) => kind === 'looser',
 * )
 */
export function diffPolicy(
  before: DiffPolicySide,
  after: DiffPolicySide,
  { chainId, ...profile }: DiffPolicyParameters = {},
): DiffPolicyReturnType {
  const [old, now] = [parse(before), parse(after)]
  const chains = chainId === undefined ? getChains(old, now) : [chainId]
  const changes = chains.flatMap((chain) => {
    const views = {
      after: view(now, chain, profile),
      before: view(old, chain, profile),
    }
    return [
      ...diffHeader(views),
      ...diffSchedule(views),
      ...diffLimits(views),
      ...diffPermissions(views),
    ]
  })
  if ('bytes' in old || 'bytes' in now) return sortChanges(changes)
  return sortChanges([
    ...changes,
    ...(chainId === undefined ? diffChains(old, now) : []),
    ...diffTexts(old, now),
  ])
}

function parse(side: DiffPolicySide): DiffPolicySide {
  if ('bytes' in side) return side
  const { document, faults } = parseDocument(side)
  if (document === undefined) throw toDocumentError(faults)
  return document
}

/** The chain that bytes are for, or every chain of both documents. */
function getChains(
  before: DiffPolicySide,
  after: DiffPolicySide,
): readonly number[] {
  if ('bytes' in before) return [decodePolicy(before.bytes).chainId]
  if ('bytes' in after) return [decodePolicy(after.bytes).chainId]
  return before.chains
    .filter((chain) => after.chains.includes(chain))
    .map((chain) => Number(chain.slice('eip155:'.length)))
}

function view(
  side: DiffPolicySide,
  chainId: number,
  profile: AccountProfile,
): PolicyView {
  if (!('bytes' in side)) return viewDocument(side, { ...profile, chainId })
  const { bytes, ...parameters } = side
  return viewBytes(bytes, parameters)
}
