import type { Hash } from 'viem'

import type { PolicyError } from '../errors/policyError.ts'
import type { Charge } from '../types/charge.ts'

/** Most meters that one operation may touch. */
const maxCharges = 16

export type FindChargesReturnType = {
  charges: readonly Charge[]
  /** Why the operation is denied nevertheless; nothing where it is not. */
  denial: PolicyError | undefined
}

/**
 * Finds out what the `settle` of an operation must carry, by asking the chain: an
 * operation that settles too little is denied with the charge that is missing. So
 * one question more than there are charges is asked.
 *
 * The charges belong to one set of calls and to the periods of one window.
 *
 * @param validate - Asks the chain about the operation with a `settle` that carries
 * these charges
 * @returns Charges. {@link FindChargesReturnType}
 */
export async function findCharges(
  validate: (charges: readonly Charge[]) => Promise<PolicyError | undefined>,
): Promise<FindChargesReturnType> {
  const charges: Charge[] = []
  let denial = await validate(charges)
  while (charges.length < maxCharges) {
    const missing = getMissing(denial, charges.length)
    if (!missing) break

    charges.push(missing)
    denial = await validate(charges)
  }
  return { charges, denial }
}

/** Reads from a denial what it misses at the end. */
function getMissing(
  denial: PolicyError | undefined,
  count: number,
): Charge | undefined {
  if (denial?.code !== 'SETTLEMENT_MISMATCH') return undefined
  const { charge, index, meterId } = denial.parameters.arguments ?? {}
  if (index !== BigInt(count)) return undefined
  return { charge: charge as bigint, meterId: meterId as Hash }
}
