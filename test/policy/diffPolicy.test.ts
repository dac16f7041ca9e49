import { expect } from 'chai'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decompilePolicy } from '../../src/policy/decompilePolicy.ts'
import { diffPolicy } from '../../src/policy/diffPolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { base, chainId } from './documents.ts'

type Changes = Partial<PolicyDocument>

/** The kinds and places of what differs between two policies. */
function diff(before: Changes, after: Changes) {
  return diffPolicy(
    { ...base, ...before } as PolicyDocument,
    { ...base, ...after } as PolicyDocument,
  ).map(({ kind, path }) => [kind, path])
}

const [eth, usdc] = base.limits
const [payEth, payUsdc] = base.permissions

/** What is tighter, and looser the other way round. */
function expectTighter(before: Changes, after: Changes, path: string) {
  expect(diff(before, after)).to.deep.equal([['tighter', path]])
  expect(diff(after, before).map(([kind]) => kind)).to.deep.equal(['looser'])
}

const permit = (permission: unknown): Changes => ({
  permissions: [payEth, payUsdc, permission] as PolicyDocument['permissions'],
})
const call = (where: object, more: object = {}) =>
  permit({
    call: 'venue',
    function: 'trade(uint256 amount, address to, uint8 mode)',
    where,
    ...more,
  })
const limit = (more: object): Changes => ({
  limits: [eth, usdc, { asset: 'USDC', ...more }] as PolicyDocument['limits'],
})

describe('diffPolicy', () => {
  it('says in a sentence what an update does', () => {
    const changes = diffPolicy(base, {
      ...base,
      description: 'New',
      limits: [eth, { ...usdc, amount: '2000.5' }],
      permissions: [payEth, { to: ['alice', 'bob'], transfer: 'USDC' }],
      window: '10m',
    })

    expect(changes).to.deep.equal([
      {
        kind: 'looser',
        message: 'The limit is 2,000.5 USDC a day, and was 100 USDC a day.',
        path: 'limits[1]',
      },
      {
        kind: 'looser',
        message: 'The recipient may also be bob.',
        path: 'permissions[1].to',
      },
      {
        kind: 'tighter',
        message: 'The greatest window that may be signed is 10m, and was 1h.',
        path: 'window',
      },
      {
        kind: 'neutral',
        message: 'The description is another.',
        path: 'description',
      },
    ])
  })

  it('knows which way a number goes', () => {
    expectTighter(
      {},
      { validity: { ...base.validity, until: '2025-12-31' } },
      'validity.until',
    )
    expectTighter(
      {},
      { validity: { ...base.validity, from: '2025-01-02' } },
      'validity.from',
    )
    expectTighter({}, { maxCalls: 7 }, 'maxCalls')
    expectTighter({}, { gas: { ...base.gas, perDay: '0.009' } }, 'gas.perDay')
    expectTighter({ gas: { ...base.gas, perDay: '0.05' } }, {}, 'gas.perDay')
    expectTighter(
      {},
      { gas: { ...base.gas, maxFeePerGas: '1 gwei' } },
      'gas.maxFeePerGas',
    )
    expectTighter({}, { gas: { ...base.gas, maxGas: 1 } }, 'gas.maxGas')
    expectTighter(
      { gas: { ...base.gas, paymasters: 'bob' } },
      {},
      'gas.paymasters',
    )
    expectTighter({}, { guardian: 'bob' }, 'guardian')
    expectTighter({}, { settlement: 'demanded' }, 'settlement')
  })

  it('calls another guardian looser, either way', () => {
    const expected = [['looser', 'guardian']]
    expect(diff({ guardian: 'bob' }, { guardian: 'venue' })).to.deep.equal(
      expected,
    )
    expect(diff({ guardian: 'venue' }, { guardian: 'bob' })).to.deep.equal(
      expected,
    )
  })

  it('compares schedules by their hours', () => {
    const weekly = (from: string, to: string): Changes => ({
      schedule: { weekly: [{ days: ['mon'], from, to }] },
    })
    expectTighter({}, weekly('09:00', '17:00'), 'schedule.weekly')
    expectTighter(
      weekly('09:00', '17:00'),
      weekly('10:00', '17:00'),
      'schedule.weekly',
    )
    expect(
      diff(weekly('09:00', '17:00'), weekly('10:00', '18:00')),
    ).to.deep.equal([
      ['looser', 'schedule.weekly'],
      ['tighter', 'schedule.weekly'],
    ])
    const blackout = (until: string): Changes => ({
      schedule: { blackouts: [{ from: '2025-03-01', until }] },
    })
    expectTighter({}, blackout('2025-03-02'), 'schedule.blackouts')
    expect(
      diff(blackout('2025-03-02'), blackout('2025-03-03')).map(
        ([kind]) => kind,
      ),
    ).to.include('tighter')
  })

  it('compares all limits on one meter together', () => {
    const day = { amount: '50', per: 'month' }
    expectTighter({}, limit(day), 'limits[2]')
    expectTighter(limit(day), limit({ ...day, amount: '49' }), 'limits[2]')
    expectTighter(limit({ ...day, action: 'notify' }), limit(day), 'limits[2]')
    const tiers = {
      tiers: { approvals: { approvers: ['alice', 'bob'], threshold: 2 } },
    } as const
    expect(
      diff(limit(day), { ...limit({ ...day, action: 'approval' }), ...tiers }),
    ).to.deep.equal([['looser', 'limits[2]']])
  })

  it('calls an approval looser where calls had to wait: it spares them that', () => {
    const day = { amount: '50', per: 'month' }
    const delay = { delay: '1d' }
    const approvals = { approvers: ['alice'], threshold: 1 }
    expect(
      diff(
        { ...limit({ ...day, action: 'delay' }), tiers: delay },
        { ...limit({ ...day, action: 'approval' }), tiers: { approvals } },
      ).filter(([, path]) => path === 'limits[2]'),
    ).to.deep.equal([['looser', 'limits[2]']])
    expect(
      diff(
        { ...call({}, { tier: 'delay' }), tiers: delay },
        { ...call({}, { tier: 'approval' }), tiers: { approvals } },
      ).filter(([, path]) => path === 'permissions[2].tier'),
    ).to.deep.equal([['looser', 'permissions[2].tier']])
    // Also where another limit had them wait.
    const both = { ...limit({ ...day, action: 'delay' }), tiers: delay }
    expect(
      diff(both, {
        ...both,
        limits: [
          ...(both.limits ?? []),
          { action: 'approval', amount: '1', asset: 'ETH', per: 'operation' },
        ],
        tiers: { ...delay, approvals },
      }).map(([kind]) => kind),
    ).to.include('looser')
  })

  it('calls it looser where a call begins to count towards an approval instead', () => {
    const tiers = {
      approvals: { approvers: ['alice'], threshold: 1 },
      delay: '1d',
    }
    const asked = { action: 'approval', amount: '0', asset: 'USDC', per: 'day' }
    const trade = (more: object, limits: readonly object[] = []) =>
      ({
        ...call({ amount: { atMost: 5 } }, { tier: 'delay', ...more }),
        groups: ['trades'],
        limits: [eth, usdc, ...limits],
        tiers,
      }) as unknown as Changes
    const spends = [{ amount: 'amount', asset: 'USDC' }]

    // It is counted, and others were asked for before.
    expect(diff(trade({}, [asked]), trade({ spends }, [asked]))).to.deep.equal([
      ['looser', 'permissions[2].spends'],
    ])
    // It comes into a group that asks for approvals.
    const ofGroup = [{ ...asked, group: 'trades', per: 'week' }]
    const inGroup = (more: object): Changes => {
      const { permissions = [], ...rest } = trade({ spends, ...more }, ofGroup)
      return {
        ...rest,
        permissions: permissions.map((permission, index) =>
          index === 1 ? { ...permission, group: 'trades' } : permission,
        ),
      }
    }
    expect(diff(inGroup({}), inGroup({ group: 'trades' }))).to.deep.equal([
      ['looser', 'permissions[2].group'],
    ])
    // An asset that was not moved before comes with such a limit.
    const ofWeth = [
      { amount: '1', asset: 'WETH', per: 'day' },
      { ...asked, asset: 'WETH' },
    ]
    expect(
      diff(
        trade({}, [asked]),
        trade({ spends: [{ amount: 'amount', asset: 'WETH' }] }, [
          asked,
          ...ofWeth,
        ]),
      ).map(([kind]) => kind),
    ).to.include('looser')
    // Where nothing waits, it is tighter.
    const plain = (more: object) =>
      ({
        ...call({ amount: { atMost: 5 } }, more),
        limits: [eth, usdc, asked],
        tiers: { approvals: tiers.approvals },
      }) as unknown as Changes
    expect(diff(plain({}), plain({ spends }))).to.deep.equal([
      ['tighter', 'permissions[2].spends'],
    ])
  })

  it('calls a limit on another meter both', () => {
    expect(
      diff(
        limit({ amount: '50', per: 'month' }),
        limit({ amount: '50', per: 'month', scope: 'account' }),
      ).map(([kind]) => kind),
    ).to.deep.equal(['looser', 'tighter'])
  })

  it('does not mind limits on what is not moved', () => {
    const before = { limits: [usdc], permissions: [payUsdc] }
    expect(diff(before, {})).to.deep.equal([
      ['looser', 'permissions[0]'],
      ['neutral', 'limits[0]'],
    ])
    expect(diff({}, before)).to.deep.equal([
      ['tighter', 'permissions[0]'],
      ['neutral', 'limits[0]'],
    ])
  })

  it('compares recipients and spenders one by one', () => {
    expectTighter(
      { permissions: [{ to: ['alice', 'bob'], transfer: 'ETH' }, payUsdc] },
      {},
      'permissions[0].to',
    )
    expectTighter(
      { permissions: [payEth, { to: 'any', transfer: 'USDC' }] },
      {},
      'permissions[1].to',
    )
    const approve = (spenders: Record<string, string>) =>
      permit({ approve: 'USDC', spenders })
    expectTighter(
      approve({ router: '5', venue: '5' }),
      approve({ router: '4', venue: '5' }),
      'permissions[2].spenders.router',
    )
    expectTighter(
      approve({ router: '5', venue: '5' }),
      approve({ router: '5' }),
      'permissions[2].spenders.venue',
    )
  })

  it('sees what a permission that is gone uncovers', () => {
    const narrow = { max: '0.1', to: 'bob', transfer: 'ETH' } as const
    const wide = { max: '1', to: 'any', transfer: 'ETH' } as const
    expect(
      diff(
        { permissions: [narrow, wide, payUsdc] },
        { permissions: [wide, payUsdc] },
      ),
    ).to.deep.equal([['looser', 'permissions[0].max']])
  })

  it('compares conditions by what they leave', () => {
    expectTighter(
      call({}),
      call({ amount: { atMost: 5 } }),
      'permissions[2].where.amount',
    )
    expectTighter(
      call({ amount: { atMost: 5 } }),
      call({ amount: 5 }),
      'permissions[2].where.amount',
    )
    expectTighter(
      call({ mode: { in: [1, 2] } }),
      call({ mode: 2 }),
      'permissions[2].where.mode',
    )
    expectTighter(
      call({ to: 'any' }),
      call({ to: 'account' }),
      'permissions[2].where.to',
    )
    expectTighter(
      call({}, { value: '1' }),
      call({}, { value: '0.5' }),
      'permissions[2].value',
    )
    expectTighter(
      call({}, { tier: 'notify' }),
      {
        ...call({}, { tier: 'approval' }),
        tiers: { approvals: { approvers: ['alice'], threshold: 1 } },
      },
      'permissions[2].tier',
    )
    // Neither holds the other: on doubt, looser.
    expect(
      diff(call({ amount: { atMost: 5 } }), call({ amount: { atLeast: 3 } })),
    ).to.deep.equal([['looser', 'permissions[2].where.amount']])
  })

  it('compares alternatives by what tells them apart', () => {
    const venues = (...modes: number[]): Changes => ({
      permissions: [
        payEth,
        payUsdc,
        ...modes.map((mode) => ({
          call: 'venue',
          function: 'trade(uint256 amount, uint8 mode)',
          where: { mode },
        })),
      ],
    })
    expectTighter(venues(1, 2, 3), venues(1, 3), 'permissions[3]')
    expect(diff(venues(1, 2, 3), venues(3, 1, 2))).to.deep.equal([])
    expect(diff(venues(1), venues(1, 2)).map(([kind]) => kind)).to.deep.equal([
      'looser',
    ])
  })

  it('compares groups by the limits that they have', () => {
    const grouped = (group?: string): Changes => ({
      groups: ['trading'],
      limits: [
        eth,
        usdc,
        { amount: '10', asset: 'USDC', group: 'trading', per: 'day' },
      ],
      permissions: [
        payEth,
        { ...payUsdc, group: 'trading' },
        {
          ...(group === undefined ? {} : { group }),
          approve: 'USDC',
          spenders: { router: '5' },
        },
      ],
    })
    expectTighter(
      grouped(),
      grouped('trading'),
      'permissions[2].spenders.router.group',
    )
  })

  it('is on the safe side of sets that are known by their ids alone', () => {
    const to = (digit: string): Changes => ({
      permissions: [{ to: 'friends', transfer: 'ETH' }, payUsdc],
      sets: {
        friends: { published: `0x${digit.repeat(64)}`, type: 'addresses' },
      },
    })
    expect(diff(to('1'), to('1'))).to.deep.equal([])
    expect(diff(to('1'), to('2')).map(([kind]) => kind)).to.deep.equal([
      'looser',
    ])
    expect(diff(to('1'), {}).map(([kind]) => kind)).to.deep.equal(['looser'])
  })

  it('compares documents with bytes', () => {
    const { bytes } = compilePolicy(base, { chainId })

    expect(diffPolicy(base, { bytes })).to.deep.equal([])
    expect(diffPolicy(decompilePolicy(bytes), { bytes })).to.deep.equal([])
    expect(
      diffPolicy({ ...base, maxCalls: 1 }, { bytes }).map(({ kind }) => kind),
    ).to.deep.equal(['looser'])
  })

  it('compares documents on every chain of both', () => {
    const more = { chains: [...base.chains, 'eip155:1'] }
    expect(diff({}, more)).to.deep.equal([['looser', 'chains']])
    expect(diff(more, {})).to.deep.equal([['tighter', 'chains']])
    expect(diff(more, { ...more, maxCalls: 1 })).to.deep.equal([
      ['tighter', 'maxCalls'],
    ])
  })
})
