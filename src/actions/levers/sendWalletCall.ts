import type { Account, Address, Chain, Client, Hash, Transport } from 'viem'
import { sendTransaction } from 'viem/actions'
import { getAction, parseAccount } from 'viem/utils'

import type { PolicyErrorContext } from '../../errors/policyErrorContext.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { EncodedCall } from '../../types/call.ts'
import { WalletAccountMissingError } from '../errors.ts'
import { simulateCall } from '../simulateCall.ts'

export type SendWalletCallParameters = {
  call: EncodedCall
  context: PolicyErrorContext
  /** Externally owned account that sends. @default client.account */
  sender?: Account | Address | undefined
}

/**
 * Sends one call as a transaction of a wallet, unless it would revert.
 *
 * @param client - Client of the wallet that sends
 * @param parameters - {@link SendWalletCallParameters}
 * @returns Hash of the transaction
 */
export async function sendWalletCall(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SendWalletCallParameters,
): Promise<Hash> {
  const { call, context, sender = client.account } = parameters

  if (!sender) throw new WalletAccountMissingError()
  try {
    const result = await simulateCall(client, {
      data: call.data,
      from: parseAccount(sender).address,
      to: call.to,
    })
    if (result.status === 'reverted') throw result.error
    return await getAction(
      client,
      sendTransaction,
      'sendTransaction',
    )({ ...call, account: sender, chain: client.chain } as never)
  } catch (error) {
    throw toPolicyError(error, context)
  }
}
