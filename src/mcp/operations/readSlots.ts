import type { PolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import type { NonceSlot } from './operationStore.ts'

/**
 * Lanes that operations are spread over. Operations of one lane run one after
 * another, so that one that hangs would hold up all others; the first use of a
 * lane costs about 17,000 gas, so that there are few.
 */
const laneCount = 4

/** Bits of the nonce that count within a lane. */
const sequenceBits = 64n

/**
 * Reads the next nonce of each lane. Lanes in use come first, so that a new one is
 * opened only when the others are taken.
 */
export async function readSlots(
  account: PolicyAgentAccount,
): Promise<readonly NonceSlot[]> {
  const slots = await Promise.all(
    Array.from({ length: laneCount }, async (_, lane) => {
      const nonce = await account.getNonce({ key: BigInt(lane) })
      return {
        lane,
        nonce,
        sequence: Number(BigInt.asUintN(Number(sequenceBits), nonce)),
      }
    }),
  )
  const isUsed = ({ sequence }: NonceSlot) => sequence > 0
  return [...slots.filter(isUsed), ...slots.filter((slot) => !isUsed(slot))]
}
