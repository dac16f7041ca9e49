import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hash,
  type Hex,
  type OneOf,
  type Transport,
  zeroAddress,
  zeroHash,
} from 'viem'
import type { SmartAccount } from 'viem/account-abstraction'

import { getChainTime } from '../../accounts/getChainTime.ts'
import type { PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { Lever } from '../../types/lever.ts'
import {
  OwnerAccountMissingError,
  type OwnerAccountMissingErrorType,
  type PolicyBlobMismatchErrorType,
  type PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import { getGrant } from '../read/getGrant.ts'
import { getCaps } from './getCaps.ts'
import { readPolicyData } from './readPolicyData.ts'

/** Time in which a lever may be relayed, in seconds. */
const defaultLifetime = 3_600

export type PrepareLeverParameters = {
  /** Account whose agent it is. @default client.account */
  account?: Address | SmartAccount | undefined
  agent: Address
  /**
   * Last second at which it may be relayed, in Unix seconds.
   * @default an hour from the time of the chain
   */
  deadline?: number | undefined
  /**
   * Version that the agent has. The act fails if somebody has acted on the agent
   * since. Left out, it is read from the chain.
   */
  expectedVersion?: number | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
} & OneOf<
  | { action: 'Freeze' | 'Revoke' | 'Unfreeze' }
  | {
      action: 'Grant'
      /** Compiled policy. It must be published before the lever is relayed. */
      policy: { bytes: Hex; policyHash: Hash }
    }
  | {
      action: 'Grant'
      /** Id of a policy that is published. */
      policyHash: Hash
    }
  | {
      action: 'Rotate'
      /** Address of the agent's next key. */
      newAgent: Address
    }
>

export type PrepareLeverReturnType = Lever

export type PrepareLeverErrorType =
  | OwnerAccountMissingErrorType
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | PolicyErrorType

/**
 * Prepares an act of the owner to be signed instead of sent: fills in the version
 * that the agent has, and shows the policy's last second and limits as its bytes
 * have them.
 *
 * @param client - Client of the chain, or of the owner
 * @param parameters - {@link PrepareLeverParameters}
 * @returns Act to sign. {@link PrepareLeverReturnType}
 *
 * @example
 * const lever = await prepareLever(client, {
 *   account: '0x…',
 *   action: 'Freeze',
 *   agent: '0x…',
 * })
 */
export async function prepareLever(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: PrepareLeverParameters,
): Promise<PrepareLeverReturnType> {
  const { action, agent, newAgent, policy, policyStore, validator } = parameters
  const { address: account, client: chainClient } = getSubject(
    client,
    parameters,
  )
  const policyHash = policy?.policyHash ?? parameters.policyHash

  const data =
    policyHash === undefined
      ? undefined
      : await readPolicyData(chainClient, {
          bytes: policy?.bytes,
          policyHash,
          policyStore,
        })
  try {
    const [deadline, version] = await Promise.all([
      parameters.deadline ??
        getChainTime(chainClient).then((now) => now + defaultLifetime),
      parameters.expectedVersion ??
        getGrant(chainClient, { account, agent, validator }).then(
          ({ version }) => version,
        ),
    ])
    return {
      account,
      action,
      agent,
      caps: data ? getCaps(data) : [],
      deadline: BigInt(deadline),
      expires: BigInt(data?.validUntil ?? 0),
      newAgent: newAgent ?? zeroAddress,
      policyHash: policyHash ?? zeroHash,
      version: BigInt(version),
    }
  } catch (error) {
    throw toPolicyError(error, { account, agent })
  }
}

/** The account's own client is asked: a bundler may answer no `eth_call`. */
function getSubject(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: PrepareLeverParameters,
) {
  const owner = client.account as SmartAccount | undefined
  const account = parameters.account ?? owner
  if (!account) throw new OwnerAccountMissingError()
  return typeof account === 'string'
    ? { address: account, client: owner?.client ?? client }
    : account
}
