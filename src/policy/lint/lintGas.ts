import { formatAmount } from '../document/amounts.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import type { LintCheck } from './lintContext.ts'

/** Gas that no operation of any account gets by with. */
const leastOperationGas = 100_000n

/** What gas may cost. */
export const lintGas: LintCheck = ({ document, view }) => {
  const { gasBudget, gasExponent, maxFeePerGas, maxGas } = view.data
  const budget = gasBudget * 10n ** BigInt(gasExponent)
  const operation = maxGas * maxFeePerGas
  const findings: PolicyFinding[] = []
  if (operation > budget)
    findings.push(
      createFinding(
        'GAS_ABOVE_BUDGET',
        'gas.perDay',
        `An operation at both caps costs ${formatAmount(operation, 18)}, and the day has ${formatAmount(budget, 18)}.`,
      ),
    )
  else if (operation * 5n > budget)
    findings.push(
      createFinding(
        'GAS_FEW_OPERATIONS',
        'gas.perDay',
        `${budget / operation} operations at both caps use up the day.`,
      ),
    )
  const overhead = view.data.maxPreVerificationGas * maxFeePerGas
  if (overhead * 2n > budget)
    findings.push(
      createFinding(
        'GAS_OVERHEAD_HIGH',
        'gas.maxPreVerificationGas',
        `Pre-verification gas may cost ${formatAmount(overhead, 18)} an operation, and the day has ${formatAmount(budget, 18)}.`,
      ),
    )
  if (maxGas < leastOperationGas)
    findings.push(
      createFinding(
        'GAS_TOO_LOW',
        'gas.maxGas',
        `An operation may have ${maxGas} gas.`,
      ),
    )
  if (document.gas.paymasters !== undefined)
    findings.push(
      createFinding(
        'PAYMASTER_ALLOWED',
        'gas.paymasters',
        'A paymaster may pay the gas, and may ask the account for something in return.',
      ),
    )
  return findings
}
