import {
  type Address,
  getAbiItem,
  type Hash,
  isAddressEqual,
  type Log,
  parseEventLogs,
  type TransactionReceipt,
  zeroAddress,
} from 'viem'
import {
  entryPoint08Abi,
  type UserOperationReceipt,
} from 'viem/account-abstraction'
import { getLogs, getTransactionReceipt } from 'viem/actions'
import { getAction } from 'viem/utils'

import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'

const operationEvent = getAbiItem({
  abi: entryPoint08Abi,
  name: 'UserOperationEvent',
})

/** Blocks that are searched by one request. */
const chunk = 1_000n

/** Requests after which the search is given up. */
const maxChunks = 50

export type ReadOperationParameters = {
  transactionHash: Hash
  userOpHash: Hash
}

/**
 * Reads an operation from a transaction, as the chain's node tells of it. Finds
 * nothing where the EntryPoint has no event of the operation there, whatever
 * others say.
 *
 * @param account - The agent's account
 * @param parameters - {@link ReadOperationParameters}
 */
export async function readOperation(
  account: PolicyAgentAccount,
  parameters: ReadOperationParameters,
): Promise<UserOperationReceipt | undefined> {
  const { transactionHash, userOpHash } = parameters
  const receipt = await getAction(
    account.client,
    getTransactionReceipt,
    'getTransactionReceipt',
  )({ hash: transactionHash })
  return toOperationReceipt(account, { receipt, userOpHash })
}

/**
 * Returns what a transaction's receipt tells of an operation; nothing where the
 * EntryPoint has no event of it there.
 */
export function toOperationReceipt(
  account: PolicyAgentAccount,
  parameters: { receipt: TransactionReceipt; userOpHash: Hash },
): UserOperationReceipt | undefined {
  const { receipt, userOpHash } = parameters
  const entryPoint = account.entryPoint.address

  const event = parseEvents(account, receipt.logs).find(
    ({ args }) => args.userOpHash.toLowerCase() === userOpHash.toLowerCase(),
  )
  if (!event) return undefined
  const { actualGasCost, actualGasUsed, nonce, paymaster, sender, success } =
    event.args
  return {
    actualGasCost,
    actualGasUsed,
    entryPoint,
    logs: getOperationLogs(entryPoint, receipt.logs, event.logIndex),
    nonce,
    ...(paymaster === zeroAddress ? {} : { paymaster }),
    receipt: receipt as UserOperationReceipt['receipt'],
    sender,
    success,
    userOpHash,
  }
}

/** Logs up to the operation's event, from the last mark of the EntryPoint. */
function getOperationLogs(
  entryPoint: Address,
  logs: readonly Log<bigint, number, false>[],
  end: number,
) {
  const marks = parseEventLogs({
    abi: entryPoint08Abi,
    eventName: ['BeforeExecution', 'UserOperationEvent'],
    logs: [...logs],
  })
    .filter(({ address }) => isAddressEqual(address, entryPoint))
    .map(({ logIndex }) => logIndex)
    .filter((index) => index < end)
  const begin = Math.max(-1, ...marks)
  return logs.filter(({ logIndex }) => logIndex > begin && logIndex <= end)
}

/** Events of operations, of the account's EntryPoint alone. */
function parseEvents<log extends Log>(
  account: PolicyAgentAccount,
  logs: readonly log[],
) {
  return parseEventLogs({
    abi: [operationEvent],
    logs: [...logs] as Log<bigint, number, false>[],
  }).filter(({ address }) =>
    isAddressEqual(address, account.entryPoint.address),
  )
}

export type FindTakerParameters = {
  /** Block to search back from. */
  block: bigint
  nonce: bigint
}

/**
 * Finds the operation of the account that has taken a nonce, in the node's logs.
 * Finding none says nothing: a node may know its state before its logs.
 *
 * @param account - The agent's account
 * @param parameters - {@link FindTakerParameters}
 */
export async function findTaker(
  account: PolicyAgentAccount,
  parameters: FindTakerParameters,
): Promise<ReadOperationParameters | undefined> {
  let toBlock = parameters.block
  for (let count = 0; count < maxChunks; count++) {
    const fromBlock = toBlock < chunk ? 0n : toBlock - chunk + 1n
    const logs = await getAction(
      account.client,
      getLogs,
      'getLogs',
    )({
      address: account.entryPoint.address,
      args: { sender: account.address },
      event: operationEvent,
      fromBlock,
      toBlock,
    } as never)
    const taker = parseEvents(account, logs).find(
      ({ args }) =>
        args.nonce === parameters.nonce &&
        isAddressEqual(args.sender, account.address),
    )
    if (taker?.transactionHash)
      return {
        transactionHash: taker.transactionHash,
        userOpHash: taker.args.userOpHash,
      }
    if (fromBlock === 0n) return undefined
    toBlock = fromBlock - 1n
  }
  return undefined
}
