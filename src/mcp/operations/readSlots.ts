import type { PolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import type { NonceSlot } from './operationStore.ts'

/**
 * Lanes that operations are spread over. Operations of one lane run one after
 * another, so that one that hangs would hold up all others; the first use of a
 * lane costs about 17,000 gas, so that there are few.
 */
const laneCount = 4

/** Bits of the nonce that count within a lane. */
const sequenceBits = 64

/**
 * Reads the next nonce of each lane of an agent. Lanes in use come first, so that a
 * new one is opened only when the others are taken.
 *
 * @param account - The agent's account
 * @param agentNumber - Number of the agent on the account, which tells its lanes
 * from those of other agents
 */
export async function readSlots(
  account: PolicyAgentAccount,
  agentNumber: number,
): Promise<readonly NonceSlot[]> {
  const slots = await Promise.all(
    Array.from({ length: laneCount }, async (_, index) => {
      const lane = BigInt.asUintN(
        account.adapter.laneBits,
        BigInt(agentNumber * laneCount + index),
      )
      const nonce = await account.getNonce({ key: lane })
      return {
        lane: Number(lane),
        nonce,
        sequence: Number(BigInt.asUintN(sequenceBits, nonce)),
      }
    }),
  )
  const isUsed = ({ sequence }: NonceSlot) => sequence > 0
  return [...slots.filter(isUsed), ...slots.filter((slot) => !isUsed(slot))]
}
