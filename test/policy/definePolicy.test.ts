import { expect } from 'chai'

import { PolicyDocumentError } from '../../src/errors/policyDocument.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import { addressSchema } from '../../src/policy/document/scalars.ts'
import { base, expectIssue, getIssues } from './documents.ts'

const permit = (...permissions: readonly unknown[]) => ({
  ...base,
  permissions: [...base.permissions, ...permissions],
})
const limit = (...limits: readonly unknown[]) => ({
  ...base,
  limits: [...base.limits, ...limits],
})
const call = (fields: object) =>
  permit({
    call: 'router',
    function: 'f(uint256 a, bytes b, bytes c)',
    ...fields,
  })

describe('definePolicy', () => {
  it('returns a frozen copy of the document', () => {
    const policy = definePolicy(base)

    expect(policy).to.deep.equal(base)
    expect(policy).not.to.equal(base)
    expect(Object.isFrozen(policy.limits[0])).to.equal(true)
  })

  it('lists every fault at once, in words', () => {
    const document = {
      ...base,
      gas: { ...base.gas, perDay: '0' },
      maxCalls: 0,
      permissions: [],
      validity: { until: 'soon' },
    }

    expect(getIssues(document).map(({ path }) => path)).to.deep.equal([
      'validity.until',
      'maxCalls',
      'permissions',
    ])
    try {
      definePolicy(document as never)
      expect.fail('It was taken.')
    } catch (error) {
      expect(error).to.be.instanceOf(PolicyDocumentError)
      expect((error as PolicyDocumentError).message).to.include(
        '- maxCalls: It is below 1. Have 1 to 255.',
      )
    }
  })

  it('lists the faults of each part when the form is right', () => {
    const document = {
      ...base,
      guardian: 'nobody',
      limits: [...base.limits, { amount: '0', asset: 'ETH', per: 'week' }],
      permissions: [
        ...base.permissions,
        { to: 'carol', transfer: 'ETH' },
        { approve: 'ETH', spenders: { router: '1' } },
      ],
    }

    expect(getIssues(document).map(({ path }) => path)).to.deep.equal([
      'limits[2].amount',
      'permissions[2].to',
      'permissions[3].approve',
      'guardian',
    ])
  })

  describe('form', () => {
    it('refuses an unknown key, and names the known ones', () => {
      expectIssue(
        { ...base, validity: { form: '2025-01-01', until: '2026-01-01' } },
        {
          fix: 'The keys are: from, until.',
          message: '`form` means nothing here.',
          path: 'validity',
        },
      )
    })

    it('refuses a missing key', () => {
      const { gas: _, ...rest } = base
      expectIssue(rest, {
        fix: 'Write it; it is an object.',
        message: 'It is missing.',
        path: 'gas',
      })
    })

    it('finds the limit that was meant', () => {
      expect(
        getIssues(limit({ amont: '5', asset: 'ETH', per: 'week' })),
      ).to.deep.equal([
        {
          fix: 'Write a decimal number such as "100.5", without separators or an exponent.',
          message: 'It is missing.',
          path: 'limits[2].amount',
        },
        {
          fix: 'The keys are: asset, amount, group, name, onDeny, per, scope, action.',
          message: '`amont` means nothing here.',
          path: 'limits[2]',
        },
      ])
    })

    it('finds the permission that was meant', () => {
      expect(
        getIssues(permit({ spenders: { router: true }, approve: 'USDC' })),
      ).to.deep.equal([
        {
          fix: 'Write a decimal number such as "100.5", without separators or an exponent.',
          message: 'This is not an amount.',
          path: 'permissions[2].spenders.router',
        },
      ])
    })

    it('refuses an address with a wrong checksum, and shows the right one', () => {
      const address = '0x5fBDB2315678afecb367f032d93F642f64180aa3'
      expectIssue(
        { ...base, contracts: { ...base.contracts, other: address } },
        {
          fix: 'Compare it with 0x5FbDB2315678afecb367f032d93F642f64180aa3; a digit may be wrong.',
          message: `The capitals of ${address} are not those of its checksum.`,
          path: 'contracts.other',
        },
      )
    })

    it('refuses an address that is too short', () => {
      expectIssue(permit({ to: '0x1234', transfer: 'ETH' }), {
        fix: 'Write 0x and 40 hexadecimal digits.',
        message: 'This is not an address.',
        path: 'permissions[2].to',
      })
    })

    it('refuses a number that may have lost digits', () => {
      expectIssue(
        limit({ amount: 0.1234567890123456, asset: 'ETH', per: 'week' }),
        {
          fix: 'Write it in quotes, such as "100.5".',
          message: 'The number may have lost digits.',
          path: 'limits[2].amount',
        },
      )
    })

    it('refuses an amount with an exponent', () => {
      expectIssue(limit({ amount: '1e3', asset: 'ETH', per: 'week' }), {
        fix: 'Write a decimal number such as "100.5", without separators or an exponent.',
        message: 'This is not an amount.',
        path: 'limits[2].amount',
      })
    })

    it('refuses a period that does not exist', () => {
      expectIssue(limit({ amount: '1', asset: 'ETH', per: 'year' }), {
        fix: 'Write operation, hour, day, week, month, lifetime, { every, from } or { rolling }.',
        message: 'This is not a period.',
        path: 'limits[2].per',
      })
    })

    it('refuses a chain without its CAIP-2 name', () => {
      expectIssue(
        { ...base, chains: ['base'] },
        {
          fix: 'Write its CAIP-2 name, such as eip155:8453.',
          message: 'This is not a chain.',
          path: 'chains[0]',
        },
      )
    })

    it('refuses a price of gas without its unit', () => {
      expectIssue(
        { ...base, gas: { ...base.gas, maxFeePerGas: '2' } },
        {
          fix: 'Write it with its unit, such as "50 gwei".',
          message: 'This is not a price of gas.',
          path: 'gas.maxFeePerGas',
        },
      )
    })

    it('refuses a word that means something as a name', () => {
      expectIssue(
        { ...base, contracts: { ...base.contracts, any: base.contracts.bob } },
        {
          fix: 'Use up to 64 characters that one sees, without spaces or quotes, not a number or an address, and neither `any` nor `account`.',
          message: 'This cannot be a name.',
          path: 'contracts.any',
        },
      )
    })
  })

  describe('names and times', () => {
    it('refuses what cannot be seen, or what a terminal obeys', () => {
      const hidden = [0x1b, 0x7f, 0x9b, 0xad, 0x200b, 0x202e, 0x2066, 0xfeff]
      for (const code of hidden) {
        const name = `al${String.fromCodePoint(code)}ice`
        const [contract] = getIssues({
          ...base,
          contracts: { ...base.contracts, [name]: base.contracts.bob },
        })
        expect(contract?.message, name).to.equal('This cannot be a name.')
        const [group] = getIssues({ ...base, groups: [name] })
        expect(group?.path).to.equal('groups[0]')
      }
      for (const code of hidden.filter((one) => one !== 0xad)) {
        const text = `No.${String.fromCodePoint(code)}`
        const issues = getIssues({
          ...base,
          limits: [{ ...base.limits[0], onDeny: text }, base.limits[1]],
          name: text,
        })
        expect(issues.map(({ path }) => path)).to.have.members([
          'limits[0].onDeny',
          'name',
        ])
      }
      // Lines, other alphabets and joined emoji are texts like others.
      definePolicy({
        ...base,
        description:
          'Zahlungen \u00e4\n\t\u652f\u6255\u3044 \u{1f468}\u200d\u{1f469}',
        name: '\u041a\u0430\u0441\u0441\u0430',
      })
    })

    it('refuses a name that stands for nothing', () => {
      expectIssue(permit({ to: 'carol', transfer: 'ETH' }), {
        fix: 'Add it to `contracts`, or write one of: alice, bob, router, venue, ETH, USDC, WETH.',
        message: 'Nothing is named "carol".',
        path: 'permissions[2].to',
      })
    })

    it('refuses a name that stands for two things', () => {
      expectIssue(
        { ...base, sets: { alice: ['bob'] } },
        {
          fix: 'Give one of them another name.',
          message: '"alice" is an asset or a contract too.',
          path: 'sets.alice',
        },
      )
    })

    it('refuses a set that holds itself', () => {
      expectIssue(
        {
          ...base,
          permissions: [base.permissions[1], { to: 'a', transfer: 'ETH' }],
          sets: { a: ['alice', 'b'], b: ['a'] },
        },
        {
          fix: 'Take it out of its own members.',
          message: 'The set "a" holds itself.',
          path: 'sets.a',
        },
      )
    })

    it('refuses an address that is missing on a chain', () => {
      const elsewhere = { 'eip155:1': base.contracts.bob }
      expectIssue(
        {
          ...base,
          contracts: { ...base.contracts, other: elsewhere },
          guardian: 'other',
        },
        {
          fix: 'Add the one it has there.',
          message: '"other" has no address on eip155:31337.',
          path: 'guardian',
        },
      )
    })

    it('refuses a day that the calendar does not have', () => {
      expectIssue(
        { ...base, validity: { until: '2026-02-30' } },
        {
          fix: 'Write a day and a time that exist.',
          message: 'The calendar has no 2026-02-30 after 1970.',
          path: 'validity.until',
        },
      )
    })

    it('refuses a validity that ends before it begins', () => {
      expectIssue(
        { ...base, validity: { from: '2026-01-01', until: '2026-01-01' } },
        {
          fix: 'Have it end after it begins.',
          message:
            'The validity ends at 2026-01-01T00:00:00Z, before it begins.',
          path: 'validity.until',
        },
      )
    })

    it('refuses a window of more than a day', () => {
      expectIssue(
        { ...base, window: '1d1s' },
        {
          fix: 'Have it between them; 1h is usual.',
          message: 'The window is not 1 second to 1 day.',
          path: 'window',
        },
      )
    })

    it('refuses an unknown time zone', () => {
      expectIssue(
        {
          ...base,
          schedule: {
            timeZone: 'Mars/Olympus',
            weekly: [{ days: ['mon'], from: '09:00', to: '17:00' }],
          },
        },
        {
          fix: 'Write its IANA name, such as Europe/Berlin, or UTC.',
          message: '"Mars/Olympus" is no time zone.',
          path: 'schedule.timeZone',
        },
      )
    })

    it('refuses hours that are open under no offset', () => {
      expectIssue(
        {
          ...base,
          schedule: {
            timeZone: 'Europe/Berlin',
            weekly: [{ days: ['mon'], from: '09:00', to: '09:30' }],
          },
        },
        {
          fix: 'Have longer hours, a shorter validity, or a horizon.',
          message:
            'No time of the week is open under every offset that Europe/Berlin has.',
          path: 'schedule.weekly',
        },
      )
    })

    it('refuses a blackout that ends before it begins', () => {
      expectIssue(
        {
          ...base,
          schedule: {
            blackouts: [{ from: '2026-01-02', until: '2026-01-01' }],
          },
        },
        {
          fix: 'Have it end after it begins.',
          message: 'The blackout ends before it begins.',
          path: 'schedule.blackouts[0]',
        },
      )
    })

    it('refuses a nonce that differs from the account', () => {
      expectIssue(
        {
          ...base,
          account: {
            nonceMask: `0x${'00'.repeat(24)}`,
            nonceValue: `0x01${'00'.repeat(23)}`,
          },
        },
        {
          fix: 'Keep it within the mask.',
          message: 'The value has bits outside the mask.',
          path: 'account.nonceValue',
        },
      )
    })
  })

  describe('limits', () => {
    it('refuses more decimals than the asset has', () => {
      expectIssue(limit({ amount: '1.0000001', asset: 'USDC', per: 'week' }), {
        fix: 'Have 6 decimals at most.',
        message: '1.0000001 has more decimals than "USDC", which has 6.',
        path: 'limits[2].amount',
      })
    })

    it('refuses an amount of zero', () => {
      expectIssue(limit({ amount: 0, asset: 'ETH', per: 'week' }), {
        fix: 'Have it above zero, or leave out what moves the asset.',
        message: 'The amount is zero, which permits nothing.',
        path: 'limits[2].amount',
      })
    })

    it('refuses an amount beyond 128 bits', () => {
      expectIssue(
        limit({ amount: '340282366920938463464', asset: 'ETH', per: 'week' }),
        {
          fix: 'Have 340282366920938463463.374607431768211455 at most.',
          message: '340282366920938463464 is above what a policy can hold.',
          path: 'limits[2].amount',
        },
      )
    })

    it('refuses two limits that count the same', () => {
      expectIssue(limit({ amount: '2', asset: 'ETH', per: 'day' }), {
        fix: 'Keep the smaller one.',
        message: 'It counts the same as limits[0].',
        path: 'limits[2]',
      })
    })

    it('refuses an unknown asset', () => {
      expectIssue(limit({ amount: '2', asset: 'DAI', per: 'day' }), {
        fix: 'Add it to `assets`, or write one of: ETH, USDC, WETH.',
        message: 'No asset is named "DAI".',
        path: 'limits[2].asset',
      })
    })

    it('refuses an asset without a budget over time', () => {
      expectIssue(
        {
          ...base,
          limits: [
            base.limits[0],
            { amount: '1', asset: 'USDC', per: 'operation' },
          ],
        },
        {
          fix: 'Add a limit per day, week, month or lifetime, without a group and without `action`.',
          message: 'The asset has no budget, and so must not move.',
          path: 'assets.USDC',
        },
      )
    })

    it('refuses a limit on what nothing moves', () => {
      expectIssue(limit({ amount: '1', asset: 'WETH', per: 'day' }), {
        fix: 'Permit something that moves it, or take its limits out.',
        message: 'The asset has a limit, and nothing may move it.',
        path: 'assets.WETH',
      })
    })

    it('refuses operations counted for each operation', () => {
      expectIssue(limit({ operations: 1, per: 'operation' }), {
        fix: 'Count them per hour, day, week, month, lifetime or rolling.',
        message: 'Operations cannot be counted so.',
        path: 'limits[2]',
      })
    })

    it('refuses a rolling count above a thousand', () => {
      expectIssue(limit({ operations: 1001, per: { rolling: '1h' } }), {
        fix: 'Have a smaller number, or a fixed period.',
        message: 'A rolling count is not 1 to 1000.',
        path: 'limits[2]',
      })
    })

    it('refuses gas that belongs to a group', () => {
      expectIssue(
        {
          ...permit({ group: 'g', to: 'bob', transfer: 'ETH' }),
          groups: ['g'],
          limits: [...base.limits, { gas: '1', group: 'g', per: 'day' }],
        },
        {
          fix: 'Leave `group` out.',
          message: 'Gas belongs to no group of calls.',
          path: 'limits[2]',
        },
      )
    })

    it('refuses a limit on one operation that agents share', () => {
      expectIssue(
        limit({
          amount: '1',
          asset: 'ETH',
          per: 'operation',
          scope: 'account',
        }),
        {
          fix: 'Leave `scope` out.',
          message:
            'One operation has one agent, so that this limit cannot be shared.',
          path: 'limits[2]',
        },
      )
    })

    it('refuses a period of less than a minute', () => {
      expectIssue(limit({ amount: '1', asset: 'ETH', per: { every: '59s' } }), {
        fix: 'Have a minute or more, and 136 years at most.',
        message: '59s is no period.',
        path: 'limits[2].per.every',
      })
    })

    it('refuses a group that is not declared', () => {
      expectIssue(
        limit({ amount: '1', asset: 'ETH', group: 'x', per: 'week' }),
        {
          fix: 'Add it to `groups`.',
          message: 'No group is named "x".',
          path: 'limits[2].group',
        },
      )
    })

    it('refuses a group that limits nothing', () => {
      expectIssue(
        {
          ...limit({ amount: '1', asset: 'ETH', group: 'x', per: 'week' }),
          groups: ['x'],
        },
        {
          fix: 'Put a permission into it, or take its limits out.',
          message: 'The group "x" has limits, and no permission.',
          path: 'groups[0]',
        },
      )
    })

    it('refuses a rolling limit that does not deny', () => {
      const fault = {
        fix: 'Leave `action` out, or limit fixed periods: per hour, day, week, month, lifetime or { every }.',
        message: 'A rolling limit can only deny.',
        path: 'limits[2]',
      }
      const per = { rolling: '1h' } as const
      expectIssue(
        limit({ action: 'notify', amount: '1', asset: 'ETH', per }),
        fault,
      )
      expectIssue(limit({ action: 'notify', operations: 5, per }), fault)
    })

    it('refuses a limit on gas that does not deny', () => {
      expectIssue(limit({ action: 'notify', gas: '1', per: 'day' }), {
        fix: 'Leave `action` out.',
        message: 'A limit on gas can only deny.',
        path: 'limits[2]',
      })
    })

    it('refuses a delay of which nothing says how long it is', () => {
      expectIssue(
        limit({ action: 'delay', amount: '0.1', asset: 'ETH', per: 'day' }),
        {
          fix: 'Add `tiers` with a `delay`, or with `approvals`.',
          message:
            'A limit or a permission delays or asks for approval, and nothing says how.',
          path: 'tiers',
        },
      )
    })

    it('refuses tiers that nothing asks for', () => {
      expectIssue(
        { ...base, tiers: { delay: '1h' } },
        {
          fix: 'Leave `delay` and `lifetime` out.',
          message: 'Nothing delays.',
          path: 'tiers.delay',
        },
      )
    })

    it('refuses more approvals than there are approvers', () => {
      expectIssue(
        {
          ...permit({ tier: 'approval', to: 'bob', transfer: 'ETH' }),
          tiers: { approvals: { approvers: ['alice', 'bob'], threshold: 3 } },
        },
        {
          fix: 'Have as many approvers as must approve.',
          message: '3 must approve, and there are 2 approvers.',
          path: 'tiers.approvals.threshold',
        },
      )
    })
  })

  describe('permissions', () => {
    it('refuses to move an asset without a limit', () => {
      expectIssue(permit({ to: 'bob', transfer: 'WETH' }), {
        fix: 'Add a limit such as { asset: WETH, amount: "100", per: day }.',
        message: '"WETH" has no limit, and what has no budget cannot move.',
        path: 'permissions[2]',
      })
    })

    it('refuses transfers that no argument tells apart', () => {
      expectIssue(permit({ to: ['alice', 'bob'], transfer: 'USDC' }), {
        fix: 'Put them into one permission, or have one argument equal another value in each.',
        message:
          'It permits the same call as permissions[1], and no argument tells them apart.',
        path: 'permissions[2]',
      })
    })

    it('refuses two sets that share a recipient', () => {
      expectIssue(
        {
          ...base,
          permissions: [
            base.permissions[1],
            { to: ['alice', 'bob'], transfer: 'ETH' },
            { max: '0.1', to: ['bob', 'venue'], transfer: 'ETH' },
          ],
        },
        {
          fix: 'Have each address in one of them.',
          message: `It and permissions[1] both permit the call on ${base.contracts.bob}.`,
          path: 'permissions[2]',
        },
      )
    })

    it('refuses a transfer that pays nobody', () => {
      expectIssue(
        permit({ except: ['bob', 'alice'], to: ['bob'], transfer: 'ETH' }),
        {
          fix: 'Take somebody out of `except`.',
          message: 'Nobody is left to be paid.',
          path: 'permissions[2].except',
        },
      )
    })

    it('refuses a most value of zero', () => {
      expectIssue(permit({ max: '0', to: 'bob', transfer: 'ETH' }), {
        fix: 'Have it above zero.',
        message: 'The amount is zero, which permits nothing.',
        path: 'permissions[2].max',
      })
    })

    it('refuses a most amount of one token transfer', () => {
      expectIssue(permit({ max: '1', to: 'bob', transfer: 'USDC' }), {
        fix: 'Add a limit on USDC per operation.',
        message: '`max` is for the native asset.',
        path: 'permissions[2].max',
      })
    })

    it('refuses the same spender twice', () => {
      const { router } = base.contracts
      expectIssue(
        permit({ approve: 'USDC', spenders: { router: '1', [router]: '2' } }),
        {
          fix: 'Put them into one permission, or have one argument equal another value in each.',
          message:
            'It permits the same call as permissions[2].spenders.router, and no argument tells them apart.',
          path: `permissions[2].spenders.${router}`,
        },
      )
    })

    it('refuses a transfer to a precompile', () => {
      expectIssue(
        permit({
          to: '0x0000000000000000000000000000000000000001',
          transfer: 'ETH',
        }),
        {
          fix: 'Name another address.',
          message:
            '0x0000000000000000000000000000000000000001 is zero or a precompile.',
          path: 'permissions[2]',
        },
      )
    })

    it('refuses a value without a native asset', () => {
      expectIssue(
        {
          ...base,
          assets: { USDC: base.assets.USDC },
          limits: [base.limits[1]],
          permissions: [
            base.permissions[1],
            { call: 'router', function: 'f()', value: '1' },
          ],
        },
        {
          fix: 'Add `ETH: { type: native }` to `assets`, and a limit on it.',
          message:
            'The call carries value, and the document has no native asset.',
          path: 'permissions[1].value',
        },
      )
    })

    it('refuses what is no function', () => {
      expectIssue(permit({ call: 'router', function: 'transfer' }), {
        fix: 'Write it as in Solidity, such as "transfer(address to, uint256 amount)".',
        message: 'This is no function.',
        path: 'permissions[2].function',
      })
    })

    it('refuses an unknown argument, and names the known ones', () => {
      expectIssue(call({ where: { amount: 1 } }), {
        fix: 'Write one of: a, b, c.',
        message: 'There is no argument "amount".',
        path: 'permissions[2].where.amount',
      })
    })

    it('refuses an argument whose place is not known', () => {
      expectIssue(call({ where: { c: '0x' } }), {
        fix: 'State what "b" must be, or leave this out.',
        message:
          'The argument lies behind "b", whose length is not pinned, so that its place is not known.',
        path: 'permissions[2].where.c',
      })
    })

    it('refuses an array without a length', () => {
      expectIssue(
        permit({
          call: 'router',
          function: 'f(uint256[] x)',
          where: { 'x[0]': 1 },
        }),
        {
          fix: 'Add a line such as `path.length: 2`.',
          message: 'The length is not pinned.',
          path: 'permissions[2].where["x[0]"]',
        },
      )
    })

    it('refuses a value that the type cannot hold', () => {
      expectIssue(
        permit({
          call: 'router',
          function: 'f(uint8 x)',
          where: { x: { atMost: 256 } },
        }),
        {
          fix: 'Have 0 to 255.',
          message: '256 does not fit into uint8.',
          path: 'permissions[2].where.x.atMost',
        },
      )
    })

    it('refuses to spend an argument that is no number', () => {
      expectIssue(
        permit({
          call: 'router',
          function: 'f(address x)',
          spends: [{ amount: 'x', asset: 'USDC' }],
        }),
        {
          fix: 'Name an argument that is one.',
          message: 'The argument is no number.',
          path: 'permissions[2].spends[0].amount',
        },
      )
    })

    it('refuses to spend a signed argument that may be negative', () => {
      const spend = (where?: object) =>
        permit({
          call: 'router',
          function: 'f(int256 x)',
          spends: [{ amount: 'x', asset: 'USDC' }],
          ...(where === undefined ? {} : { where: { x: where } }),
        })

      for (const where of [undefined, { atLeast: -1 }, { atMost: 5 }])
        expectIssue(spend(where), {
          fix: 'Demand that it is at least 0, or a number above.',
          message: 'The argument may be negative, and no amount is.',
          path: 'permissions[2].spends[0].amount',
        })
      for (const where of [{ atLeast: 0 }, { equal: 7 }])
        expect(definePolicy(spend(where) as never)).to.not.equal(undefined)
    })

    it('refuses an amount in whole units without the unit', () => {
      expectIssue(call({ where: { a: { atMost: '5.5' } } }), {
        fix: 'Write a whole number in base units, or add `unit`.',
        message: '"5.5" is no uint256.',
        path: 'permissions[2].where.a.atMost',
      })
    })

    it('refuses the account in a list of addresses', () => {
      expectIssue(
        permit({
          call: 'router',
          function: 'f(address x)',
          where: { x: { in: ['account', 'bob'] } },
        }),
        {
          fix: 'Name addresses.',
          message: '"account" is no address that is known beforehand.',
          path: 'permissions[2].where.x.in[0]',
        },
      )
    })

    it('refuses an approval by its function without a bound spender', () => {
      expectIssue(
        permit({
          call: 'USDC',
          function: 'approve(address spender, uint256 amount)',
          spends: [{ amount: 'amount', asset: 'USDC' }],
        }),
        {
          fix: 'Name the addresses that it may be, once.',
          message: 'The spender is not bound to addresses, or twice.',
          path: 'permissions[2]',
        },
      )
    })

    it('refuses an unknown call on a token with a budget', () => {
      expectIssue(permit({ call: 'USDC', function: 'burn(uint256 amount)' }), {
        fix: 'Use `transfer`, `transferFrom`, `approve`, `wrap` or `unwrap`.',
        message:
          'The call is none of those whose spending is known on a token with a budget.',
        path: 'permissions[2]',
      })
    })

    it('refuses a transfer of a token without a budget by its function', () => {
      expectIssue(
        permit({
          call: 'WETH',
          function: 'transfer(address to, uint256 amount)',
        }),
        {
          fix: 'Give the token a limit.',
          message:
            'The call moves tokens, and its target is no asset with a budget.',
          path: 'permissions[2]',
        },
      )
    })

    it('refuses increaseAllowance on every target', () => {
      expectIssue(
        permit({
          call: 'router',
          function: 'increaseAllowance(address spender, uint256 amount)',
        }),
        {
          fix: 'Use `transfer`, `transferFrom` or `approve` instead.',
          message:
            '`increaseAllowance(address,uint256)` hands out what no meter sees.',
          path: 'permissions[2]',
        },
      )
    })

    it('refuses a set of targets that holds a token with a budget', () => {
      expectIssue(
        permit({ call: { set: ['router', 'USDC'] }, function: 'f()' }),
        {
          fix: 'Take the token out of the set.',
          message: `The set holds ${base.assets.USDC.address}, a token with a budget.`,
          path: 'permissions[2]',
        },
      )
    })

    it('refuses transferFrom of what does not belong to the account', () => {
      expectIssue(
        permit({
          call: 'USDC',
          function: 'transferFrom(address from, address to, uint256 amount)',
          spends: [{ amount: 'amount', asset: 'USDC' }],
          where: { from: 'alice', to: 'bob' },
        }),
        {
          fix: "Have the argument that they come from be 'account', and nothing else.",
          message: 'The call may move tokens of others.',
          path: 'permissions[2]',
        },
      )
    })

    it('refuses a policy that does not fit into a blob', () => {
      const members = Array.from(
        { length: 1200 },
        (_, index) => `0x${(index + 65_536).toString(16).padStart(40, '0')}`,
      )
      const sets = {
        one: { external: false, members },
        two: { external: false, members: [...members, 'alice'] },
      }
      expectIssue(
        {
          ...base,
          permissions: [
            { to: 'one', transfer: 'ETH' },
            { to: 'two', transfer: 'USDC' },
          ],
          sets,
        },
        {
          fix: 'Have `external: true` on the largest set, or fewer permissions.',
          message: 'The policy is longer than 24576 bytes.',
          path: '',
        },
      )
    })

    it('refuses a set that no blob can hold', () => {
      const members = Array.from(
        { length: 1229 },
        (_, index) => `0x${(index + 65_536).toString(16).padStart(40, '0')}`,
      )
      expectIssue(
        {
          ...base,
          permissions: [base.permissions[1], { to: 'one', transfer: 'ETH' }],
          sets: { one: members },
        },
        {
          fix: 'Split it into several sets, with a permission for each.',
          message: 'The set has 1229 addresses, and a blob holds 1228.',
          path: 'sets.one',
        },
      )
    })
  })

  it('refuses keys that every object has, and objects that inherit', () => {
    const contracts = JSON.parse(
      JSON.stringify(base.contracts).replace('alice', '__proto__'),
    )
    expectIssue(
      { ...base, contracts },
      {
        fix: 'Use another name, or leave it out.',
        message: '`__proto__` cannot be a key.',
        path: 'contracts.__proto__',
      },
    )
    expectIssue(
      { ...base, validity: Object.create(base.validity) },
      {
        fix: 'Write its keys in the object itself.',
        message: 'The object is not plain: it has a prototype.',
        path: 'validity',
      },
    )
  })

  it('refuses two names for one asset, whatever their decimals', () => {
    for (const decimals of [6, 18])
      expectIssue(
        {
          ...base,
          assets: {
            ...base.assets,
            OTHER: { ...base.assets.USDC, decimals },
          },
        },
        {
          fix: 'Name it once.',
          message: '"OTHER" and "USDC" are the same asset.',
          path: 'assets.OTHER',
        },
      )
  })

  it('refuses a validity in milliseconds', () => {
    expectIssue(
      { ...base, validity: { ...base.validity, until: 1_767_225_600_000 } },
      {
        fix: 'Write seconds, not milliseconds, or a date such as 2027-01-01.',
        message: 'The time is after the year 9999.',
        path: 'validity.until',
      },
    )
  })

  describe('capitals of addresses', () => {
    const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
    const digits = address.slice(2)

    it('writes addresses of one case with their checksum', () => {
      for (const written of [
        address.toLowerCase(),
        address.toUpperCase(),
        `0x${digits.toUpperCase()}`,
        address,
      ]) {
        const policy = definePolicy({
          ...base,
          contracts: { ...base.contracts, other: written },
          guardian: written,
          permissions: [
            ...base.permissions,
            { approve: 'USDC', spenders: { [written]: '1' } },
            {
              call: 'router',
              function: 'f(address a)',
              where: { a: written },
            },
          ],
        })

        expect(policy.contracts?.other).to.equal(address)
        expect(policy.guardian).to.equal(address)
        expect(policy.permissions[2]).to.deep.equal({
          approve: 'USDC',
          spenders: { [address]: '1' },
        })
        expect(addressSchema.parse(written)).to.equal(address)
      }
    })

    it('refuses one spender in two spellings', () => {
      expectIssue(
        permit({
          approve: 'USDC',
          spenders: { [address]: '1', [address.toLowerCase()]: '2' },
        }),
        {
          fix: 'Name it once.',
          message: 'The spender is there already.',
          path: `permissions[2].spenders.${address.toLowerCase()}`,
        },
      )
    })

    it('refuses a wrong checksum in a demand on an argument', () => {
      const wrong = address.replace('Fb', 'fB')
      const issues = getIssues(
        permit({
          call: 'router',
          function: 'f(address a)',
          where: { a: wrong },
        }),
      )

      expect(issues[0]?.message).to.equal(
        `The capitals of ${wrong} are not those of its checksum.`,
      )
    })
  })
})
