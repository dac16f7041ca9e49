import type { Account, Address, Chain, Client, Transport } from 'viem'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { AgentSigner } from '../../types/agentSigner.ts'
import type { SignedFreeze } from '../../types/lever.ts'
import { getGrant } from '../read/getGrant.ts'
import { getFreezeTypedData } from './getFreezeTypedData.ts'

export type SignFreezeParameters = {
  account: Address
  agent: Address
  /** Version that the agent has. @default what the chain says */
  expectedVersion?: number | undefined
  /** Key of the guardian or of the agent. A guardian may be a smart account. */
  signer: Pick<AgentSigner, 'signTypedData'>
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type SignFreezeReturnType = SignedFreeze

export type SignFreezeErrorType = PolicyErrorType

/**
 * Signs a freeze as the guardian or the agent, for anyone to relay by
 * {@link freezeAgentFor}. It holds for the version that the agent has now, and
 * whether or not the account lets its owner's levers be relayed.
 *
 * @param client - Client to use
 * @param parameters - {@link SignFreezeParameters}
 * @returns Freeze with its signature. {@link SignFreezeReturnType}
 */
export async function signFreeze(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SignFreezeParameters,
): Promise<SignFreezeReturnType> {
  const { account, agent, signer, validator } = parameters

  try {
    const [chainId, expectedVersion] = await Promise.all([
      client.chain?.id ?? getAction(client, getChainId, 'getChainId')({}),
      parameters.expectedVersion ??
        getGrant(client, { account, agent, validator }).then(
          ({ version }) => version,
        ),
    ])
    const signature = await signer.signTypedData(
      getFreezeTypedData({
        account,
        agent,
        chainId,
        expectedVersion,
        validator,
      }),
    )
    return { account, agent, expectedVersion, signature }
  } catch (error) {
    throw toPolicyError(error, { account, agent })
  }
}
