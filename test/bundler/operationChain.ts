import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  type Hash,
  type Hex,
  numberToHex,
  pad,
  zeroAddress,
} from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'

import { toPolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import { createNode, type NodeRequest } from '../accounts/createNode.ts'
import { agentKey } from '../e2e/sdkStack.ts'

export const sender = '0x1111111111111111111111111111111111111111'
export const entryPoint = '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108'
export const transactionHash = pad('0x99')
export const userOpHash = pad('0xabcd')
export const nonce = 4n
export const now = 1_799_841_600
export const window = { validAfter: now - 60, validUntil: now + 240 }

type Event = {
  address?: Address
  hash?: Hash
  revertReason?: Hex
  success?: boolean
}

/** Logs of a transaction that includes an operation. */
export function toLogs(event: Event) {
  const { address = entryPoint, hash = userOpHash, success = true } = event
  const place = {
    address,
    blockHash: pad('0x10'),
    blockNumber: '0x10',
    removed: false,
    transactionHash,
    transactionIndex: '0x0',
  }
  const { revertReason } = event
  return [
    ...(revertReason
      ? [
          {
            ...place,
            data: encodeAbiParameters(
              [{ type: 'uint256' }, { type: 'bytes' }],
              [nonce, revertReason],
            ),
            logIndex: '0x0',
            topics: encodeEventTopics({
              abi: entryPoint08Abi,
              args: { sender, userOpHash: hash },
              eventName: 'UserOperationRevertReason',
            }),
          },
        ]
      : []),
    {
      ...place,
      data: encodeAbiParameters(
        [
          { type: 'uint256' },
          { type: 'bool' },
          { type: 'uint256' },
          { type: 'uint256' },
        ],
        [nonce, success, 1n, 1n],
      ),
      logIndex: '0x1',
      topics: encodeEventTopics({
        abi: entryPoint08Abi,
        args: { paymaster: zeroAddress, sender, userOpHash: hash },
        eventName: 'UserOperationEvent',
      }),
    },
  ]
}

/** What a bundler claims of the operation. */
export const toClaim = (success: boolean) => ({
  actualGasCost: '0x1',
  actualGasUsed: '0x1',
  entryPoint,
  logs: [],
  nonce: numberToHex(nonce),
  receipt: { logs: [], status: '0x1', transactionHash },
  sender,
  success,
  userOpHash,
})

/** A bundler that makes a claim, and the node of an agent's account. */
export async function createChain(parameters: {
  /** What the bundler says. */
  claim?: unknown
  /** Events that the node's logs have. @default those of the receipt */
  found?: Event[] | undefined
  /** Events in the node's receipt; without them, it has none. */
  included?: Event[] | undefined
  nextNonce?: bigint
  /** Answer to a sent operation. */
  send?: { error: { code: number; data?: Hex; message: string } } | Error
  time?: number
}) {
  const { claim = null, included, nextNonce = 0n, send } = parameters
  const { found = included ?? [], time = now } = parameters

  const node = createNode({
    answer({ method }: NodeRequest) {
      if (method === 'eth_call')
        return { result: numberToHex(nextNonce, { size: 32 }) }
      if (method === 'eth_getLogs') return { result: found.flatMap(toLogs) }
      if (method === 'eth_getTransactionReceipt')
        return {
          result: included
            ? {
                blockHash: pad('0x10'),
                blockNumber: '0x10',
                logs: included.flatMap(toLogs),
                status: '0x1',
                transactionHash,
                transactionIndex: '0x0',
                type: '0x2',
              }
            : null,
        }
      return undefined
    },
    now: () => time,
  })
  const bundler = createNode({
    answer({ method }: NodeRequest) {
      if (method === 'eth_sendUserOperation') return send
      if (method === 'eth_getUserOperationReceipt')
        return claim instanceof Error ? claim : { result: claim }
      return undefined
    },
  })
  const account = await toPolicyAgentAccount({
    account: sender,
    agent: agentKey,
    client: node.client,
    entryPoint: '0.8',
  })
  return { account, client: bundler.client }
}
