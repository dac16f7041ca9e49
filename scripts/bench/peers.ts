import type { WorkloadName } from './workloads.ts'

export type Peer = {
  configuration: string
  name: string
  /** Gas above a plain validator on the peer's account, where it can do it. */
  overheads: Partial<Record<WorkloadName, number>>
}

/**
 * What other on-chain permission systems cost, measured once by the method of
 * `docs/benchmarks.md`, each against the plain validator on the account that it
 * is for. This script does not run them again.
 */
export const peers: readonly Peer[] = [
  {
    configuration:
      'one recipient, cap, budget that never resets, expiry; no fee limit',
    name: 'SmartSessions',
    overheads: { W1: 80_273, W2: 118_560, W3: 49_728 },
  },
  {
    configuration: 'the same with SimpleGasPolicy',
    name: 'SmartSessions',
    overheads: { W1: 99_621, W2: 137_920, W3: 69_064 },
  },
  {
    configuration:
      'one recipient, cap, daily budget, fee limit, expiry; no batches',
    name: 'ZKsync SSO sessions',
    overheads: { W1: 43_321, W3: 28_982 },
  },
  {
    configuration: 'one recipient, cap, expiry; no token budget',
    name: 'Kernel 3.1 permissions',
    overheads: { W1: 70_379, W2: 91_260, W3: 39_211 },
  },
  {
    configuration: 'the same with a rate limit and a gas budget',
    name: 'Kernel 3.1 permissions',
    overheads: { W1: 102_258, W2: 123_272 },
  },
  {
    configuration:
      'token, budget that never resets, expiry; any recipient, no cap',
    name: 'Modular Account 2',
    overheads: { W1: 45_135, W2: 59_629 },
  },
  {
    configuration: 'the same with a limit on fees and native value',
    name: 'Modular Account 2',
    overheads: { W1: 64_613, W2: 82_707, W3: 48_723 },
  },
]
