import type { Address, TypedDataDefinition } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { Lever } from '../../types/lever.ts'

const leverTypes = {
  Cap: [
    { name: 'asset', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'kind', type: 'uint256' },
    { name: 'length', type: 'uint256' },
  ],
  Lever: [
    { name: 'action', type: 'string' },
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'newAgent', type: 'address' },
    { name: 'policyHash', type: 'bytes32' },
    { name: 'version', type: 'uint256' },
    { name: 'expires', type: 'uint256' },
    { name: 'caps', type: 'Cap[]' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

export type GetLeverTypedDataParameters = {
  chainId: number
  lever: Lever
  /** Validator that will be asked. @default policyValidatorAddress */
  validator?: Address | undefined
}

export type GetLeverTypedDataReturnType = TypedDataDefinition<
  typeof leverTypes,
  'Lever'
>

/**
 * Returns what an owner signs to have an act relayed, in the validator's own
 * EIP-712 domain. A wallet shows every field of it.
 *
 * @param parameters - {@link GetLeverTypedDataParameters}
 * @returns Typed data. {@link GetLeverTypedDataReturnType}
 */
export function getLeverTypedData(
  parameters: GetLeverTypedDataParameters,
): GetLeverTypedDataReturnType {
  const { chainId, lever, validator = policyValidatorAddress } = parameters

  return {
    domain: {
      chainId,
      name: 'PolicyValidator',
      verifyingContract: validator,
      version: '1',
    },
    message: lever,
    primaryType: 'Lever',
    types: leverTypes,
  }
}
