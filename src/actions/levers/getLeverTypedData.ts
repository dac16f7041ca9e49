import type { Address, TypedDataDefinition } from 'viem'

import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { Lever } from '../../types/lever.ts'

const leverTypes = {
  Lever: [
    { name: 'action', type: 'string' },
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'newAgent', type: 'address' },
    { name: 'policyHash', type: 'bytes32' },
    { name: 'version', type: 'uint256' },
    { name: 'expires', type: 'uint256' },
    { name: 'caps', type: 'LeverCap[]' },
    { name: 'deadline', type: 'uint256' },
  ],
  LeverCap: [
    { name: 'assetKind', type: 'uint256' },
    { name: 'asset', type: 'address' },
    { name: 'id', type: 'uint256' },
    { name: 'amount', type: 'uint256' },
    { name: 'action', type: 'uint256' },
    { name: 'period', type: 'uint256' },
    { name: 'length', type: 'uint256' },
    { name: 'anchor', type: 'uint256' },
    { name: 'scope', type: 'uint256' },
    { name: 'group', type: 'bytes16' },
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
