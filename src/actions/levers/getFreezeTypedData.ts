import type { Address, TypedDataDefinition } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'

const freezeTypes = {
  Freeze: [
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'version', type: 'uint256' },
  ],
} as const

export type GetFreezeTypedDataParameters = {
  account: Address
  agent: Address
  chainId: number
  /** Version that the agent has. */
  expectedVersion: number
  /** Validator that will be asked. @default policyValidatorAddress */
  validator?: Address | undefined
}

export type GetFreezeTypedDataReturnType = TypedDataDefinition<
  typeof freezeTypes,
  'Freeze'
>

/**
 * Returns what an agent or its guardian signs to have a freeze relayed, in the
 * validator's own EIP-712 domain.
 *
 * @param parameters - {@link GetFreezeTypedDataParameters}
 * @returns Typed data. {@link GetFreezeTypedDataReturnType}
 */
export function getFreezeTypedData(
  parameters: GetFreezeTypedDataParameters,
): GetFreezeTypedDataReturnType {
  const {
    account,
    agent,
    chainId,
    expectedVersion,
    validator = policyValidatorAddress,
  } = parameters

  return {
    domain: {
      chainId,
      name: 'PolicyValidator',
      verifyingContract: validator,
      version: '1',
    },
    message: { account, agent, version: BigInt(expectedVersion) },
    primaryType: 'Freeze',
    types: freezeTypes,
  }
}
