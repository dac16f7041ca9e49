import {
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hex,
  hashTypedData,
  isAddressEqual,
  parseAbi,
  size,
  slice,
  type Transport,
  zeroAddress,
} from 'viem'
import type {
  GetSmartAccountParameter,
  SmartAccount,
} from 'viem/account-abstraction'
import { getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import { PolicyError, type PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { Lever, SignedLever } from '../../types/lever.ts'
import type {
  OwnerAccountMissingErrorType,
  PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import { getOwnerAccount } from '../owner/sendOwnerCalls.ts'
import { simulateCall } from '../simulateCall.ts'
import { getLeverTypedData } from './getLeverTypedData.ts'
import { verifyLever } from './verifyLever.ts'

const erc1271Abi = parseAbi([
  'function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)',
])

/** Answer of ERC-1271 that a signature is valid. */
const validAnswer = '0x1626ba7e'

export type SignLeverParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = GetSmartAccountParameter<account, accountOverride> & {
  lever: Lever
  /**
   * Bytes of the policy that it grants, which may not be published yet. Left out,
   * they are the chain's.
   */
  policy?: { bytes: Hex } | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type SignLeverReturnType = SignedLever

export type SignLeverErrorType =
  | OwnerAccountMissingErrorType
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | PolicyErrorType

/**
 * Signs an act as the account's owner, for anyone to relay by {@link pullLever}.
 *
 * Refuses to sign what does not show what it does, see {@link verifyLever}. What
 * was signed is shown to the account, so that a signature which it would not take
 * is found out here.
 *
 * Warning: it works only while the account lets levers be relayed, see
 * {@link setRelaying}; and nothing but another act on the agent takes it back
 * before its deadline.
 *
 * @param client - Client of the owner
 * @param parameters - {@link SignLeverParameters}
 * @returns Act with its signature. {@link SignLeverReturnType}
 */
export async function signLever<
  account extends SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = undefined,
>(
  client: Client<Transport, Chain | undefined, account>,
  parameters: SignLeverParameters<account, accountOverride>,
): Promise<SignLeverReturnType> {
  const { lever, policy, policyStore, validator } =
    parameters as SignLeverParameters
  const account = getOwnerAccount(client, parameters as SignLeverParameters)
  const context = { account: lever.account, agent: lever.agent }

  if (!isAddressEqual(lever.account, account.address))
    throw getRefusal('LEVER_NOT_AUTHORIZED', context)
  await verifyLever(account.client, { lever, policy, policyStore })

  try {
    const chainId =
      account.client.chain?.id ??
      (await getAction(account.client, getChainId, 'getChainId')({}))
    const typedData = getLeverTypedData({ chainId, lever, validator })
    const signature = await account.signTypedData(typedData)

    const result = await simulateCall(account.client, {
      data: encodeFunctionData({
        abi: erc1271Abi,
        args: [hashTypedData(typedData), signature],
        functionName: 'isValidSignature',
      }),
      from: zeroAddress,
      to: account.address,
    })
    if (result.status === 'success' && size(result.data) === 0)
      throw getRefusal('ACCOUNT_NOT_DEPLOYED', context)
    if (
      result.status === 'reverted' ||
      size(result.data) < 32 ||
      slice(result.data, 0, 4) !== validAnswer
    )
      throw getRefusal('LEVER_NOT_AUTHORIZED', context)
    return { lever, signature }
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

function getRefusal(
  code: 'ACCOUNT_NOT_DEPLOYED' | 'LEVER_NOT_AUTHORIZED',
  context: { account: Address; agent: Address },
): PolicyError {
  return new PolicyError({
    arguments: { account: context.account },
    code,
    context: { ...context, phase: 'preflight' },
    source: { kind: 'sdk' },
  })
}
