import { type Address, type Hash, type Hex, isAddressEqual } from 'viem'

import type { Bench } from './bench.ts'
import { MeasurementFailedError } from './errors.ts'

/** Selectors of `validateUserOp`: the account's has an argument more. */
const selectors = { account: '0x19822f7c', validator: '0x97003203' } as const

type Frame = {
  calls?: readonly Frame[]
  gasUsed: Hex
  input: Hex
  to?: Address
}

/** Gas of frames of a transaction, without what calling them costs. */
export type ValidationGas = {
  /** The account's `validateUserOp`, all that it calls included. */
  account: number
  /** The validator's `validateUserOp`. */
  validator: number
}

/** Measures the validation of the one operation in a transaction. */
export async function traceOperation(
  { client }: Bench,
  parameters: { account: Address; hash: Hash; validator: Address },
): Promise<ValidationGas> {
  const { account, hash, validator } = parameters
  const root = await client.request<{
    Method: 'debug_traceTransaction'
    Parameters: [Hash, { tracer: 'callTracer' }]
    ReturnType: Frame
  }>({
    method: 'debug_traceTransaction',
    params: [hash, { tracer: 'callTracer' }],
  })
  const frames = flatten(root)
  const getGas = (to: Address, selector: Hex) => {
    const frame = frames.find(
      (frame) =>
        frame.to !== undefined &&
        isAddressEqual(frame.to, to) &&
        frame.input.startsWith(selector),
    )
    if (frame === undefined)
      throw new MeasurementFailedError({ what: 'trace of an operation' })
    return Number(frame.gasUsed)
  }
  return {
    account: getGas(account, selectors.account),
    validator: getGas(validator, selectors.validator),
  }
}

function flatten(frame: Frame): readonly Frame[] {
  return [frame, ...(frame.calls ?? []).flatMap(flatten)]
}
