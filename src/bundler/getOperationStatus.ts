import type { Account, Chain, Client, Hash, Transport } from 'viem'
import {
  getUserOperationReceipt,
  type UserOperationReceipt,
} from 'viem/account-abstraction'
import { getBlock, readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { AgentAccountMissingErrorType } from '../actions/errors.ts'
import type { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { findTaker, readOperation } from './findOperation.ts'
import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'

export type GetOperationStatusParameters = {
  /** The agent's account. @default client.account */
  account?: PolicyAgentAccount | undefined
  /** Names for what errors speak of. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /** Nonce of the operation. */
  nonce: bigint
  userOpHash: Hash
  /** Window that the operation was signed for. */
  window: SignedWindow
}

export type GetOperationStatusReturnType =
  /** Included, and its calls succeeded. */
  | { status: 'success'; transactionHash: Hash }
  /** Included, and its calls failed. */
  | { error: PolicyError; status: 'reverted'; transactionHash: Hash }
  /** May still be included, until `window.validUntil`. */
  | { status: 'pending' }
  /** Never was included and never will be. Another one may be sent. */
  | { status: 'expired' }
  /** Never was included and never will be: another has taken its nonce. */
  | { status: 'replaced' }
  /** The node does not tell. */
  | { error?: PolicyError | undefined; status: 'unknown' }

export type GetOperationStatusErrorType = AgentAccountMissingErrorType

/**
 * Finds out what became of an operation, also where the bundler has lost it.
 *
 * The signed window makes that decidable: once a block is later than its end, an
 * operation whose nonce is unused never runs. The bundler only says where to look:
 * what became of the operation is read from the chain's own events.
 *
 * @param client - Bundler client of the agent
 * @param parameters - {@link GetOperationStatusParameters}
 * @returns Status. {@link GetOperationStatusReturnType}
 */
export async function getOperationStatus(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: GetOperationStatusParameters,
): Promise<GetOperationStatusReturnType> {
  const { userOpHash } = parameters
  const account = getAgentAccount(client, parameters)

  const hint = await getAction(
    client,
    getUserOperationReceipt,
    'getUserOperationReceipt',
  )({ hash: userOpHash }).catch(() => undefined)
  const transactionHash = hint?.receipt?.transactionHash
  const receipt =
    transactionHash &&
    (await readOperation(account, { transactionHash, userOpHash }).catch(
      () => undefined,
    ))
  if (receipt) return toStatus(account, parameters, receipt)

  try {
    return await readStatus(account, parameters)
  } catch (error) {
    const context = { ...getErrorContext(account, parameters), userOpHash }
    return { error: toPolicyError(error, context), status: 'unknown' }
  }
}

/** Reads from the chain what the bundler does not tell. */
async function readStatus(
  account: PolicyAgentAccount,
  parameters: GetOperationStatusParameters,
): Promise<GetOperationStatusReturnType> {
  const { nonce, userOpHash, window } = parameters
  const { client, entryPoint } = account

  const block = await getAction(client, getBlock, 'getBlock')({})
  const nextNonce = await getAction(
    client,
    readContract,
    'readContract',
  )({
    abi: entryPoint.abi,
    address: entryPoint.address,
    args: [account.address, nonce >> 64n],
    blockNumber: block.number,
    functionName: 'getNonce',
  })
  if (nextNonce <= nonce)
    return Number(block.timestamp) > window.validUntil
      ? { status: 'expired' }
      : { status: 'pending' }

  const taker = await findTaker(account, { block: block.number, nonce })
  if (!taker) return { status: 'unknown' }
  if (taker.userOpHash.toLowerCase() !== userOpHash.toLowerCase())
    return { status: 'replaced' }

  const receipt = await readOperation(account, taker)
  return receipt
    ? toStatus(account, parameters, receipt)
    : { status: 'unknown' }
}

function toStatus(
  account: PolicyAgentAccount,
  parameters: GetOperationStatusParameters,
  receipt: UserOperationReceipt,
): GetOperationStatusReturnType {
  const { transactionHash } = receipt.receipt
  if (receipt.success) return { status: 'success', transactionHash }
  return {
    error: toPolicyError(receipt, {
      ...getErrorContext(account, parameters),
      phase: 'inclusion',
      transactionHash,
    }),
    status: 'reverted',
    transactionHash,
  }
}
