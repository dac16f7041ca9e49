import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hex,
  isAddressEqual,
  maxUint256,
  type Transport,
  zeroAddress,
  zeroHash,
} from 'viem'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import { PolicyError, type PolicyErrorType } from '../../errors/policyError.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { Lever, LeverAction } from '../../types/lever.ts'
import type {
  PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import { getCaps } from './getCaps.ts'
import { readPolicyData } from './readPolicyData.ts'

export type VerifyLeverParameters = {
  lever: Lever
  /**
   * Bytes of the policy that it grants, which may not be published yet. Left out,
   * they are the chain's.
   */
  policy?: { bytes: Hex } | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
}

/** What the policy that it grants permits; nothing for the other acts. */
export type VerifyLeverReturnType = PolicyData | undefined

export type VerifyLeverErrorType =
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | PolicyErrorType

/** Fields of a cap that are numbers. */
const numbers = [
  'action',
  'amount',
  'anchor',
  'assetKind',
  'id',
  'length',
  'period',
  'scope',
] as const

const actions: readonly LeverAction[] = [
  'Freeze',
  'Grant',
  'Revoke',
  'Rotate',
  'Unfreeze',
]

/**
 * Checks that a lever shows what it does: of the policy that it grants, the last
 * second and every limit, and nothing that it has no use for. The validator takes
 * no signature over anything else.
 *
 * @param client - Client to use
 * @param parameters - {@link VerifyLeverParameters}
 * @returns Policy. {@link VerifyLeverReturnType}
 */
export async function verifyLever(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: VerifyLeverParameters,
): Promise<VerifyLeverReturnType> {
  const { lever, policy, policyStore } = parameters
  const { account, action, agent } = lever
  const context = { account, agent, phase: 'preflight' } as const

  if (!actions.includes(action) || hasIdleField(lever))
    throw new PolicyError({
      arguments: { action },
      code: 'LEVER_INVALID',
      context,
      source: { kind: 'sdk' },
    })
  if (action !== 'Grant') return undefined

  const [chainId, data] = await Promise.all([
    client.chain?.id ?? getAction(client, getChainId, 'getChainId')({}),
    readPolicyData(client, {
      bytes: policy?.bytes,
      policyHash: lever.policyHash,
      policyStore,
    }),
  ])
  if (data.chainId !== chainId)
    throw new PolicyError({
      arguments: { chainId, policyChainId: data.chainId },
      code: 'POLICY_FOR_OTHER_CHAIN',
      context,
      source: { kind: 'sdk' },
    })
  const cap = findDifference(lever, data)
  if (cap !== undefined)
    throw new PolicyError({
      arguments: { cap },
      code: 'HEADLINE_MISMATCH',
      context,
      source: { kind: 'sdk' },
    })
  return data
}

/** Whether it carries what its action has no use for. */
function hasIdleField(lever: Lever): boolean {
  const { action, caps, expires, newAgent, policyHash } = lever
  const isGrant = policyHash !== zeroHash || expires !== 0n || caps.length > 0
  const isRotation = !isAddressEqual(newAgent, zeroAddress)
  return (isGrant && action !== 'Grant') || (isRotation && action !== 'Rotate')
}

/** Index of the first cap that differs; their number, or 2^256 - 1 for the last second. */
function findDifference(
  { caps, expires }: Lever,
  data: PolicyData,
): bigint | undefined {
  if (expires !== BigInt(data.validUntil)) return maxUint256

  const expected = getCaps(data)
  if (caps.length !== expected.length) return BigInt(expected.length)
  const index = expected.findIndex((cap, position) => {
    const shown = caps[position]
    return (
      shown === undefined ||
      !isAddressEqual(shown.asset, cap.asset) ||
      shown.group.toLowerCase() !== cap.group ||
      numbers.some((field) => shown[field] !== cap[field])
    )
  })
  return index === -1 ? undefined : BigInt(index)
}
