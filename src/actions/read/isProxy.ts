import type { Account, Address, Chain, Client, Hex, Transport } from 'viem'
import { getStorageAt } from 'viem/actions'
import { getAction } from 'viem/utils'

/** Where proxies keep whose code they run. */
const slots: readonly Hex[] = [
  // ERC-1967: implementation, beacon.
  '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc',
  '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50',
  // ERC-1822, and what OpenZeppelin had before ERC-1967.
  '0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7',
  '0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3',
]

/**
 * Tells whether a contract keeps the address of its code where proxies do. One
 * that keeps it elsewhere is not recognised.
 *
 * @param client - Client to use
 * @param address - Contract
 */
export async function isProxy(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  address: Address,
): Promise<boolean> {
  const words = await Promise.all(
    slots.map((slot) =>
      getAction(client, getStorageAt, 'getStorageAt')({ address, slot }),
    ),
  )
  return words.some((word) => word !== undefined && BigInt(word) !== 0n)
}
