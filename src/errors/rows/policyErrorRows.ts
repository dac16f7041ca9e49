import { agentErrorRows } from './agentErrorRows.ts'
import { envelopeErrorRows } from './envelopeErrorRows.ts'
import { gasErrorRows } from './gasErrorRows.ts'
import { limitErrorRows } from './limitErrorRows.ts'
import { permissionErrorRows } from './permissionErrorRows.ts'
import { windowErrorRows } from './windowErrorRows.ts'

/**
 * Why `PolicyValidator` denies a UserOperation: the errors of
 * `IPolicyErrors.sol` and their special cases.
 */
export const policyErrorRows = {
  ...agentErrorRows,
  ...windowErrorRows,
  ...envelopeErrorRows,
  ...permissionErrorRows,
  ...limitErrorRows,
  ...gasErrorRows,
}
