import { bundlerErrorRows } from './bundlerErrorRows.ts'
import { callerErrorRows } from './callerErrorRows.ts'
import { entryPointErrorRows } from './entryPointErrorRows.ts'
import { executionErrorRows } from './executionErrorRows.ts'
import { nodeErrorRows } from './nodeErrorRows.ts'

/**
 * What goes wrong around the contracts: EntryPoint, bundler, paymaster, node,
 * the calls' targets, and the caller's own input.
 */
export const operationErrorRows = {
  ...entryPointErrorRows,
  ...bundlerErrorRows,
  ...executionErrorRows,
  ...nodeErrorRows,
  ...callerErrorRows,
}
