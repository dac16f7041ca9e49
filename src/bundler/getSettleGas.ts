import {
  type Account,
  type Address,
  type Chain,
  type Client,
  encodeAbiParameters,
  type Hash,
  type Hex,
  hexToBigInt,
  keccak256,
  type Transport,
} from 'viem'
import { getStorageAt } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { Charge } from '../types/charge.ts'

/**
 * Gas that writing a charge takes beyond what an estimate sees that runs the calls
 * without the validation before them: then nothing is reserved, and `settle` finds
 * nothing to write. Measured are 20,980 for the first charge of a meter and 3,870
 * for a later one, of which such an estimate sees 600. Three calls lie between the
 * EntryPoint and `settle`, and each hands on 63 of 64 parts.
 *
 * Alto estimates with the validation before the calls and needs none of it.
 */
const chargeGas = { first: 22_000n, later: 4_000n } as const

/**
 * Storage slot of the validator's `mapping(bytes32 meterId => mapping(address
 * account => Meter))`. Where it moves, or a node does not tell, a charge passes for
 * its meter's first, which does no harm.
 */
const metersSlot = 3n

export type GetSettleGasParameters = {
  account: Address
  /** What the operation's `settle` carries; nothing where it has none. */
  charges: readonly Charge[] | undefined
  validator: Address
}

/**
 * Returns the gas to add to an estimate of `callGasLimit`, so that the operation's
 * `settle` has enough whatever the estimate has seen of it.
 *
 * @param client - Client of the chain
 * @param parameters - {@link GetSettleGasParameters}
 * @returns Gas units
 */
export async function getSettleGas(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetSettleGasParameters,
): Promise<bigint> {
  const { account, charges = [], validator } = parameters

  const words = await Promise.all(
    charges.map(({ meterId }) =>
      getAction(
        client,
        getStorageAt,
        'getStorageAt',
      )({
        address: validator,
        slot: getMeterSlot({ account, meterId }),
      }).catch(() => undefined),
    ),
  )
  return words.reduce(
    (gas, word) =>
      gas + (hexToBigInt(word ?? '0x0') ? chargeGas.later : chargeGas.first),
    0n,
  )
}

function getMeterSlot(parameters: { account: Address; meterId: Hash }): Hex {
  const { account, meterId } = parameters
  const ofMeter = keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'uint256' }],
      [meterId, metersSlot],
    ),
  )
  return keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'bytes32' }],
      [account, ofMeter],
    ),
  )
}
