import {
  type Account,
  type Address,
  type Chain,
  type Client,
  type Hex,
  hexToBigInt,
  type Transport,
} from 'viem'

export type EstimateCallGasParameters = {
  data: Hex
  from: Address
  to: Address
}

/**
 * Estimates the gas of a transaction in the name of any address, that of a
 * contract too.
 *
 * @param client - Client to use
 * @param parameters - {@link EstimateCallGasParameters}
 * @returns Gas units, a transaction's 21,000 among them
 */
export async function estimateCallGas(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: EstimateCallGasParameters,
): Promise<bigint> {
  const gas = await client.request({
    method: 'eth_estimateGas',
    params: [parameters],
  })
  return hexToBigInt(gas)
}
