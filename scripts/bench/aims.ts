import type { WorkloadName } from './workloads.ts'

/** Most that a policy should cost above the plain validator, in gas. */
export const overheadAims: Readonly<Record<WorkloadName, number>> = {
  W1: 16_000,
  W1s: 25_000,
  W2: 22_000,
  W3: 15_500,
}

/** Most that 1,000 recipients should cost above one, in gas. */
export const recipientsAim = 3_000
