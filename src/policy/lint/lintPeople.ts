import { type Hex, pad } from 'viem'

import type { PolicyView } from '../view/policyView.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, type LintCheck } from './lintContext.ts'
import { getRecipients } from './lintParties.ts'

/** Seconds. */
const shortDelay = 600
const manyCalls = 32

/** Who watches the agent, and who is interested in what it does. */
export const lintPeople: LintCheck = ({ view }) => {
  const { approvers, data } = view
  const paid = getPaid(view)
  const findings: PolicyFinding[] = []
  const add = (...parameters: Parameters<typeof createFinding>) =>
    findings.push(createFinding(...parameters))

  const guardian = data.guardian && toWord(data.guardian)
  if (guardian === undefined)
    add('GUARDIAN_MISSING', 'guardian', 'There is no guardian.')
  else {
    if (paid.has(guardian))
      add(
        'GUARDIAN_INTERESTED',
        'guardian',
        'The agent may pay or approve the guardian.',
      )
    if (approvers?.elements?.includes(guardian))
      add('GUARDIAN_INTERESTED', 'guardian', 'The guardian is an approver.')
  }

  const { tiers } = data
  if (tiers !== undefined && approvers !== undefined) {
    if (tiers.threshold === 1)
      add(
        'APPROVAL_SINGLE',
        'tiers.approvals.threshold',
        'One approval is enough.',
      )
    for (const approver of approvers.elements ?? [])
      if (paid.has(approver))
        add(
          'APPROVER_INTERESTED',
          'tiers.approvals.approvers',
          `The agent may pay or approve ${view.getName(`0x${approver.slice(26)}`)}.`,
        )
  }
  if (tiers !== undefined && tiers.delay > 0 && tiers.delay < shortDelay)
    add(
      'DELAY_SHORT',
      'tiers.delay',
      `A delayed operation waits for ${tiers.delay} seconds.`,
    )
  if (data.maxCalls > manyCalls)
    add(
      'CALLS_MANY',
      'maxCalls',
      `One operation may have ${data.maxCalls} calls.`,
    )
  return findings
}

/** Whoever is listed as paid or approved, as words. */
function getPaid(view: PolicyView): ReadonlySet<Hex> {
  return new Set(
    getRules(view).flatMap(({ permission, rule }) =>
      getRecipients(permission, rule),
    ),
  )
}

function toWord(address: Hex): Hex {
  return pad(address, { size: 32 }).toLowerCase() as Hex
}
