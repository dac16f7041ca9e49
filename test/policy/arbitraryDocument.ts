import fc from 'fast-check'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { amount, arbitraryPresets } from './arbitraryPresets.ts'
import { base } from './documents.ts'

type Limit = PolicyDocument['limits'][number]
type Permission = PolicyDocument['permissions'][number]

/** Names that documents may pay, or list. */
const parties = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'] as const

const contracts = {
  ...Object.fromEntries(
    parties.map((name, index) => [
      name,
      `0x${(index + 1).toString(16).repeat(40)}`,
    ]),
  ),
  gains: `0x${'ac'.repeat(20)}`,
  perps: `0x${'ad'.repeat(20)}`,
  pool: `0x${'ae'.repeat(20)}`,
  router: `0x${'b'.repeat(40)}`,
  swaps: `0x${'af'.repeat(20)}`,
  venue: `0x${'c'.repeat(40)}`,
}

const assets = {
  DAI: { address: `0x${'7'.repeat(40)}`, decimals: 18, type: 'erc20' },
  ETH: { type: 'native' },
  GOLD: {
    address: `0x${'9'.repeat(40)}`,
    decimals: 2,
    id: '5',
    type: 'erc1155',
  },
  PUNK: { address: `0x${'8'.repeat(40)}`, type: 'erc721' },
  SILVER: {
    address: `0x${'9'.repeat(40)}`,
    decimals: 0,
    id: '6',
    type: 'erc1155',
  },
  USDC: { address: `0x${'a'.repeat(40)}`, decimals: 6, type: 'erc20' },
} as const

const symbols = Object.keys(assets) as (keyof typeof assets)[]
const groups = ['payroll', 'trading'] as const

const duration = fc
  .integer({ max: 200_000, min: 1 })
  .map((minutes) => `${minutes}m`)

const fixedPeriod = fc.oneof(
  fc.constantFrom('hour', 'day', 'week', 'month', 'lifetime'),
  fc.record({
    every: duration,
    from: fc.constantFrom('2025-03-01', '2025-06-01T12:00:00+02:00', 0),
  }),
)

const group = fc.option(fc.constantFrom(...groups), {
  freq: 4,
  nil: undefined,
})

const list = fc.uniqueArray(fc.constantFrom(...parties), {
  maxLength: 5,
  minLength: 1,
})

/** Whom one asset may be sent to. */
const party = fc.oneof(
  list.map((to) => ({ to })),
  fc.constantFrom(...parties).map((to) => ({ to })),
  fc.constantFrom({ to: 'vendors' }, { to: 'any' }),
  fc.constantFrom(
    { except: 'vendors', to: 'any' },
    { except: ['frank'], to: ['erin', 'frank', 'alice'] },
  ),
)

const calls = fc.constantFrom(
  { call: 'router', function: 'poke()' },
  {
    call: 'router',
    function: 'set(uint8 mode, address to, bytes4 tag)',
    where: { mode: { in: [1, 2, 9] }, tag: { not: '0x01020304' }, to: 'any' },
  },
  {
    call: 'venue',
    function:
      'swap(uint256 amount, address[] path, (address to, bytes data)[] hops)',
    where: {
      amount: { atLeast: 1, atMost: 99 },
      'hops.length': 1,
      'hops[0].to': { notIn: 'vendors' },
      path: ['USDC', 'any', { in: ['alice', 'bob'] }],
    },
  },
  {
    call: { set: ['router', 'venue'] },
    function: 'note(string text, int64 x)',
    where: { text: 'a text that is longer than one word is', x: { not: -3 } },
  },
  {
    call: 'venue',
    exact: true,
    function: '0x12345678',
    headWords: 3,
    where: {
      '#0': { signedAtLeast: -7 },
      '#1': { mask: { and: 255, equals: 3 } },
      '#2': { in: 'modes' },
    },
  },
)

function permit(symbol: keyof typeof assets): fc.Arbitrary<object> {
  const transfer = party.map((to) => ({ transfer: symbol, ...to }))
  if (symbol !== 'USDC' && symbol !== 'DAI') return transfer
  return fc.oneof(
    transfer,
    party.map((to) => ({ transferFrom: symbol, ...to })),
    fc
      .dictionary(fc.constantFrom('router', 'swaps', 'pool', 'erin'), amount, {
        minKeys: 1,
      })
      .map((spenders) => ({ approve: symbol, spenders })),
    fc.constant({ unwrap: symbol }),
  )
}

/** Random documents, each of which compiles. */
export function arbitraryDocument(): fc.Arbitrary<PolicyDocument> {
  const period = fc.oneof(
    { arbitrary: fixedPeriod, weight: 4 },
    { arbitrary: duration.map((rolling) => ({ rolling })), weight: 1 },
  )
  const tier = fc.constantFrom(undefined, 'notify', 'delay', 'approval')

  return fc
    .uniqueArray(fc.constantFrom(...symbols), { maxLength: 6, minLength: 1 })
    .chain((used) =>
      fc.record({
        blackouts: fc.uniqueArray(fc.integer({ max: 300, min: 0 }), {
          maxLength: 4,
        }),
        calls: fc.uniqueArray(calls, { maxLength: 5 }),
        external: fc.option(fc.boolean(), { nil: undefined }),
        gas: fc.record({
          maxFeePerGas: fc.constantFrom('1 wei', '7.5 gwei', '300 gwei'),
          perDay: fc.constantFrom('0.000000000000000001', '0.05', '12345.678'),
        }),
        groupLimits: fc.boolean(),
        guardian: fc.option(fc.constantFrom(...parties), { nil: undefined }),
        limits: fc.tuple(
          ...used.map((asset) =>
            fc.record({
              amount,
              asset: fc.constant(asset),
              per: period,
              scope: fc.constantFrom('agent', 'account'),
            }),
          ),
        ),
        maxCalls: fc.integer({ max: 255, min: 1 }),
        operations: fc.option(fc.integer({ max: 1000, min: 1 }), {
          nil: undefined,
        }),
        paymasters: fc.option(list, { nil: undefined }),
        presets: arbitraryPresets(
          used.filter((symbol) => symbol === 'DAI' || symbol === 'USDC'),
        ),
        permissions: fc.tuple(
          ...used.map((asset) =>
            fc
              .tuple(permit(asset), group, tier)
              .map(([permission, name, action]) => ({
                ...permission,
                ...(name === undefined ? {} : { group: name }),
                ...(action === undefined ? {} : { tier: action }),
              })),
          ),
        ),
        settlement: fc.boolean(),
        thresholds: fc.uniqueArray(
          fc.record({
            action: fc.constantFrom('notify', 'delay', 'approval'),
            amount: fc.oneof(amount, fc.constant('0')),
            asset: fc.constantFrom(...used),
            per: fixedPeriod,
            scope: fc.constantFrom('agent', 'account'),
          }),
          { maxLength: 2, selector: ({ action }) => action },
        ),
        weekly: fc.array(
          fc.record({
            days: fc.uniqueArray(fc.constantFrom('mon', 'wed', 'sun'), {
              minLength: 1,
            }),
            from: fc.constantFrom('00:00', '09:30', '22:00'),
            to: fc.constantFrom('06:00', '17:00:30', '24:00'),
          }),
          { maxLength: 3 },
        ),
      }),
    )
    .map((parts) => toDocument(parts as unknown as Parts))
}

type Parts = {
  blackouts: readonly number[]
  calls: readonly Permission[]
  external: boolean | undefined
  gas: PolicyDocument['gas']
  groupLimits: boolean
  guardian: string | undefined
  limits: readonly Limit[]
  maxCalls: number
  operations: number | undefined
  paymasters: readonly string[] | undefined
  permissions: readonly Permission[]
  presets: readonly Permission[]
  settlement: boolean
  thresholds: readonly Limit[]
  weekly: NonNullable<NonNullable<PolicyDocument['schedule']>['weekly']>
}

function toDocument(parts: Parts): PolicyDocument {
  const permissions = [...parts.permissions, ...parts.calls, ...parts.presets]
  const tiers = [
    ...permissions.map(({ tier }) => tier),
    ...parts.thresholds.map(({ action }) => action),
  ]
  const named = groups.filter((name) =>
    permissions.some((permission) => permission.group === name),
  )
  const schedule = {
    ...(parts.weekly.length === 0 ? {} : { weekly: parts.weekly }),
    ...(parts.blackouts.length === 0
      ? {}
      : {
          blackouts: parts.blackouts.map((day) => ({
            from: 1_740_000_000 + day * 86_400,
            until: 1_740_000_000 + day * 86_400 + 90_000,
          })),
        }),
  }
  return {
    ...base,
    assets,
    contracts,
    gas: {
      ...parts.gas,
      ...(parts.paymasters === undefined
        ? {}
        : { paymasters: parts.paymasters }),
    },
    groups: named,
    ...(parts.guardian === undefined ? {} : { guardian: parts.guardian }),
    limits: [
      // A rolling amount is a budget; what is for one operation is added here.
      ...parts.limits,
      ...parts.limits.flatMap((limit) =>
        'asset' in limit
          ? [{ amount: '1', asset: limit.asset, per: 'operation' as const }]
          : [],
      ),
      ...parts.thresholds,
      ...(parts.groupLimits
        ? named.map((name) => ({
            group: name,
            operations: 5,
            per: 'hour' as const,
          }))
        : []),
      ...(parts.operations === undefined
        ? []
        : [
            {
              operations: parts.operations,
              per: { rolling: '1h' },
            },
          ]),
    ],
    maxCalls: parts.maxCalls,
    permissions,
    ...(Object.keys(schedule).length === 0 ? {} : { schedule }),
    sets: {
      modes: { values: [1, '0x02', `0x${'cd'.repeat(32)}`] },
      vendors: {
        members: ['alice', 'bob', 'carol'],
        ...(parts.external === undefined ? {} : { external: parts.external }),
      },
    },
    ...(parts.settlement ? { settlement: 'demanded' as const } : {}),
    ...(tiers.includes('delay') || tiers.includes('approval')
      ? {
          tiers: {
            ...(tiers.includes('delay') ? { delay: '1h' } : {}),
            ...(tiers.includes('approval')
              ? {
                  approvals: { approvers: ['alice', 'bob'], threshold: 2 },
                }
              : {}),
          },
        }
      : {}),
  }
}
