import {
  type Account,
  type Chain,
  type Client,
  isAddressEqual,
  type Log,
  numberToHex,
  parseEventLogs,
  type Transport,
} from 'viem'

import { policyValidatorAbi } from '../../constants/generated/abis.ts'
import type { PolicyTier } from '../../types/tier.ts'
import {
  type SimulateValidationParameters,
  toQuestion,
} from '../simulateOperation.ts'
import { getTier } from './getTier.ts'

/** What `eth_simulateV1` answers, as far as it is read here. */
type Answer = readonly {
  calls: readonly { logs?: readonly Log[] | undefined; status: string }[]
}[]

/** Enough for the validation of any operation, and below the caps of nodes. */
const gas = numberToHex(10_000_000)

/**
 * Returns the tier of an operation that would be validated: what the validator logs
 * of it. Nothing where the node does not tell: only one that knows
 * `eth_simulateV1` shows the logs of what has not happened.
 *
 * @param client - Client of the chain
 * @param parameters - {@link SimulateValidationParameters}
 */
export async function simulateTier(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SimulateValidationParameters,
): Promise<PolicyTier | undefined> {
  const { validator } = parameters
  const { state, ...call } = toQuestion(parameters)

  try {
    const [block] = (await client.request(
      {
        method: 'eth_simulateV1',
        params: [
          {
            blockStateCalls: [
              {
                calls: [{ ...call, gas }],
                ...(state ? { stateOverrides: state } : {}),
              },
            ],
          },
          'latest',
        ],
      } as never,
      { retryCount: 0 },
    )) as Answer
    const result = block?.calls[0]
    if (result?.status !== '0x1' || !result.logs) return undefined
    const [event] = parseEventLogs({
      abi: policyValidatorAbi,
      eventName: 'TierReached',
      logs: [...result.logs],
    }).filter(({ address }) => isAddressEqual(address, validator))
    return event ? getTier(event.args.tier) : 'instant'
  } catch {
    return undefined
  }
}
