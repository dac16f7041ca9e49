import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import fc from 'fast-check'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import {
  forbiddenCalls,
  tokenOnlySelectors,
} from '../../src/policy/format/tokenCalls.ts'
import { dangerousCalls } from '../../src/policy/lint/dangerousCalls.ts'
import {
  chainLintCodes,
  type LintCode,
  lintTable,
} from '../../src/policy/lint/lintTable.ts'
import { lintPolicy } from '../../src/policy/lintPolicy.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { addresses, chainId } from './documents.ts'

const swap =
  'swap(uint256 amountIn, uint256 amountOutMin, address to, bytes data)'
const bound = {
  amountIn: { atLeast: 1, atMost: 50, unit: 'USDC' },
  amountOutMin: { atLeast: 1000 },
  data: '0x',
  to: 'account',
} as const

/** A policy of which lint has nothing to say. */
const clean = {
  version: 1,
  name: 'Clean',
  chains: [`eip155:${chainId}`],
  validity: { from: '2025-01-01', until: '2025-07-01' },
  guardian: 'watcher',
  assets: {
    ETH: { type: 'native' },
    USDC: { address: addresses.usdc, decimals: 6, type: 'erc20' },
  },
  contracts: {
    alice: addresses.alice,
    bob: addresses.bob,
    venue: addresses.venue,
    watcher: addresses.weth,
  },
  limits: [
    { amount: '0.1', asset: 'ETH', per: 'operation' },
    { amount: '1', asset: 'ETH', per: 'day' },
    { amount: '50', asset: 'USDC', per: 'operation' },
    { amount: '100', asset: 'USDC', per: 'day' },
    { amount: '1000', asset: 'USDC', per: 'month' },
    { operations: 50, per: 'hour' },
  ],
  permissions: [
    { to: 'alice', transfer: 'ETH' },
    { to: ['alice', 'bob'], transfer: 'USDC' },
    { call: 'venue', function: swap, where: bound },
  ],
  gas: { maxFeePerGas: '1 gwei', perDay: '0.05' },
} as const satisfies PolicyDocument

const limits: PolicyDocument['limits'] = clean.limits
const permissions: PolicyDocument['permissions'] = clean.permissions
const [, , ...later] = clean.limits

/** Permissions with one more, or with another call on the venue. */
const call = (name: string, where: object = {}): Partial<PolicyDocument> => ({
  permissions: [
    ...permissions.slice(0, 2),
    {
      call: 'venue',
      function: name,
      where,
    } as PolicyDocument['permissions'][0],
  ],
})
const withLimits = (
  ...more: PolicyDocument['limits']
): Partial<PolicyDocument> => ({ limits: [...limits, ...more] })
const withPermissions = (
  ...more: PolicyDocument['permissions']
): Partial<PolicyDocument> => ({ permissions: [...permissions, ...more] })

const selector = {
  call: 'venue',
  function: '0x12345678',
  headWords: 2,
} as const
/** With swaps by a preset. */
const withSwaps = (more: object): Partial<PolicyDocument> => ({
  assets: {
    ...clean.assets,
    WETH: { address: addresses.router, decimals: 18, type: 'erc20' },
  },
  permissions: [
    ...permissions,
    {
      maxIn: { USDC: '5' },
      paths: [['USDC', 'WETH']],
      preset: 'uniswapV2',
      router: 'venue',
      ...more,
    },
  ],
})
const approvals = {
  assets: clean.assets,
  tiers: { approvals: { approvers: ['alice', 'bob'], threshold: 2 } },
} as const
const punk = {
  assets: {
    ...clean.assets,
    PUNK: { address: addresses.router, type: 'erc721' },
  },
} as const

/** 17 limits on one asset, each with a length of its own. */
const many = (count: number, asset: 'ETH' | 'USDC') =>
  Array.from({ length: count }, (_, index) => ({
    amount: '100',
    asset,
    per: { every: `${index + 2}d` },
  }))

type Case = {
  bad: Partial<PolicyDocument>
  /** Close to it, and well. */
  good?: readonly Partial<PolicyDocument>[]
  path: string
  timestamp?: number
}

const cases: Record<string, Case | readonly Case[]> = {
  DOCUMENT_FAULT: [
    { bad: call('swap('), path: 'permissions[2].function' },
    { bad: { chains: ['ethereum'] }, path: 'chains[0]' },
  ],
  COMPILER_WARNING: {
    bad: {
      schedule: {
        timeZone: 'Europe/Berlin',
        weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
      },
    },
    good: [
      {
        schedule: {
          weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
        },
      },
    ],
    path: 'schedule.timeZone',
  },
  RECIPIENT_ANY: [
    {
      bad: withPermissions({ to: 'any', transferFrom: 'USDC' }),
      path: 'permissions[3].to',
    },
    {
      bad: {
        permissions: [
          { except: 'bob', to: 'any', transfer: 'ETH' },
          ...permissions.slice(1),
        ],
      },
      path: 'permissions[0].to',
    },
  ],
  RECIPIENT_LOST: {
    bad: {
      permissions: [
        clean.permissions[0],
        { to: ['alice', 'USDC'], transfer: 'USDC' },
        clean.permissions[2],
      ],
    },
    path: 'permissions[1].to',
  },
  RECIPIENT_OPEN: [
    {
      bad: call(swap, { ...bound, to: 'any' }),
      good: [
        call(swap, { ...bound, to: 'alice' }),
        call(swap, { ...bound, to: { in: ['alice', 'bob'] } }),
      ],
      path: 'permissions[2].where.to',
    },
    {
      bad: call('give((address recipient, uint8 mode) order)'),
      good: [
        call('give((address recipient, uint8 mode) order)', {
          'order.recipient': 'account',
        }),
      ],
      path: 'permissions[2].where.order.recipient',
    },
    ...[
      'payTo',
      '_receiver',
      'refundAddress_to',
      'forUser',
      'mintRecipient',
    ].map((name) => ({
      bad: call(`give(address ${name})`),
      good: [call(`give(address ${name})`, { [name]: 'account' })],
      path: `permissions[2].where.${name}`,
    })),
    {
      bad: call('bridge(string destinationAddress)'),
      good: [
        call('bridge(string destinationAddress)', {
          destinationAddress: 'osmo1',
        }),
        call('say(string destinationAddress, address tokenTo)', {
          destinationAddress: 'osmo1',
        }),
      ],
      path: 'permissions[2].where.destinationAddress',
    },
  ],
  SET_UNSEEN: {
    bad: {
      permissions: [
        { to: 'friends', transfer: 'ETH' },
        ...permissions.slice(1),
      ],
      sets: {
        friends: { published: `0x${'12'.repeat(32)}`, type: 'addresses' },
      },
    },
    path: 'sets.friends',
  },
  TOKEN_ID_OPEN: {
    bad: {
      ...punk,
      limits: [
        ...limits,
        { amount: '1', asset: 'PUNK', per: 'day' },
        { amount: '1', asset: 'PUNK', per: 'operation' },
      ],
      permissions: [...permissions, { to: 'alice', transfer: 'PUNK' }],
    },
    path: 'permissions[3]',
  },
  TRANSFER_FROM_ACCOUNT: {
    bad: withPermissions({ to: 'alice', transferFrom: 'USDC' }),
    path: 'permissions[3].transferFrom',
  },
  APPROVAL_ABOVE_BUDGET: {
    bad: withPermissions({ approve: 'USDC', spenders: { venue: '51' } }),
    good: [withPermissions({ approve: 'USDC', spenders: { venue: '50' } })],
    path: 'permissions[3].spenders.venue',
  },
  APPROVAL_OUTLIVES: {
    bad: withPermissions({ approve: 'USDC', spenders: { venue: '50' } }),
    good: [withPermissions({ approve: 'USDC', spenders: { venue: '0' } })],
    path: 'permissions[3].spenders.venue',
  },
  AMOUNT_OPEN: [
    {
      bad: call(swap, { ...bound, amountIn: { atMost: 5 } }),
      path: 'permissions[2].where.amountIn',
    },
    {
      bad: call(swap, { ...bound, amountIn: { atLeast: 5 } }),
      path: 'permissions[2].where.amountIn',
    },
    {
      bad: call('redeem(uint256 shares, uint256 tokenId)'),
      good: [
        call('redeem(uint256 shares, uint256 tokenId)', { shares: 7 }),
        call('redeem(uint256 shares)', { shares: { in: [1, 7] } }),
      ],
      path: 'permissions[2].where.shares',
    },
    {
      bad: call('trade(int256 sizeDelta)', { sizeDelta: { atMost: 5 } }),
      good: [
        call('trade(int256 sizeDelta)', {
          sizeDelta: { atLeast: -5, atMost: 5 },
        }),
        call('trade(int256 sizeDelta)', { sizeDelta: 5 }),
        call('trade(int24 sizeDelta)'),
      ],
      path: 'permissions[2].where.sizeDelta',
    },
    {
      bad: call('trade(int128 amount)', { amount: { not: 0 } }),
      path: 'permissions[2].where.amount',
    },
  ],
  MINIMUM_OPEN: [
    {
      bad: call(swap, { ...bound, amountOutMin: { atLeast: 1 } }),
      good: [call('poke(uint256 minutesLeft)')],
      path: 'permissions[2].where.amountOutMin',
    },
    {
      bad: call('swap(uint256 min_dy)'),
      path: 'permissions[2].where.min_dy',
    },
    {
      bad: withSwaps({}),
      good: [withSwaps({ minOut: { WETH: '0.01' } })],
      path: 'permissions[3].paths[0]',
    },
  ],
  DATA_OPEN: [
    {
      bad: call('poke(bytes data)'),
      good: [call('poke(bytes data)', { data: '0x' })],
      path: 'permissions[2].where.data',
    },
    {
      bad: call('poke((address who, uint8 how)[] steps)'),
      path: 'permissions[2].where.steps',
    },
    {
      bad: call('poke(string payload)'),
      good: [
        call('poke(string payload)', { payload: 'as agreed' }),
        call('poke(string memo)'),
      ],
      path: 'permissions[2].where.payload',
    },
  ],
  ARGUMENTS_UNNAMED: {
    bad: withPermissions({ ...selector, exact: true, where: { '#0': 1 } }),
    good: [
      withPermissions({
        ...selector,
        exact: true,
        where: { '#0': 1, '#1': 2 },
      }),
    ],
    path: 'permissions[3].function',
  },
  CALL_HIDES_CALLS: [
    {
      bad: call('multicall(bytes[] data)'),
      good: [call('multicall(bytes[] data)', { data: ['0x12345678'] })],
      path: 'permissions[2].function',
    },
    { bad: call('goOn(bytes[] steps)'), path: 'permissions[2].function' },
    {
      bad: withPermissions({ ...selector, function: '0xac9650d8' }),
      path: 'permissions[3].function',
    },
    ...[
      'exec(bytes what)',
      'executeBatch(uint8 mode, bytes steps)',
      'swap(address executor, bytes data)',
      'deposit((address target, bytes callData) hook)',
    ].map((name) => ({ bad: call(name), path: 'permissions[2].function' })),
    {
      bad: call('swap(address executor, bytes data)', { executor: 'any' }),
      good: [
        call('swap(address executor, bytes data)', { executor: 'alice' }),
        call('callback(bytes data)'),
        call('deposit(address token, bytes data)'),
      ],
      path: 'permissions[2].function',
    },
  ],
  CALL_GRANTS_RIGHTS: [
    {
      bad: call(
        'approve(address token, address spender, uint160 amount, uint48 expiry)',
      ),
      path: 'permissions[2].function',
    },
    {
      bad: call('approveSpender(address who, uint64 amount)'),
      good: [
        call('approveProposal(uint256 id)'),
        call('approvedSwap(address token)'),
        call('permissionedMint(address token)'),
      ],
      path: 'permissions[2].function',
    },
  ],
  CALL_ADMINISTERS: [
    ...[
      'transferOwnership(address newOwner)',
      'renounceOwnership()',
      'setAuthority(address next)',
      'grantRole(bytes32 role, address who)',
      'upgradeToAndCall(address code, bytes data)',
      'setOwner(address next)',
    ].map((name) => ({ bad: call(name), path: 'permissions[2].function' })),
    {
      bad: call('setPendingOwner(address next, uint8 mode)'),
      good: [call('upgradeMembership(uint8 level)'), call('setOwners()')],
      path: 'permissions[2].function',
    },
  ],
  CALL_MANAGES_MODULES: {
    bad: call(
      'installModule(uint256 moduleTypeId, address module, bytes data)',
    ),
    path: 'permissions[2].function',
  },
  CAP_ABOVE_BUDGET: [
    {
      bad: {
        limits: [
          { amount: '1.1', asset: 'ETH', per: 'operation' },
          ...limits.slice(1),
        ],
      },
      good: [
        {
          limits: [
            { amount: '1', asset: 'ETH', per: 'operation' },
            ...limits.slice(1),
          ],
        },
      ],
      path: 'limits[0]',
    },
    {
      bad: {
        permissions: [
          { max: '0.2', to: 'alice', transfer: 'ETH' },
          ...permissions.slice(1),
        ],
      },
      path: 'permissions[0]',
    },
  ],
  CAP_MISSING: {
    bad: { limits: [clean.limits[1], ...later] },
    path: 'limits',
  },
  BUDGET_UNREACHABLE: [
    {
      bad: withLimits({ amount: '701', asset: 'USDC', per: 'week' }),
      good: [withLimits({ amount: '700', asset: 'USDC', per: 'week' })],
      path: 'limits[6]',
    },
    {
      // Ten operations of 50 each.
      bad: withLimits(
        { operations: 10, per: 'lifetime' },
        { amount: '501', asset: 'USDC', per: 'lifetime' },
      ),
      good: [
        withLimits(
          { operations: 10, per: 'lifetime' },
          { amount: '499', asset: 'USDC', per: 'lifetime' },
        ),
        // What one agent is held to says nothing of all agents.
        withLimits({
          amount: '701',
          asset: 'USDC',
          per: 'week',
          scope: 'account',
        }),
      ],
      path: 'limits[7]',
    },
  ],
  BUDGET_PER_CHAIN: {
    bad: { chains: [...clean.chains, 'eip155:1'] },
    path: 'chains',
  },
  OPERATIONS_UNLIMITED: {
    bad: { limits: limits.slice(0, 5) },
    path: 'limits',
  },
  ROLLING_WINDOW_WIDE: {
    bad: withLimits({ operations: 9, per: { rolling: '30m' } }),
    good: [withLimits({ operations: 9, per: { rolling: '1h' } })],
    path: 'limits[6].per.rolling',
  },
  PERIOD_SHORT: {
    bad: withLimits({ operations: 9, per: { every: '299s' } }),
    good: [withLimits({ operations: 9, per: { every: '5m' } })],
    path: 'limits[6].per',
  },
  PERIOD_BEGINS_LATE: {
    bad: withLimits({
      operations: 9,
      per: { every: '1d', from: '2025-02-01' },
    }),
    good: [
      withLimits({ operations: 9, per: { every: '1d', from: '2025-01-01' } }),
    ],
    path: 'limits[6].per.from',
  },
  PERIOD_NEVER_BEGINS: {
    bad: withLimits({
      operations: 9,
      per: { every: '1d', from: '2025-07-01' },
    }),
    path: 'limits[6].per.from',
  },
  THRESHOLD_UNREACHABLE: {
    bad: withLimits({
      action: 'notify',
      amount: '100',
      asset: 'USDC',
      per: 'day',
    }),
    good: [
      withLimits({ action: 'notify', amount: '99', asset: 'USDC', per: 'day' }),
    ],
    path: 'limits[6]',
  },
  GROUP_LIMIT_IDLE: {
    bad: {
      groups: ['trading'],
      ...withLimits({
        amount: '9',
        asset: 'ETH',
        group: 'trading',
        per: 'day',
      }),
      permissions: [
        permissions[0] as PolicyDocument['permissions'][0],
        { ...clean.permissions[1], group: 'trading' },
        clean.permissions[2],
      ],
    },
    path: 'limits[6]',
  },
  METERS_EXCEEDED: {
    bad: withLimits(...many(15, 'USDC')),
    good: [withLimits(...many(13, 'USDC'))],
    path: 'permissions[1]',
  },
  METERS_CROWDED: {
    bad: withLimits(...many(8, 'ETH'), ...many(6, 'USDC')),
    good: [withLimits(...many(6, 'ETH'), ...many(6, 'USDC'))],
    path: 'limits',
  },
  CALLS_MANY: {
    bad: { maxCalls: 33 },
    good: [{ maxCalls: 32 }],
    path: 'maxCalls',
  },
  NAME_UNUSED: [
    {
      bad: {
        contracts: { ...clean.contracts, carol: addresses.router },
        sets: { idle: ['carol'] },
      },
      path: 'contracts.carol',
    },
    { bad: { groups: ['idle'] }, path: 'groups[0]' },
    { bad: { sets: { idle: ['alice'] } }, path: 'sets.idle' },
    { bad: punk, path: 'assets.PUNK' },
  ],
  NAME_LOOKS_ALIKE: [
    // Cyrillic, the second two.
    ...['a1ice', 'ALICE', '\u0430lice', '\u0430\u04cf\u0456\u0441\u0435'].map(
      (name) => ({
        bad: { contracts: { ...clean.contracts, [name]: addresses.router } },
        good: [
          {
            contracts: { ...clean.contracts, alicia: addresses.router },
          },
        ],
        path: `contracts.${/^\w+$/.test(name) ? name : JSON.stringify(name)}`,
      }),
    ),
    {
      bad: {
        contracts: { ...clean.contracts, 'p\u0430yee': addresses.router },
      },
      good: [
        {
          contracts: {
            ...clean.contracts,
            '\u043a\u0430\u0441\u0441\u0430': addresses.router,
          },
        },
      ],
      path: 'contracts."p\u0430yee"',
    },
  ],
  VALIDITY_LONG: {
    bad: { validity: { from: '2025-01-01', until: '2026-02-01' } },
    good: [{ validity: { from: '2025-01-01', until: '2026-01-01' } }],
    path: 'validity.until',
  },
  VALIDITY_START_MISSING: {
    bad: { validity: { until: '2025-07-01' } },
    path: 'validity',
  },
  VALIDITY_OVER: {
    bad: {},
    path: 'validity.until',
    timestamp: Date.UTC(2025, 6, 1) / 1000,
  },
  SCHEDULE_NEVER_OPENS: [
    {
      bad: {
        schedule: {
          blackouts: [{ from: '2024-12-01', until: '2025-08-01' }],
        },
      },
      path: 'schedule.blackouts',
    },
    {
      // A Wednesday, and hours of Mondays.
      bad: {
        schedule: {
          weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
        },
        validity: { from: '2025-01-01', until: '2025-01-02' },
      },
      path: 'schedule.weekly',
    },
  ],
  SCHEDULE_BRIEF: {
    bad: {
      schedule: {
        weekly: [{ days: ['mon'], from: '09:00', to: '09:04' }],
      },
    },
    good: [
      {
        schedule: {
          weekly: [{ days: ['mon'], from: '09:00', to: '09:05' }],
        },
      },
    ],
    path: 'schedule.weekly',
  },
  BLACKOUT_IDLE: {
    bad: {
      schedule: { blackouts: [{ from: '2025-07-01', until: '2025-08-01' }] },
    },
    good: [
      {
        schedule: { blackouts: [{ from: '2025-06-30', until: '2025-08-01' }] },
      },
    ],
    path: 'schedule.blackouts[0]',
  },
  WINDOW_WIDE: {
    bad: { window: '4h1s' },
    good: [{ window: '4h' }],
    path: 'window',
  },
  WINDOW_NARROW: {
    bad: { window: '1m' },
    good: [{ window: '61s' }],
    path: 'window',
  },
  GAS_ABOVE_BUDGET: {
    bad: { gas: { maxFeePerGas: '1 gwei', perDay: '0.002999' } },
    good: [{ gas: { maxFeePerGas: '1 gwei', perDay: '0.003' } }],
    path: 'gas.perDay',
  },
  GAS_FEW_OPERATIONS: {
    bad: { gas: { maxFeePerGas: '1 gwei', perDay: '0.0149' } },
    good: [{ gas: { maxFeePerGas: '1 gwei', perDay: '0.015' } }],
    path: 'gas.perDay',
  },
  GAS_OVERHEAD_HIGH: {
    bad: { gas: { maxFeePerGas: '50 gwei', perDay: '0.0499' } },
    good: [{ gas: { maxFeePerGas: '50 gwei', perDay: '0.05' } }],
    path: 'gas.maxPreVerificationGas',
  },
  GAS_TOO_LOW: {
    bad: { gas: { maxFeePerGas: '1 gwei', maxGas: 99_999, perDay: '0.05' } },
    good: [
      { gas: { maxFeePerGas: '1 gwei', maxGas: 100_000, perDay: '0.05' } },
    ],
    path: 'gas.maxGas',
  },
  PAYMASTER_ALLOWED: {
    bad: { gas: { ...clean.gas, paymasters: 'venue' } },
    path: 'gas.paymasters',
  },
  GUARDIAN_MISSING: { bad: { guardian: undefined }, path: 'guardian' },
  GUARDIAN_INTERESTED: [
    { bad: { guardian: 'bob' }, path: 'guardian' },
    {
      bad: {
        ...withLimits({
          action: 'approval',
          amount: '70',
          asset: 'USDC',
          per: 'day',
        }),
        tiers: { approvals: { approvers: ['watcher', 'venue'], threshold: 2 } },
      },
      path: 'guardian',
    },
  ],
  APPROVAL_SINGLE: {
    bad: {
      ...withLimits({
        action: 'approval',
        amount: '70',
        asset: 'USDC',
        per: 'day',
      }),
      tiers: { approvals: { approvers: ['venue'], threshold: 1 } },
    },
    path: 'tiers.approvals.threshold',
  },
  APPROVER_INTERESTED: {
    bad: {
      ...approvals,
      ...withLimits({
        action: 'approval',
        amount: '70',
        asset: 'USDC',
        per: 'day',
      }),
    },
    path: 'tiers.approvals.approvers',
  },
  DELAY_SHORT: {
    bad: {
      ...withLimits({
        action: 'delay',
        amount: '70',
        asset: 'USDC',
        per: 'day',
      }),
      tiers: { delay: '599s' },
    },
    good: [
      {
        ...withLimits({
          action: 'delay',
          amount: '70',
          asset: 'USDC',
          per: 'day',
        }),
        tiers: { delay: '10m' },
      },
    ],
    path: 'tiers.delay',
  },
}

function lint(changes: Partial<PolicyDocument>, timestamp?: number) {
  const document = { ...clean, ...changes }
  if (document.guardian === undefined) {
    const { guardian: _, ...rest } = document
    return lintPolicy(rest as PolicyDocument, { chainId, timestamp })
  }
  return lintPolicy(document as PolicyDocument, { chainId, timestamp })
}

const listed = Object.entries(cases).flatMap(([code, found]) =>
  (Array.isArray(found) ? (found as readonly Case[]) : [found as Case]).map(
    (one) => ({ code: code as LintCode, ...one }),
  ),
)

describe('docs/lint.md', () => {
  it('says what the table says', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['scripts/generateLint.ts', '--check'],
      { encoding: 'utf8' },
    )

    expect(status, stderr).to.equal(0)
  })
})

describe('lintPolicy', () => {
  it('has nothing to say of a careful policy', () =>
    expect(lint({})).to.deep.equal([]))

  it('has a case for every code that a document can have', () => {
    const codes = Object.keys(lintTable).filter(
      (code) => !chainLintCodes.includes(code as LintCode),
    )

    expect(Object.keys(cases).sort()).to.deep.equal(codes.sort())
  })

  it('finds each, at its place', () => {
    for (const { bad, code, path, timestamp } of listed) {
      const found = lint(bad, timestamp).find(
        (finding) => finding.code === code && finding.path === path,
      )

      expect(found, `${code} at ${path}`).to.not.equal(undefined)
      expect(found?.severity).to.equal(lintTable[code].severity)
      expect(found?.message).to.match(/\.$/)
      expect(found?.fix).to.not.equal('')
    }
  })

  it('does not find it where it is close to it, and well', () => {
    const near = listed.filter(({ good }) => good !== undefined)
    expect(near.length).to.be.greaterThan(20)
    for (const { code, good = [], path } of near)
      for (const changes of good) {
        const found = lint(changes)
        expect(
          found.filter(
            (finding) =>
              (finding.code === code && finding.path === path) ||
              finding.code === 'DOCUMENT_FAULT',
          ),
          code,
        ).to.deep.equal([])
      }
  })

  it('takes no length, and no single element, for what a list holds', () => {
    const find = (signature: string, where: Record<string, number | string>) =>
      lint(call(signature, where)).map(({ code }) => code)

    expect(find('multicall(bytes[] data)', { 'data.length': 1 })).to.deep.equal(
      ['CALL_HIDES_CALLS'],
    )
    expect(
      find('run(bytes[] data)', { 'data.length': 2, 'data[0]': '0x' }),
    ).to.deep.equal(['CALL_HIDES_CALLS'])
    expect(find('run(bytes data)', { 'data.length': 4 })).to.deep.equal([
      'DATA_OPEN',
    ])
    expect(
      find('split(address[] recipients)', {
        'recipients.length': 2,
        'recipients[0]': 'account',
      }),
    ).to.deep.equal(['RECIPIENT_OPEN'])
    expect(
      find('split(address[] recipients)', {
        'recipients.length': 2,
        'recipients[0]': 'account',
        'recipients[1]': 'alice',
      }),
    ).to.deep.equal([])
    expect(find('run(bytes data)', { 'data.length': 0 })).to.deep.equal([])
  })

  it('finds arguments without a name that nothing binds', () => {
    const find = (where: Record<string, string>) =>
      lint(call('pay(address,address)', where)).map(({ code }) => code)

    expect(find({})).to.deep.equal(['ARGUMENTS_UNNAMED'])
    expect(find({ 0: 'account' })).to.deep.equal(['ARGUMENTS_UNNAMED'])
    expect(find({ 0: 'account', 1: 'alice' })).to.deep.equal([])
  })

  it('lists all findings at once, errors first', () => {
    const findings = lint({
      ...call('multicall(bytes[] data)'),
      guardian: undefined,
      maxCalls: 255,
      window: '1d',
    })

    expect(findings.map(({ code }) => code)).to.include.members([
      'CALL_HIDES_CALLS',
      'CALLS_MANY',
      'GUARDIAN_MISSING',
      'WINDOW_WIDE',
    ])
    expect(findings[0]?.severity).to.equal('error')
  })

  it('measures the validity from now on, where it is told the time', () => {
    const validity = { from: '2020-01-01', until: '2025-07-01' }
    const now = Date.UTC(2025, 0, 1) / 1000
    const has = (timestamp?: number) =>
      lint({ validity }, timestamp).some(({ code }) => code === 'VALIDITY_LONG')

    expect(has()).to.equal(true)
    expect(has(now)).to.equal(false)
  })

  it('warns of calls that the store itself does not refuse', () => {
    expect(dangerousCalls.size).to.be.greaterThan(110)
    for (const [selector, { signature }] of dangerousCalls) {
      expect(forbiddenCalls.has(selector), signature).to.equal(false)
      expect(tokenOnlySelectors.has(selector), signature).to.equal(false)
    }
  })

  it('finds something to say of any policy, and never fails', () => {
    fc.assert(
      fc.property(arbitraryDocument(), (document) => {
        const findings = lintPolicy(document, { chainId })

        for (const { code, message, path, severity } of findings) {
          expect(code).to.not.equal('DOCUMENT_FAULT')
          expect(severity).to.equal(lintTable[code].severity)
          expect(message).to.match(/\.$/)
          expect(path).to.match(/^[a-z]/)
        }
      }),
      { numRuns: 200 },
    )
  })
})
