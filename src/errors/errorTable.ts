import type { ErrorRow } from './defineErrorRow.ts'
import { approvalErrorRows } from './rows/approvalErrorRows.ts'
import { operationErrorRows } from './rows/operationErrorRows.ts'
import { policyErrorRows } from './rows/policyErrorRows.ts'
import { storeErrorRows } from './rows/storeErrorRows.ts'
import { tierErrorRows } from './rows/tierErrorRows.ts'
import { validatorErrorRows } from './rows/validatorErrorRows.ts'

/**
 * The error vocabulary: one row for each code. Everything that speaks of
 * errors is made from it: `PolicyError`, its JSON Schema, `docs/errors.md`.
 *
 * A code is stable and never reused. Each Solidity error has one code, and
 * besides it only the special cases that say so by `refines`.
 */
export const errorTable = {
  ...policyErrorRows,
  ...tierErrorRows,
  ...approvalErrorRows,
  ...validatorErrorRows,
  ...storeErrorRows,
  ...operationErrorRows,
} satisfies Record<string, ErrorRow>

/** Code of an error. Stable, and never reused for something else. */
export type PolicyErrorCode = keyof typeof errorTable
