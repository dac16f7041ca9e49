import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem'

import type { PolicyDocument } from '../../../src/policy/document/policySchema.ts'
import type { Draw } from './draw.ts'

export type SampleCall = { data: Hex; to: Address; value: bigint }

/** Whom and what the policies of the sample name. */
export type Places = {
  account: Address
  collection: Address
  items: Address
  paymaster: Address
  recipient: Address
  /** Takes any call. */
  recorder: Address
  /** Takes any call too. */
  otherRecorder: Address
  stranger: Address
  token: Address
  weth: Address
}

/** What a recipe adds to a document, and calls that it permits. */
export type Part = Partial<
  Pick<
    PolicyDocument,
    | 'assets'
    | 'groups'
    | 'limits'
    | 'permissions'
    | 'schedule'
    | 'sets'
    | 'settlement'
  >
> & {
  calls?: readonly SampleCall[]
  /** Whether a paymaster pays for the operations. */
  sponsored?: true
}

export type Recipe = {
  build: (places: Places, draw: Draw) => Part
  name: string
}

/** One call by a human-readable signature. */
export function toCall(
  to: Address,
  signature: string,
  args: readonly unknown[],
  value = 0n,
): SampleCall {
  const abi = parseAbi([`function ${signature}`] as readonly string[])
  return { data: encodeFunctionData({ abi, args } as never), to, value }
}
