import { overheadAims, recipientsAim } from './aims.ts'
import { peers } from './peers.ts'
import type { Comparisons, Results } from './results.ts'
import { type TierName, tierTitles } from './tiers.ts'
import { type WorkloadName, workloadTitles } from './workloads.ts'

export type Table = {
  /** The first column is text, the others are right-aligned. */
  head: readonly string[]
  rows: readonly (readonly string[])[]
  title: string
}

const names = Object.keys(workloadTitles) as readonly WorkloadName[]

/** Lays the results out for people to read. */
export function toTables(results: Results): readonly Table[] {
  return [
    toWorkloadTable(results),
    toPeerTable(results),
    toComparisonTable('On EntryPoint 0.8', results.entryPoint08),
    toDirectTable(results),
    toValidationTable(results),
    toFirstTable(results),
    toGrowthTable(results),
    toTierTable(results),
    toOwnerTable(results),
    toTimingTable(results),
  ]
}

function toWorkloadTable({ calldata, workloads }: Results): Table {
  return {
    head: [
      '',
      'plain',
      'policy',
      'overhead',
      'policy / plain',
      'aim',
      'overhead / aim',
      'calldata',
    ],
    rows: names.map((name) => {
      const { baseline, gas, overhead } = workloads[name]
      return [
        toLabel(name),
        toNumber(baseline),
        toNumber(gas),
        toSigned(overhead),
        toRatio(gas, baseline),
        toSigned(overheadAims[name]),
        toRatio(overhead, overheadAims[name]),
        `${toNumber(calldata[name].gas)} B`,
      ]
    }),
    title: 'On EntryPoint 0.7, in gas of the transaction',
  }
}

function toPeerTable({ workloads }: Results): Table {
  const own = workloads.W1.overhead
  return {
    head: [
      'System',
      ...names.map((name) => `${name} overhead`),
      'W1 / ours',
      'configuration',
    ],
    rows: [
      [
        'Mandate',
        ...names.map((name) => toSigned(workloads[name].overhead)),
        toRatio(own, own),
        'ten recipients, cap, daily budget, gas budget, expiry',
      ],
      ...peers.map(({ configuration, name, overheads }) => [
        name,
        ...names.map((workload) => toSigned(overheads[workload])),
        overheads.W1 === undefined ? '-' : toRatio(overheads.W1, own),
        configuration,
      ]),
    ],
    title: 'Overhead of other systems, each on its own account',
  }
}

function toComparisonTable(title: string, comparisons: Comparisons): Table {
  return {
    head: ['', 'plain', 'policy', 'overhead', 'policy / plain'],
    rows: names.map((name) => {
      const { baseline, gas, overhead } = comparisons[name]
      return [
        toLabel(name),
        toNumber(baseline),
        toNumber(gas),
        toSigned(overhead),
        toRatio(gas, baseline),
      ]
    }),
    title: `${title}, in gas of the transaction`,
  }
}

function toDirectTable({ direct, workloads }: Results): Table {
  return {
    head: [
      '',
      'plain',
      'policy',
      'overhead',
      'clone adds to plain',
      'clone adds to policy',
    ],
    rows: names.map((name) => {
      const { baseline, gas, overhead } = direct[name]
      return [
        toLabel(name),
        toNumber(baseline),
        toNumber(gas),
        toSigned(overhead),
        toSigned(workloads[name].baseline - baseline),
        toSigned(workloads[name].gas - gas),
      ]
    }),
    title: 'On an account that is no clone, in gas of the transaction',
  }
}

function toValidationTable({ validation, workloads }: Results): Table {
  return {
    head: [
      '',
      "account's, plain",
      'of all',
      "account's, policy",
      'of all',
      "validator's, plain",
      "validator's, policy",
    ],
    rows: names.map((name) => {
      const { baseline, policy } = validation[name]
      return [
        toLabel(name),
        toNumber(baseline.account),
        toPercent(baseline.account, workloads[name].baseline),
        toNumber(policy.account),
        toPercent(policy.account, workloads[name].gas),
        toNumber(baseline.validator),
        toNumber(policy.validator),
      ]
    }),
    title: 'Gas within validateUserOp',
  }
}

function toFirstTable({ first, workloads }: Results): Table {
  const rows = [
    ['third of a day', workloads.W1],
    ['first of a new day', first.day],
    ['first of an agent', first.agent],
  ] as const
  return {
    head: ['W1 as', 'plain', 'policy', 'overhead'],
    rows: rows.map(([label, { baseline, gas, overhead }]) => [
      label,
      toNumber(baseline),
      toNumber(gas),
      toSigned(overhead),
    ]),
    title: 'First operations, in gas of the transaction',
  }
}

function toGrowthTable({ growth, workloads }: Results): Table {
  const { externalRecipients, permissions, recipients } = growth
  const [least = 0] = Object.values(recipients)
  const toRow = (label: string, gas: number, aim?: number) => [
    label,
    toNumber(gas),
    toSigned(gas - workloads.W1.baseline),
    toSigned(gas - least),
    toSigned(aim),
  ]
  const toCount = (count: string) => toNumber(Number(count))
  const [fewest = ''] = Object.keys(recipients)
  return {
    head: [
      'W1, policy with',
      'policy',
      'overhead',
      `above recipients: ${toCount(fewest)}`,
      'aim',
    ],
    rows: [
      ...Object.entries(recipients).map(([count, gas]) =>
        toRow(
          `recipients: ${toCount(count)}`,
          gas,
          count === '1000' ? recipientsAim : undefined,
        ),
      ),
      ...Object.entries(externalRecipients).map(([count, gas]) =>
        toRow(`recipients in a set of its own: ${toCount(count)}`, gas),
      ),
      ...Object.entries(permissions).map(([count, gas]) =>
        toRow(`permissions: ${toCount(count)}`, gas),
      ),
    ],
    title: 'Growth of W1 with the policy, in gas of the transaction',
  }
}

function toTierTable({ tiers, workloads }: Results): Table {
  const { baseline, gas: instant } = workloads.W1
  return {
    head: ['W1 in the tier', 'policy', 'overhead', 'above instant'],
    rows: (Object.keys(tierTitles) as readonly TierName[]).map((name) => [
      tierTitles[name],
      toNumber(tiers[name]),
      toSigned(tiers[name] - baseline),
      toSigned(tiers[name] - instant),
    ]),
    title: 'Tiers, in gas of the transaction',
  }
}

function toOwnerTable({ owner }: Results): Table {
  const { externalRecipients, nothing, permissions, recipients } = owner
  const groups = [
    ['recipients', recipients],
    ['recipients in a set of its own', externalRecipients],
    ['permissions', permissions],
  ] as const
  const installs = Object.values(recipients).map(({ install }) => install)
  return {
    head: ['policy with', 'publish', 'grant', 'sum', 'grant itself'],
    rows: [
      ...groups.flatMap(([label, group]) =>
        Object.entries(group).map(([count, { grant, publish }]) => [
          `${label}: ${toNumber(Number(count))}`,
          toNumber(publish),
          toNumber(grant),
          toNumber(publish + grant),
          toNumber(grant - nothing),
        ]),
      ),
      [
        'installing the validator, once',
        '-',
        toNumber(installs[0]),
        toNumber(installs[0]),
        '-',
      ],
      ['an operation that does nothing', '-', toNumber(nothing), '-', '-'],
    ],
    title: "Owner's transactions, in gas",
  }
}

function toTimingTable({ timing }: Results): Table {
  return {
    head: ['recipients: 1,000', 'milliseconds'],
    rows: [
      ['compilePolicy', String(timing.compilePolicy)],
      ['explainPolicy', String(timing.explainPolicy)],
    ],
    title: 'Time off chain, median of 20',
  }
}

function toLabel(name: WorkloadName): string {
  return `${name}: ${workloadTitles[name]}`
}

function toNumber(number: number | undefined): string {
  return number === undefined ? '-' : number.toLocaleString('en')
}

function toSigned(number: number | undefined): string {
  if (number === undefined) return '-'
  return number > 0 ? `+${toNumber(number)}` : toNumber(number)
}

function toRatio(number: number, base: number): string {
  return (number / base).toFixed(2)
}

function toPercent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`
}
