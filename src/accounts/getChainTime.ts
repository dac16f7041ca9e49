import type { Account, Chain, Client, Transport } from 'viem'
import { type GetBlockErrorType, getBlock } from 'viem/actions'
import { getAction } from 'viem/utils'

/** Unix seconds. */
export type GetChainTimeReturnType = number

export type GetChainTimeErrorType = GetBlockErrorType

/**
 * Returns the time of the chain.
 *
 * It is that of the block being built, since the last block may be old where
 * blocks come only with transactions; and that of the last block on nodes that
 * know no pending one. The machine's own clock is not asked: it may be wrong, and
 * a test chain may live in another time.
 *
 * @param client - Client to use
 * @returns Time. {@link GetChainTimeReturnType}
 */
export async function getChainTime(
  client: Client<Transport, Chain | undefined, Account | undefined>,
): Promise<GetChainTimeReturnType> {
  return readBlockTime(client, 'pending').catch(() =>
    readBlockTime(client, 'latest'),
  )
}

/**
 * Returns the time of the block being built or of the last one.
 *
 * @param client - Client to use
 * @param blockTag - Which block
 * @returns Unix seconds
 */
export async function readBlockTime(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  blockTag: 'latest' | 'pending',
): Promise<number> {
  const { timestamp } = await getAction(
    client,
    getBlock,
    'getBlock',
  )({ blockTag })
  return Number(timestamp)
}
