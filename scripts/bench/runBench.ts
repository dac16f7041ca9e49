import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { type Bench, fundPayees } from './bench.ts'
import { getStart } from './clock.ts'
import {
  getAddresses,
  getTokenPolicy,
  type TokenPolicyParameters,
  transferToken,
} from './documents.ts'
import { MeasurementFailedError, PolicyNotInForceError } from './errors.ts'
import { getGas, type Measured, measure } from './measure.ts'
import { compile, type OwnerGas } from './owner.ts'
import type { Comparison, Results } from './results.ts'
import { sendOperation } from './sendOperation.ts'
import { measureTiers } from './tiers.ts'
import { measureTiming } from './timing.ts'
import {
  getPayees,
  getWorkloads,
  type Workload,
  type WorkloadName,
  workloadRecipients,
} from './workloads.ts'

export type RunBenchParameters = {
  /** Called with what is measured next. */
  onProgress: (what: string) => void
  /** Numbers of recipients. */
  sizes: readonly number[]
}

const permissionCounts = [10, 100]

/** Size of the set that is measured as a blob of its own. */
const externalSize = 1_000

/** Measures everything, each thing on an account of its own. */
export async function runBench(
  bench: Bench,
  parameters: RunBenchParameters,
): Promise<Results> {
  const { onProgress, sizes } = parameters
  const workloads = getWorkloads(bench)
  await fundPayees(bench, workloadRecipients)

  const measureWorkloads = async (
    place: string,
    options: { isDirect?: boolean; version: EntryPointVersion },
  ) => {
    const measured = new Map<WorkloadName, Measured>()
    for (const { calls, denied, name, policy, policyCalls } of workloads) {
      const what = `${name} ${place}`
      onProgress(what)
      const one = await measure(bench, {
        ...options,
        calls,
        policy,
        policyCalls,
        what,
      })
      await assertDenied(bench, one, denied, what)
      measured.set(name, one)
    }
    return (name: WorkloadName) => measured.get(name) as Measured
  }
  const by07 = await measureWorkloads('on EntryPoint 0.7', { version: '0.7' })
  const by08 = await measureWorkloads('on EntryPoint 0.8', { version: '0.8' })
  const direct = await measureWorkloads('without a clone', {
    isDirect: true,
    version: '0.7',
  })

  const recipients = await measureEach(sizes, (size) =>
    measureGrowth(bench, {
      external: false,
      onProgress,
      recipients: getAddresses(size, 'recipient'),
      what: `W1 with ${size} recipients`,
    }),
  )
  const externalRecipients = await measureEach(
    sizes.filter((size) => size === externalSize),
    (size) =>
      measureGrowth(bench, {
        external: true,
        onProgress,
        recipients: getAddresses(size, 'recipient'),
        what: `W1 with an external set of ${size} recipients`,
      }),
  )
  const permissions = await measureEach(permissionCounts, (count) =>
    measureGrowth(bench, {
      extraPermissions: count - 1,
      onProgress,
      recipients: workloadRecipients,
      what: `W1 with ${count} permissions`,
    }),
  )
  onProgress('tiers')
  const tiers = await measureTiers(bench)
  const w1 = by07('W1')
  const nothing = await measureNothing(bench, w1)
  const day = await measureNewDay(bench, w1, workloads)
  onProgress('compilePolicy and explainPolicy')

  return {
    workloads: toRecord((name) => compareGas(by07(name))),
    entryPoint08: toRecord((name) => compareGas(by08(name))),
    direct: toRecord((name) => compareGas(direct(name))),
    calldata: toRecord((name) => {
      const { plain, policy } = by07(name)
      return compare(plain.calldata, policy.calldata)
    }),
    validation: toRecord((name) => {
      const { plain, policy } = by07(name)
      return { baseline: plain.validation, policy: policy.validation }
    }),
    first: { agent: compare(w1.plain.first, w1.policy.first), day },
    growth: {
      externalRecipients: mapValues(externalRecipients, getSteadyGas),
      permissions: mapValues(permissions, getSteadyGas),
      recipients: mapValues(recipients, getSteadyGas),
    },
    grant: mapValues(recipients, ({ owner }) => owner.publish + owner.grant),
    owner: {
      externalRecipients: mapValues(externalRecipients, getOwnerGas),
      nothing,
      permissions: mapValues(permissions, getOwnerGas),
      recipients: mapValues(recipients, getOwnerGas),
    },
    tiers,
    timing: measureTiming(bench),
  }
}

/** Makes sure that the policy that was measured is in force. */
async function assertDenied(
  bench: Bench,
  { account }: Measured,
  denied: Workload['denied'],
  what: string,
): Promise<void> {
  for (const [reason, calls] of Object.entries(denied)) {
    const isDenied = await sendOperation(bench, {
      account,
      calls,
      route: 'policy',
      what,
    }).then(
      () => false,
      (error: unknown) => error instanceof MeasurementFailedError,
    )
    if (!isDenied)
      throw new PolicyNotInForceError({ what: `${what} (${reason})` })
  }
}

/** Measures W1 under a policy of another size. */
async function measureGrowth(
  bench: Bench,
  parameters: Pick<
    TokenPolicyParameters,
    'external' | 'extraPermissions' | 'recipients'
  > & { onProgress: (what: string) => void; what: string },
): Promise<Measured> {
  const { onProgress, what, ...policyParameters } = parameters
  onProgress(what)
  const { chainId, contracts } = bench.localChain
  const token = contracts.testToken
  const { last } = getPayees(policyParameters.recipients)
  await fundPayees(bench, [last])
  return measure(bench, {
    calls: [transferToken(token, last)],
    policy: compile(
      bench,
      getTokenPolicy({ ...policyParameters, chainId, token }),
    ),
    what,
  })
}

/** Measures an owner's operation with a call that does nothing. */
async function measureNothing(
  bench: Bench,
  { account }: Measured,
): Promise<number> {
  const sent = await sendOperation(bench, {
    account,
    calls: [{ to: getPayees(workloadRecipients).first }],
    route: 'owner',
    what: "owner's operation that does nothing",
  })
  return getGas(sent)
}

/** Measures W1 as the first operation of the next day. */
async function measureNewDay(
  bench: Bench,
  { account }: Measured,
  workloads: readonly Workload[],
): Promise<Comparison> {
  const calls = workloads.find(({ name }) => name === 'W1')?.calls ?? []
  await bench.client.setNextBlockTimestamp({ timestamp: BigInt(getStart(1)) })
  const sendAs = async (route: 'plain' | 'policy') =>
    getGas(
      await sendOperation(bench, {
        account,
        calls,
        dayIndex: 1,
        route,
        what: `first W1 of a day with the ${route} validator`,
      }),
    )
  const plain = await sendAs('plain')
  return compare(plain, await sendAs('policy'))
}

async function measureEach(
  counts: readonly number[],
  run: (count: number) => Promise<Measured>,
): Promise<ReadonlyMap<number, Measured>> {
  const measured = new Map<number, Measured>()
  for (const count of counts) measured.set(count, await run(count))
  return measured
}

function toRecord<value>(
  get: (name: WorkloadName) => value,
): Record<WorkloadName, value> {
  return {
    W1: get('W1'),
    W1s: get('W1s'),
    W2: get('W2'),
    W3: get('W3'),
  }
}

function mapValues<value>(
  measured: ReadonlyMap<number, Measured>,
  get: (measured: Measured) => value,
): Record<string, value> {
  return Object.fromEntries(
    [...measured].map(([count, value]) => [count, get(value)]),
  )
}

function getSteadyGas({ policy }: Measured): number {
  return policy.gas
}

function getOwnerGas({ owner }: Measured): OwnerGas {
  return owner
}

function compareGas({ plain, policy }: Measured): Comparison {
  return compare(plain.gas, policy.gas)
}

function compare(baseline: number, gas: number): Comparison {
  return { baseline, gas, overhead: gas - baseline }
}
