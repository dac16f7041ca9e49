import type { OwnerGas } from './owner.ts'
import type { TierName } from './tiers.ts'
import type { ValidationGas } from './traceOperation.ts'
import type { WorkloadName } from './workloads.ts'

/** Gas of the same operation, with the plain validator and with the policy. */
export type Comparison = {
  baseline: number
  gas: number
  overhead: number
}

export type Comparisons = Record<WorkloadName, Comparison>

/** Everything that the benchmark measures. Gas is that of transactions. */
export type Results = {
  workloads: Comparisons
  /** The same on EntryPoint 0.8. */
  entryPoint08: Comparisons
  /** The same on an account that is no clone. */
  direct: Comparisons
  /** Bytes of the transactions' input. */
  calldata: Record<WorkloadName, Comparison>
  /** Gas within validation, by `debug_traceTransaction`. */
  validation: Record<
    WorkloadName,
    { baseline: ValidationGas; policy: ValidationGas }
  >
  /** First operation of an agent, and first one of a new day: W1. */
  first: { agent: Comparison; day: Comparison }
  /** W1 by what the policy holds. */
  growth: {
    /** Of the addresses, in a blob of their own. */
    externalRecipients: Record<string, number>
    permissions: Record<string, number>
    /** Of the addresses, in the policy itself. */
    recipients: Record<string, number>
  }
  /** Publishing and granting, by the number of recipients in the policy. */
  grant: Record<string, number>
  owner: {
    externalRecipients: Record<string, OwnerGas>
    /** The owner's operation with a call that does nothing. */
    nothing: number
    permissions: Record<string, OwnerGas>
    recipients: Record<string, OwnerGas>
  }
  /** W1 of the 10 recipients in each tier. */
  tiers: Record<TierName, number>
  /** Medians, in milliseconds. */
  timing: { compilePolicy: number; explainPolicy: number }
}
