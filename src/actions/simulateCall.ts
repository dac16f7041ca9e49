import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  type Client,
  type Hex,
  isHex,
  size,
  type Transport,
} from 'viem'

/** State to suppose, as nodes take it. */
export type SupposedState = {
  readonly [address: Address]: {
    code?: Hex
    /** Values by slot; the other slots stay as they are. */
    stateDiff?: { readonly [slot: Hex]: Hex }
  }
}

export type SimulateCallParameters = {
  /** `pending` runs in the block being built. @default 'latest' */
  blockTag?: 'latest' | 'pending' | undefined
  data: Hex
  from: Address
  state?: SupposedState | undefined
  to: Address
}

export type SimulateCallReturnType =
  | { data: Hex; status: 'success' }
  /** The EVM reverted. `error` has the bytes. */
  | { error: Error; status: 'reverted' }

/**
 * Calls a contract in the name of any address. Throws when the node fails, and
 * only then.
 *
 * It asks the node itself instead of viem's `call`, which would follow an
 * `OffchainLookup` (ERC-3668) to any URL that a call's target names.
 *
 * @param client - Client to use
 * @param parameters - {@link SimulateCallParameters}
 */
export async function simulateCall(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SimulateCallParameters,
): Promise<SimulateCallReturnType> {
  const { blockTag = 'latest', data, from, state, to } = parameters

  const request = { data, from, to }
  try {
    const result = await client.request({
      method: 'eth_call',
      params: state ? [request, blockTag, state] : [request, blockTag],
    })
    return { data: result, status: 'success' }
  } catch (error) {
    if (isRevert(error)) return { error: error as Error, status: 'reverted' }
    throw error
  }
}

/** JSON-RPC error code of a reverted call. */
const revertCode = 3

/** JSON-RPC error code of a node that has failed. */
const faultCode = -32_603

/** What nodes say of a call that the EVM stopped. */
const revertText =
  /execution reverted|vm exception|invalid opcode|stack (?:under|over)flow/i

/** What they say of one that they stopped themselves, by their own bounds. */
const giveUpText = /out of gas|time(?:d )?-?out/i

function isRevert(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  const has = (test: (cause: { code?: unknown; data?: unknown }) => boolean) =>
    error.walk((cause) => test(cause as object)) !== null

  // Empty data says nothing: nodes put it beside failures of their own.
  if (has(({ data }) => isRevertData(getData(data)))) return true
  if (has(({ code }) => code === faultCode)) return false
  if (revertText.test(error.details)) return true
  return (
    has(({ code }) => code === revertCode) && !giveUpText.test(error.details)
  )
}

function isRevertData(data: unknown): boolean {
  return isHex(data, { strict: true }) && size(data) > 0
}

function getData(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'data' in data
    ? data.data
    : data
}
