import type { Account, Chain, Client, Hex, Transport } from 'viem'
import type { BundlerClient } from 'viem/account-abstraction'
import { estimateFeesPerGas } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { PolicyData } from '../policy/format/types.ts'
import type { OperationGasParameters } from './operationGas.ts'

/** What an operation offers for gas, in wei. */
export type OperationFees = {
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** What the client's own estimate says; else twice the network's, as viem has it. */
export async function getNetworkFees(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: { account: PolicyAgentAccount; callData: Hex; nonce: bigint },
): Promise<OperationFees> {
  const { account, ...userOperation } = parameters
  const { userOperation: hooks } = client as unknown as BundlerClient
  if (hooks?.estimateFeesPerGas)
    return hooks.estimateFeesPerGas({
      account: account as never,
      bundlerClient: client,
      userOperation: { ...userOperation, sender: account.address } as never,
    })

  const { maxFeePerGas, maxPriorityFeePerGas } = await getAction(
    account.client,
    estimateFeesPerGas,
    'estimateFeesPerGas',
  )({ chain: account.client.chain, type: 'eip1559' })
  // Bundlers refuse fees that the next blocks may exceed.
  return {
    maxFeePerGas: 2n * maxFeePerGas,
    maxPriorityFeePerGas: 2n * maxPriorityFeePerGas,
  }
}

/** What the caller asks for; else what the network asks for, up to the cap. */
export function capFees(
  asked: OperationGasParameters,
  network: OperationFees,
  data: PolicyData | undefined,
): OperationFees {
  const maxFeePerGas =
    asked.maxFeePerGas ??
    min(network.maxFeePerGas, data?.maxFeePerGas ?? network.maxFeePerGas)
  return {
    maxFeePerGas,
    maxPriorityFeePerGas:
      asked.maxPriorityFeePerGas ??
      min(network.maxPriorityFeePerGas, maxFeePerGas),
  }
}

function min(a: bigint, b: bigint) {
  return a < b ? a : b
}
