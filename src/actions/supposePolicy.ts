import {
  type Account,
  type Address,
  type Chain,
  type Client,
  concatHex,
  encodeAbiParameters,
  type Hex,
  keccak256,
  slice,
  type Transport,
  zeroHash,
} from 'viem'
import { getCode, getStorageAt } from 'viem/actions'
import { getAction } from 'viem/utils'

import { getBlobAddress } from '../policy/format/getBlobAddress.ts'
import { getBlobHash } from '../policy/format/getBlobHash.ts'
import type { PolicyBlobs } from '../types/policyBlobs.ts'
import type { SupposedState } from './simulateCall.ts'

/**
 * Storage slot of the validator's `mapping(address agent => mapping(address account
 * => GrantWord))`. Where it moves, the tests that suppose a policy fail.
 */
const grantsSlot = 2n

export type SupposePolicyParameters = {
  account: Address
  agent: Address
  policy: Pick<PolicyBlobs, 'bytes' | 'sets'>
  policyStore: Address
  validator: Address
}

/**
 * Returns the state in which the agent has a policy that is not granted, and maybe
 * not even published. Its number, what it has spent and its freeze stay.
 *
 * @param client - Client to use
 * @param parameters - {@link SupposePolicyParameters}
 */
export async function supposePolicy(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SupposePolicyParameters,
): Promise<SupposedState> {
  const { account, agent, policy, policyStore, validator } = parameters

  const slot = getGrantSlot({ account, agent })
  const word = await getAction(
    client,
    getStorageAt,
    'getStorageAt',
  )({ address: validator, slot })

  const getAddress = (bytes: Hex) =>
    getBlobAddress({ blobHash: getBlobHash(bytes), store: policyStore })
  const blobs = [policy, ...policy.sets].map(({ bytes }) => ({
    address: getAddress(bytes),
    bytes,
  }))
  const codes = await Promise.all(
    blobs.map(({ address }) =>
      getAction(client, getCode, 'getCode')({ address }),
    ),
  )
  return {
    ...Object.fromEntries(
      blobs.flatMap(({ address, bytes }, index) =>
        codes[index] ? [] : [[address, { code: bytes }]],
      ),
    ),
    [validator]: {
      // The policy's address is in the upper 20 bytes of the word.
      stateDiff: {
        [slot]: concatHex([
          getAddress(policy.bytes),
          slice(word ?? zeroHash, 20),
        ]),
      },
    },
  }
}

function getGrantSlot(parameters: { account: Address; agent: Address }): Hex {
  const { account, agent } = parameters
  const ofAgent = keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }],
      [agent, grantsSlot],
    ),
  )
  return keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'bytes32' }],
      [account, ofAgent],
    ),
  )
}
