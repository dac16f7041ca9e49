import {
  type Account,
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hash,
  type Transport,
} from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { PolicyErrorType } from '../../errors/policyError.ts'
import type { SignedLever } from '../../types/lever.ts'
import type { WalletAccountMissingErrorType } from '../errors.ts'
import { sendWalletCall } from './sendWalletCall.ts'

export type PullLeverParameters = SignedLever & {
  /** Externally owned account that sends. @default client.account */
  sender?: Account | Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** Hash of the transaction. */
export type PullLeverReturnType = Hash

export type PullLeverErrorType = PolicyErrorType | WalletAccountMissingErrorType

/**
 * Relays an act that an account's owner has signed. Anyone may, and pays for the
 * transaction.
 *
 * @param client - Client of the wallet that sends
 * @param parameters - {@link PullLeverParameters}
 * @returns Hash. {@link PullLeverReturnType}
 */
export async function pullLever<
  chain extends Chain | undefined,
  account extends Account | undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: PullLeverParameters,
): Promise<PullLeverReturnType> {
  const {
    lever,
    sender,
    signature,
    validator = policyValidatorAddress,
  } = parameters

  return sendWalletCall(client, {
    call: {
      data: encodeFunctionData({
        abi: policyValidatorAbi,
        args: [lever, signature],
        functionName: 'pull',
      }),
      to: validator,
      value: 0n,
    },
    context: { account: lever.account, agent: lever.agent },
    sender,
  })
}
