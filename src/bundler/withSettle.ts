import type { PolicyErrorCode } from '../errors/errorTable.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'

/**
 * Whether an operation ends in a call that gives its budget back when the others
 * fail. It costs about 6,000 gas a budget. `auto` settles batches of which something
 * can be given back, and no single calls; and it does without where the policy's
 * gas has no room for it. A policy that demands it is obeyed in any case.
 */
export type Settle = boolean | 'auto'

/** What denies an operation for its gas, of which a `settle` needs some. */
const gasDenials: readonly PolicyErrorCode[] = [
  'GAS_ABOVE_BUDGET',
  'GAS_BUDGET_EXCEEDED',
  'GAS_EXCEEDS_CAP',
  'PRE_VERIFICATION_GAS_EXCEEDS_CAP',
]

export type WithSettleParameters = {
  calls: readonly unknown[]
  /** What was asked for. @default 'auto' */
  settle?: Settle | undefined
}

/**
 * Prepares an operation, and once more where its `settle` was the reason for a
 * denial: with other charges, since another period or policy has begun meanwhile,
 * or without it.
 *
 * @param parameters - {@link WithSettleParameters}
 * @param prepare - Prepares the operation
 */
export async function withSettle<type>(
  parameters: WithSettleParameters,
  prepare: (settle: Settle) => Promise<type>,
): Promise<type> {
  const { calls, settle: asked = 'auto' } = parameters
  const settle = asked === 'auto' && calls.length < 2 ? false : asked
  try {
    return await prepare(settle)
  } catch (error) {
    const { code } = toPolicyError(error)
    if (code === 'SETTLEMENT_MISMATCH') return prepare(settle)
    // The policy that the account was given is not the one that the chain has.
    if (code === 'SETTLEMENT_REQUIRED') return prepare(true)
    if (settle === 'auto' && gasDenials.includes(code)) return prepare(false)
    throw error
  }
}
