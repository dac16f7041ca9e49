import { decodeAbiParameters, type Hash, type Hex } from 'viem'

import { hashCalls } from '../../accounts/hashCalls.ts'
import type { EncodedCall } from '../../types/call.ts'
import { callsParameter } from '../calls/encodeAnnounceCall.ts'

export type ParseAnnouncedCallsReturnType = {
  /** What the log says; nothing where it is no list of calls. */
  calls: readonly EncodedCall[] | undefined
  /** Whether these are the calls that were announced. */
  verified: boolean
}

/** Reads the calls from the log of an announcement, and compares their hash. */
export function parseAnnouncedCalls(parameters: {
  /** `calls` of the log. */
  calls: Hex
  callsHash: Hash
}): ParseAnnouncedCallsReturnType {
  try {
    const [decoded] = decodeAbiParameters([callsParameter], parameters.calls)
    const calls = decoded.map(({ data, target, value }) => ({
      data,
      to: target,
      value,
    }))
    return { calls, verified: hashCalls(calls) === parameters.callsHash }
  } catch {
    return { calls: undefined, verified: false }
  }
}
