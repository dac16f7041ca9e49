import { expect } from 'chai'

import { definePolicy } from '../../src/policy/definePolicy.ts'
import { explainWorstCase } from '../../src/policy/explain/explainLimits.ts'
import { explainPolicy } from '../../src/policy/explainPolicy.ts'
import { base } from './documents.ts'

describe('explainPolicy', () => {
  it('says how operations are delayed and approved', () => {
    const sentences = explainPolicy(
      definePolicy({
        ...base,
        guardian: 'bob',
        limits: [
          { action: 'delay', amount: '1', asset: 'ETH', per: 'day' },
          { action: 'approval', amount: '5', asset: 'ETH', per: 'day' },
          { amount: '20', asset: 'ETH', per: 'day' },
        ],
        permissions: [{ to: ['alice'], transfer: 'ETH' }],
        tiers: {
          approvals: { approvers: ['alice', 'bob'], threshold: 2 },
          delay: '1h',
        },
      }),
    )
    expect(sentences).to.include(
      'What waits is announced first, may run 1h later and for 1d from then, and may be cancelled until it has run.',
    )
    expect(sentences).to.include(
      'Approval is that of 2 of alice and bob, for these calls, once.',
    )
    expect(sentences).to.include(
      'bob may freeze the agent and cancel what it has announced, and nothing else.',
    )
  })

  it('says what is permitted, what limits it, and the worst case', () => {
    const policy = definePolicy({
      ...base,
      groups: ['payroll'],
      guardian: 'bob',
      limits: [
        { amount: '0.1', asset: 'ETH', per: 'operation' },
        { amount: '1', asset: 'ETH', per: 'day' },
        { amount: '20', asset: 'ETH', per: 'month', scope: 'account' },
        { amount: '5000', asset: 'USDC', per: 'lifetime' },
        { amount: '10', asset: 'USDC', group: 'payroll', per: 'week' },
        { operations: 5, per: { rolling: '1h' } },
      ],
      permissions: [
        { except: ['bob'], to: 'any', transfer: 'ETH' },
        { group: 'payroll', to: 'vendors', transfer: 'USDC' },
        { approve: 'USDC', spenders: { router: '1000' } },
        {
          call: 'venue',
          function: 'trade(uint256 amount, address to, uint8 mode)',
          where: {
            amount: { atMost: 5, unit: 'USDC' },
            mode: { in: [1, 2] },
            to: 'account',
          },
        },
      ],
      schedule: {
        blackouts: [{ from: '2025-12-24', until: '2025-12-27' }],
        timeZone: 'UTC',
        weekly: [{ days: ['mon', 'fri'], from: '09:00', to: '17:00' }],
      },
      sets: { vendors: ['alice', 'bob'] },
    })

    expect(explainPolicy(policy)).to.deep.equal([
      '"Test" holds on eip155:31337 from 2025-01-01T00:00:00Z until 2026-01-01T00:00:00Z.',
      'It acts only on mon, fri from 09:00 to 17:00 (UTC).',
      'It does not act from 2025-12-24T00:00:00Z until 2025-12-27T00:00:00Z.',
      'It may send ETH to anybody but never to bob.',
      'It may send USDC to "vendors" (2 entries), as part of "payroll".',
      'It may approve spenders of USDC: router at most 1,000.',
      'It may call trade on venue where amount is at most 5 USDC, mode is one of 1 and 2 and to is the account itself.',
      'Everything else is denied.',
      'At most 0.1 ETH an operation.',
      'At most 1 ETH a day.',
      'At most 20 ETH a month over all agents of the account.',
      'At most 5,000 USDC ever.',
      'At most 10 USDC a week within "payroll".',
      'At most 5 operations in any 1h.',
      'Worst case, ETH: this agent at most 0.1 an operation and 1 a day; all agents that have such a limit together at most 20 a month; this agent at most 240 in all until it expires.',
      'Worst case, USDC: this agent at most 5,000 ever; this agent at most 5,000 in all until it expires.',
      'Worst case, operations: this agent at most 5 in any 1h; this agent at most 43,805 in all until it expires.',
      'Worst case, gas: this agent at most 0.01 a day; this agent at most 3.65 in all until it expires.',
      'No limit on USDC, operations and gas is for all agents together: each one has its own.',
      'What is approved counts when it is approved; until the approval is taken back, it may be taken later too.',
      'Gas: at most 0.01 of the native asset a day, at most 2 gwei for a unit, at most 3,000,000 units an operation. No paymaster is allowed.',
      'One operation has at most 8 calls, and is signed for at most 1h.',
      'bob may freeze the agent, and nothing else.',
    ])
  })

  it('does not take an asset that is named gas for gas', () => {
    const lines = explainWorstCase(
      definePolicy({
        ...base,
        assets: {
          gas: {
            address: base.assets.USDC.address,
            decimals: 6,
            type: 'erc20',
          },
        },
        limits: [{ amount: '1000000', asset: 'gas', per: 'day' }],
        permissions: [{ to: 'alice', transfer: 'gas' }],
      }),
    )

    expect(lines.slice(0, 2)).to.deep.equal([
      'Worst case, the asset "gas": this agent at most 1,000,000 a day; this agent at most 365,000,000 in all until it expires.',
      'Worst case, gas: this agent at most 0.01 a day; this agent at most 3.65 in all until it expires.',
    ])
  })

  it('does not take an asset that is named operations for their number', () => {
    const sentences = explainPolicy(
      definePolicy({
        ...base,
        assets: {
          operations: { ...base.assets.USDC },
        },
        limits: [{ amount: '5', asset: 'operations', per: 'day' }],
        permissions: [{ to: 'alice', transfer: 'operations' }],
      }),
    )

    expect(sentences).to.include('At most 5 of the asset "operations" a day.')
  })

  it('keeps what people are told within its sentence', () => {
    const [first, , second] = explainPolicy(
      definePolicy({
        ...base,
        name: 'Harmless" holds for nothing.\n\nNothing is permitted.',
        schedule: {
          blackouts: [
            {
              from: '2025-12-24',
              reason: 'Closed).\nIt may not pay',
              until: '2025-12-27',
            },
          ],
          weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
        },
      }),
    )

    expect(first).to.equal(
      `"Harmless' holds for nothing. Nothing is permitted." holds on eip155:31337 from 2025-01-01T00:00:00Z until 2026-01-01T00:00:00Z.`,
    )
    expect(second).to.include('("Closed). It may not pay")')
  })

  it('counts what nested sets hold, each once', () => {
    const sentences = explainPolicy(
      definePolicy({
        ...base,
        permissions: [base.permissions[1], { to: 'outer', transfer: 'ETH' }],
        sets: {
          inner: ['alice', 'bob', 'venue'],
          outer: ['inner', 'router', base.contracts.alice],
        },
      }),
    )

    expect(sentences).to.include('It may send ETH to "outer" (4 entries).')
  })

  it('says when a period of its own begins', () => {
    const sentences = explainPolicy(
      definePolicy({
        ...base,
        limits: [
          ...base.limits,
          {
            amount: '5',
            asset: 'ETH',
            per: { every: '90m', from: '2025-03-01' },
          },
        ],
      }),
    )

    expect(sentences).to.include(
      'At most 5 ETH every 90m from 2025-03-01T00:00:00Z on.',
    )
  })

  it('says what a rolling amount holds at worst (INV-14)', () => {
    const lines = explainWorstCase(
      definePolicy({
        ...base,
        limits: [
          base.limits[0],
          { amount: '100', asset: 'USDC', per: { rolling: '1d' } },
        ],
        window: '1h',
      }),
    )

    // 100 + 100 * (86,400 + 3,600) / 86,400, and the same with 365 days.
    expect(lines).to.include(
      'Worst case, USDC: this agent at most 204.166667 in any 1d; this agent at most 36,604.166667 in all until it expires.',
    )
    expect(lines).to.include(
      'No limit is for all agents together: each one has its own.',
    )
  })

  it('says what several chains mean', () => {
    const lines = explainWorstCase(
      definePolicy({ ...base, chains: [...base.chains, 'eip155:1'] }),
    )

    expect(lines.at(-1)).to.equal('All this is so on each of 2 chains.')
  })
})
