import type { Account, Chain, Client, Transport } from 'viem'

import type { PolicyData } from '../policy/format/types.ts'
import { getPolicyClock } from '../policy/getPolicyClock.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { getChainTime, readBlockTime } from './getChainTime.ts'
import {
  bundlerMargin,
  getSigningWindow,
  type WindowMargin,
} from './getSigningWindow.ts'

/** Seconds of the margin that may pass between estimate and signature. */
const estimateTime = 15

export type WindowParameters = {
  /** Seconds from now to the window's end. @default 240 */
  after?: number | undefined
  /** Seconds from the window's begin to now. @default 60 */
  before?: number | undefined
  /** Least that must be left on both sides of now. @default bundlerMargin */
  margin?: WindowMargin | undefined
  /** Greatest width, in seconds. The policy's own bound holds as well. */
  maxWidth?: number | undefined
}

export type GetWindowParameters = WindowParameters & {
  /** Window that was estimated with. It is kept while it is of use. */
  estimated?: SignedWindow | undefined
  /** What the window must lie in: that of an announcement or an approval. */
  within?: SignedWindow | undefined
}

/**
 * Returns what chooses the window that an operation signed now would have.
 *
 * @param client - Client of the chain
 * @param parameters - The policy that the windows must suit, and how they are
 * chosen unless a call says otherwise
 */
export function createWindowChooser(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: {
    getPolicyData: () => Promise<PolicyData | undefined>
    window: WindowParameters | undefined
  },
): (parameters?: GetWindowParameters | undefined) => Promise<SignedWindow> {
  const { getPolicyData, window = {} } = parameters
  const { margin: defaultMargin = bundlerMargin, ...defaultWindow } = window

  /** Whether a window still has its margins, but for the time that an estimate takes. */
  async function isCurrent({ validAfter, validUntil }: SignedWindow) {
    const now = await getChainTime(client)
    return (
      now - validAfter >= defaultMargin.before &&
      validUntil - now >= Math.max(0, defaultMargin.after - estimateTime)
    )
  }

  return async (parameters: GetWindowParameters = {}) => {
    const { estimated, margin = defaultMargin, ...bounds } = parameters
    if (estimated && (await isCurrent(estimated))) return estimated

    const [now, lastBlock, data] = await Promise.all([
      getChainTime(client),
      margin.lastBlock ? readBlockTime(client, 'latest') : undefined,
      getPolicyData(),
    ])
    return getSigningWindow({
      ...defaultWindow,
      ...bounds,
      clock: data && getPolicyClock(data),
      lastBlock,
      margin,
      now,
    })
  }
}
