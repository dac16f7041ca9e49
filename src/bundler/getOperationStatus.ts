import {
  type Account,
  type Block,
  type Chain,
  type Client,
  getAbiItem,
  type Hash,
  type Transport,
} from 'viem'
import {
  entryPoint08Abi,
  getUserOperationReceipt,
} from 'viem/account-abstraction'
import {
  getBlock,
  getLogs,
  getTransactionReceipt,
  readContract,
} from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { AgentAccountMissingErrorType } from '../actions/errors.ts'
import type { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'

const operationEvent = getAbiItem({
  abi: entryPoint08Abi,
  name: 'UserOperationEvent',
})

/** Blocks that are searched by one request. */
const chunk = 1_000n

/** Requests after which the search is given up. */
const maxChunks = 50

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
 * operation whose nonce is unused never runs.
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

  const receipt = await getAction(
    client,
    getUserOperationReceipt,
    'getUserOperationReceipt',
  )({ hash: userOpHash }).catch(() => undefined)
  if (receipt)
    return toStatus(
      account,
      parameters,
      receipt,
      receipt.receipt.transactionHash,
    )

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
  const { nonce, window } = parameters
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

  const found = await findOperation(account, block, parameters)
  if (!found) return { status: 'unknown' }
  if (!found.log) return { status: 'replaced' }

  const { transactionHash } = found.log
  const receipt = await getAction(
    client,
    getTransactionReceipt,
    'getTransactionReceipt',
  )({ hash: transactionHash })
  const operationReceipt = {
    entryPoint: entryPoint.address,
    logs: receipt.logs,
    receipt,
    success: found.log.args.success === true,
    userOpHash: parameters.userOpHash,
  }
  return toStatus(account, parameters, operationReceipt, transactionHash)
}

/**
 * Searches the blocks of the operation's window, the last one first. Finds nothing
 * at all, not even that it is not there, when there are too many.
 */
async function findOperation(
  account: PolicyAgentAccount,
  latest: Block<bigint, false, 'latest'>,
  parameters: GetOperationStatusParameters,
) {
  const { userOpHash, window } = parameters
  const { client, entryPoint } = account

  let toBlock = latest.number
  for (let count = 0; count < maxChunks; count++) {
    const fromBlock = toBlock < chunk ? 0n : toBlock - chunk + 1n
    const [log] = await getAction(
      client,
      getLogs,
      'getLogs',
    )({
      address: entryPoint.address,
      args: { userOpHash },
      event: operationEvent,
      fromBlock,
      toBlock,
    } as never)
    if (log) return { log: log as unknown as OperationLog }

    const first = await getAction(
      client,
      getBlock,
      'getBlock',
    )({ blockNumber: fromBlock })
    if (fromBlock === 0n || Number(first.timestamp) < window.validAfter)
      return { log: undefined }
    toBlock = fromBlock - 1n
  }
  return undefined
}

type OperationLog = {
  args: { success?: boolean | undefined }
  transactionHash: Hash
}

function toStatus(
  account: PolicyAgentAccount,
  parameters: GetOperationStatusParameters,
  receipt: { success: boolean },
  transactionHash: Hash,
): GetOperationStatusReturnType {
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
