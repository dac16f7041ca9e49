import { defaultGas } from './compile/compileGas.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { explainLimit, explainWorstCase } from './explain/explainLimits.ts'
import { explainPermission } from './explain/explainPermission.ts'
import { sayAmount, sayList } from './explain/phrases.ts'
import { sayAddresses, sayTime } from './explain/words.ts'

/** Sentences, in the order in which an owner asks. */
export type ExplainPolicyReturnType = readonly string[]

/**
 * Says in plain English what a policy permits, what limits it, and the worst
 * case of each asset.
 *
 * @param policy - A document, as `definePolicy` returns it
 */
export function explainPolicy(policy: PolicyDocument): ExplainPolicyReturnType {
  const { guardian, limits, maxCalls = 8, permissions, window = '1h' } = policy
  return [
    sayValidity(policy),
    ...saySchedule(policy),
    ...permissions.map((permission) => explainPermission(policy, permission)),
    'Everything else is denied.',
    ...limits.map(explainLimit),
    ...sayTiers(policy),
    ...explainWorstCase(policy),
    sayGas(policy),
    `One operation has at most ${maxCalls} ${maxCalls === 1 ? 'call' : 'calls'}, and is signed for at most ${window}.`,
    ...(guardian === undefined
      ? []
      : [
          policy.tiers?.delay === undefined
            ? `${guardian} may freeze the agent, and nothing else.`
            : `${guardian} may freeze the agent and cancel what it has announced, and nothing else.`,
        ]),
    ...(policy.settlement === undefined
      ? []
      : ['Every operation must settle what it spends.']),
  ]
}

/** A text of the document's in one line, so that it is no sentence beside ours. */
function toLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('"', "'").trim()
}

function sayValidity({ chains, name, validity }: PolicyDocument): string {
  const from =
    validity.from === undefined ? '' : ` from ${sayTime(validity.from)}`
  return `"${toLine(name)}" holds on ${sayList(chains)}${from} until ${sayTime(validity.until)}.`
}

function saySchedule({ schedule }: PolicyDocument): readonly string[] {
  if (schedule === undefined) return []
  const { blackouts = [], timeZone = 'UTC', weekly = [] } = schedule
  const hours = weekly.map(
    ({ days, from, to }) => `${days.join(', ')} from ${from} to ${to}`,
  )
  return [
    ...(hours.length === 0
      ? []
      : [`It acts only on ${hours.join('; on ')} (${timeZone}).`]),
    ...blackouts.map(
      ({ from, reason, until }) =>
        `It does not act from ${sayTime(from)} until ${sayTime(until)}${reason === undefined ? '' : ` ("${toLine(reason)}")`}.`,
    ),
  ]
}

function sayTiers(policy: PolicyDocument): readonly string[] {
  const { approvals, delay, lifetime = '1d' } = policy.tiers ?? {}
  return [
    ...(delay === undefined
      ? []
      : [
          `What waits is announced first, may run ${delay} later and for ${lifetime} from then, and may be cancelled until it has run.`,
        ]),
    ...(approvals === undefined
      ? []
      : [
          `Approval is that of ${approvals.threshold} of ${sayAddresses(policy, approvals.approvers)}, for these calls, once.`,
        ]),
  ]
}

function sayGas(policy: PolicyDocument): string {
  const { gas } = policy
  const { maxFeePerGas, paymasters, perDay } = gas
  const maxGas = sayAmount(gas.maxGas ?? defaultGas.maxGas)
  const payers =
    paymasters === undefined
      ? 'No paymaster is allowed'
      : `${sayAddresses(policy, paymasters)} may pay instead`
  return `Gas: at most ${sayAmount(perDay)} of the native asset a day, at most ${maxFeePerGas} for a unit, at most ${maxGas} units an operation. ${payers}.`
}
