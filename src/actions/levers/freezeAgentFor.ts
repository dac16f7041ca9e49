import {
  type Account,
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hash,
  type Hex,
  type Transport,
} from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { WalletAccountMissingErrorType } from '../errors.ts'
import { getGrant } from '../read/getGrant.ts'
import { sendWalletCall } from './sendWalletCall.ts'

export type FreezeAgentForParameters = {
  account: Address
  agent: Address
  /** Version that the agent has. @default what the chain says */
  expectedVersion?: number | undefined
  /** Externally owned account that sends. @default client.account */
  sender?: Account | Address | undefined
  /**
   * What {@link signFreeze} returned. Left out, the sender is the guardian or the
   * agent itself.
   */
  signature?: Hex | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** Hash of the transaction. */
export type FreezeAgentForReturnType = Hash

export type FreezeAgentForErrorType =
  | PolicyErrorType
  | WalletAccountMissingErrorType

/**
 * Freezes an agent for its guardian or for itself, without its owner. It is the
 * one thing that either may do; only the owner lifts the freeze.
 *
 * @param client - Client of the wallet that sends
 * @param parameters - {@link FreezeAgentForParameters}
 * @returns Hash. {@link FreezeAgentForReturnType}
 */
export async function freezeAgentFor<
  chain extends Chain | undefined,
  account extends Account | undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: FreezeAgentForParameters,
): Promise<FreezeAgentForReturnType> {
  const {
    account,
    agent,
    sender,
    signature = '0x',
    validator = policyValidatorAddress,
  } = parameters
  const context = { account, agent }

  const getVersion = async () =>
    (await getGrant(client, { account, agent, validator })).version
  const expectedVersion =
    parameters.expectedVersion ??
    (await getVersion().catch((error) => {
      throw toPolicyError(error, context)
    }))

  return sendWalletCall(client, {
    call: {
      data: encodeFunctionData({
        abi: policyValidatorAbi,
        args: [account, agent, expectedVersion, signature],
        functionName: 'freezeFor',
      }),
      to: validator,
      value: 0n,
    },
    context,
    sender,
  })
}
