import type { Chain, Client, Hash, Transport } from 'viem'
import {
  type GetSmartAccountParameter,
  type SendUserOperationErrorType,
  type SendUserOperationParameters,
  type SmartAccount,
  sendUserOperation,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import type { PolicyErrorType } from '../../errors/policyError.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { EncodedCall } from '../../types/call.ts'
import {
  OwnerAccountMissingError,
  type OwnerAccountMissingErrorType,
} from '../errors.ts'

/** What every act of an owner takes beside its own parameters. */
export type OwnerOperationParameters<
  account extends SmartAccount | undefined = SmartAccount | undefined,
  accountOverride extends SmartAccount | undefined = SmartAccount | undefined,
> = GetSmartAccountParameter<account, accountOverride> & {
  callGasLimit?: bigint | undefined
  /** In wei. */
  maxFeePerGas?: bigint | undefined
  /** In wei. */
  maxPriorityFeePerGas?: bigint | undefined
  nonce?: bigint | undefined
  paymaster?: SendUserOperationParameters['paymaster'] | undefined
  paymasterContext?: unknown
  preVerificationGas?: bigint | undefined
  verificationGasLimit?: bigint | undefined
}

/** Hash of the UserOperation. */
export type OwnerOperationReturnType = Hash

export type OwnerOperationErrorType =
  | OwnerAccountMissingErrorType
  | PolicyErrorType
  | SendUserOperationErrorType

/** Returns the smart account that an act of the owner is for. */
export function getOwnerAccount(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: { account?: SmartAccount | undefined },
): SmartAccount {
  const account = parameters.account ?? client.account
  if (!account) throw new OwnerAccountMissingError()
  return account
}

/** Sends calls as one UserOperation of the owner. */
export async function sendOwnerCalls(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: OwnerOperationParameters & { calls: readonly EncodedCall[] },
): Promise<OwnerOperationReturnType> {
  const {
    callGasLimit,
    calls,
    maxFeePerGas,
    maxPriorityFeePerGas,
    nonce,
    paymaster,
    paymasterContext,
    preVerificationGas,
    verificationGasLimit,
  } = parameters
  const account = getOwnerAccount(client, parameters)
  try {
    return await getAction(
      client,
      sendUserOperation,
      'sendUserOperation',
    )({
      account,
      callGasLimit,
      calls,
      maxFeePerGas,
      maxPriorityFeePerGas,
      nonce,
      paymaster,
      paymasterContext,
      preVerificationGas,
      verificationGasLimit,
    })
  } catch (error) {
    throw toPolicyError(error, { account: account.address, calls })
  }
}
