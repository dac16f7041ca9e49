import { expect } from 'chai'
import {
  type AbiFunction,
  concatHex,
  encodeFunctionData,
  type Hex,
  numberToHex,
  parseAbi,
  slice,
} from 'viem'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import type {
  PolicyPlainRule,
  PolicySwitchRule,
} from '../../src/policy/format/types.ts'
import { addresses, base, compileToData, getIssues } from './documents.ts'
import { holds, permits } from './holds.ts'

type Where = Readonly<Record<string, unknown>>

/** Compiles the conditions on a call, and asks calldata of viem for them. */
function compileWhere(signature: string, where: Where) {
  const policy = compileToData({
    ...base,
    permissions: [
      ...base.permissions,
      { call: 'router', function: signature, where },
    ] as PolicyDocument['permissions'],
    sets: { both: ['alice', 'bob'] },
  })
  const rule = policy.permissions.find(
    ({ target }) => target === addresses.router,
  )?.rule as PolicyPlainRule
  const [item] = parseAbi([
    `function ${signature}`,
  ] as readonly string[]) as readonly AbiFunction[]
  const abi = item === undefined ? [] : [item]
  const encode = (...args: readonly unknown[]): Hex =>
    encodeFunctionData({ abi, args, functionName: item?.name })
  return {
    allows: (...args: readonly unknown[]) =>
      holds(policy, rule, encode(...args)),
    allowsData: (data: Hex) => holds(policy, rule, data),
    encode,
    rule,
  }
}

const { alice, bob, usdc, venue, weth } = addresses

describe('conditions', () => {
  it('pins the path and the recipient of a swap', () => {
    const { allows, rule } = compileWhere(
      'swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
      {
        amountIn: { atMost: '5', unit: 'USDC' },
        path: ['USDC', 'WETH'],
        to: 'account',
      },
    )

    expect(rule.headWords).to.equal(5)
    expect(rule.exact).to.equal(false)
    expect(rule.conditions).to.deep.equal([
      {
        op: 'atMost',
        value:
          '0x00000000000000000000000000000000000000000000000000000000004c4b40',
        word: 0,
      },
      { offset: 5, op: 'pointer', size: 1, word: 2 },
      { op: 'account', word: 3 },
      { elementSize: 1, length: 2, op: 'length', word: 5 },
      {
        op: 'equal',
        value:
          '0x0000000000000000000000002222222222222222222222222222222222222222',
        word: 6,
      },
      {
        op: 'equal',
        value:
          '0x0000000000000000000000006666666666666666666666666666666666666666',
        word: 7,
      },
    ])
    const { account } = holds
    expect(allows(5_000_000n, 1n, [usdc, weth], account, 9n)).to.equal(true)
    expect(allows(5_000_001n, 1n, [usdc, weth], account, 9n)).to.equal(false)
    expect(allows(1n, 1n, [weth, usdc], account, 9n)).to.equal(false)
    expect(allows(1n, 1n, [usdc, venue, weth], account, 9n)).to.equal(false)
    expect(allows(1n, 1n, [usdc, weth], alice, 9n)).to.equal(false)
  })

  it('looks into tuples, static and dynamic', () => {
    const { allows, rule } = compileWhere(
      'f((address a, uint256[2] pair) fixedPart, (address recipient, bytes data, (uint256 x, string note) inner) params, uint256 last)',
      {
        'fixedPart.a': 'alice',
        'fixedPart.pair': [7, { atMost: 9 }],
        'params.data': '0x0102',
        'params.inner.note': 'invoice',
        'params.inner.x': 3,
        'params.recipient': { in: 'both' },
        last: { atLeast: 1 },
      },
    )

    expect(rule.headWords).to.equal(5)
    const first = { a: alice, pair: [7n, 8n] }
    const second = (recipient: Hex, data: Hex, x: bigint, note: string) => ({
      data,
      inner: { note, x },
      recipient,
    })
    expect(allows(first, second(bob, '0x0102', 3n, 'invoice'), 1n)).to.equal(
      true,
    )
    expect(allows(first, second(venue, '0x0102', 3n, 'invoice'), 1n)).to.equal(
      false,
    )
    expect(allows(first, second(bob, '0x0103', 3n, 'invoice'), 1n)).to.equal(
      false,
    )
    expect(allows(first, second(bob, '0x0102', 4n, 'invoice'), 1n)).to.equal(
      false,
    )
    expect(allows(first, second(bob, '0x0102', 3n, 'Invoice'), 1n)).to.equal(
      false,
    )
    expect(
      allows(
        { a: alice, pair: [7n, 10n] },
        second(bob, '0x0102', 3n, 'invoice'),
        1n,
      ),
    ).to.equal(false)
  })

  it('looks into arrays whose elements are dynamic', () => {
    const { allows } = compileWhere(
      'f(bytes[] parts, (address to, bytes x)[] items)',
      {
        'items.length': 1,
        'items[0].to': 'alice',
        parts: ['0x', '0x01020304'],
      },
    )
    const parts = ['0x', '0x01020304']

    expect(allows(parts, [{ to: alice, x: '0xff' }])).to.equal(true)
    expect(allows(parts, [{ to: bob, x: '0xff' }])).to.equal(false)
    expect(allows(['0x01020304', '0x'], [{ to: alice, x: '0x' }])).to.equal(
      false,
    )
    expect(
      allows(parts, [
        { to: alice, x: '0x' },
        { to: alice, x: '0x' },
      ]),
    ).to.equal(false)
  })

  it('leaves elements alone that may be anything', () => {
    const { allows } = compileWhere('f(uint256[] values, address[2] pair)', {
      pair: ['any', 'bob'],
      values: [1, 'any', { in: [3, 4] }],
    })

    expect(allows([1n, 99n, 4n], [venue, bob])).to.equal(true)
    expect(allows([1n, 99n, 5n], [venue, bob])).to.equal(false)
    expect(allows([1n, 99n, 4n], [venue, alice])).to.equal(false)
  })

  it('refuses dirty bits that a callee may not see', () => {
    const { allows, allowsData, encode } = compileWhere(
      'f(uint8 mode, address to, bytes4 tag, int16 tick, bool flag)',
      {
        flag: true,
        mode: { not: 3 },
        tag: { not: '0xdeadbeef' },
        tick: { atMost: 100 },
        to: { not: 'alice' },
      },
    )
    const data = encode(4, bob, '0x01020304', -5, true)
    const dirty = (word: number, byte: number): Hex => {
      const at = 2 + 2 * (4 + 32 * word + byte)
      return `0x${data.slice(2, at)}aa${data.slice(at + 2)}`
    }

    expect(allows(4, bob, '0x01020304', -5, true)).to.equal(true)
    expect(allows(3, bob, '0x01020304', -5, true)).to.equal(false)
    expect(allows(4, alice, '0x01020304', -5, true)).to.equal(false)
    expect(allows(4, bob, '0xdeadbeef', -5, true)).to.equal(false)
    expect(allows(4, bob, '0x01020304', 101, true)).to.equal(false)
    expect(allows(4, bob, '0x01020304', -5, false)).to.equal(false)
    expect(allowsData(dirty(0, 0))).to.equal(false)
    expect(allowsData(dirty(1, 0))).to.equal(false)
    expect(allowsData(dirty(2, 31))).to.equal(false)
    expect(allowsData(dirty(3, 0))).to.equal(false)
  })

  it('binds the upper bits of an address that is in no set of values', () => {
    for (const bad of [
      { values: [alice, bob] },
      { published: `0x${'11'.repeat(32)}`, type: 'words' },
    ] as const) {
      const { permissions } = compileToData({
        ...base,
        permissions: [
          ...base.permissions,
          {
            call: 'router',
            function: 'f(address to)',
            where: { to: { notIn: 'bad' } },
          },
        ],
        sets: { bad },
      })
      const rule = permissions.find(({ target }) => target === addresses.router)
        ?.rule as PolicyPlainRule

      expect(rule.conditions.map(({ op }) => op)).to.deep.equal([
        'notIn',
        'address',
      ])
    }
  })

  describe('refuses what it would have to leave out:', () => {
    const getFaults = (signature: string, ...wheres: readonly Where[]) =>
      getIssues({
        ...base,
        permissions: [
          ...base.permissions,
          ...wheres.map((where) => ({
            call: 'router',
            function: signature,
            where,
            ...(signature.startsWith('0x') ? { headWords: 1 } : {}),
          })),
        ],
        sets: { both: ['alice', 'bob'] },
      }).map(({ message, path }) => [path, message])

    it('a demand on an array as a whole', () => {
      for (const to of [{ in: 'both' }, 'account', 'alice', { not: 'alice' }])
        expect(
          getFaults('f(address[] to)', { to, 'to.length': 1 }),
        ).to.deep.equal([
          ['permissions[2].where.to', 'The argument is an array.'],
        ])
    })

    it('a length that is no number', () => {
      for (const length of [{ atMost: 2 }, [2], true, '', 'two', -1, 1.5])
        for (const to of [['alice', 'bob'], 'any'])
          expect(
            getFaults('f(address[] to)', { to, 'to.length': length }),
          ).to.deep.equal([
            ['permissions[2].where["to.length"]', 'The length is no number.'],
          ])
      expect(
        getFaults('f(bytes data)', { 'data.length': { equal: 2 } }),
      ).to.deep.equal([
        ['permissions[2].where["data.length"]', 'The length is no number.'],
      ])
    })

    it('parts of a length', () => {
      for (const type of ['address[]', 'bytes'])
        expect(
          getFaults(`f(${type} to)`, { 'to.length': 2, 'to.length.x': 7 }),
        ).to.deep.equal([
          ['permissions[2].where["to.length.x"]', 'There is no argument "x".'],
        ])
    })

    it('more about bytes than what they equal', () => {
      for (const type of ['bytes', 'string'])
        expect(
          getFaults(`f(${type} data)`, {
            data: { equal: '0x12', not: '0x12' },
          }),
        ).to.deep.equal([
          [
            'permissions[2].where.data',
            `The argument is ${type}, and can only equal a value.`,
          ],
        ])
    })

    it('an argument that is named in two ways', () => {
      expect(
        getFaults('f(address[2] to)', { 'to[0]': 'alice', 'to.0': 'bob' }),
      ).to.deep.equal([
        [
          'permissions[2].where["to.0"]',
          'It is the same argument as permissions[2].where["to[0]"].',
        ],
      ])
      expect(
        getFaults('0x12345678', { '#0': 1, '#00': 5 }, { '#0': 2 }),
      ).to.deep.equal([
        ['permissions[2].where["#00"]', '"#00" is no word of the arguments.'],
      ])
    })

    it('a name that two arguments have', () => {
      expect(
        getFaults('f(address a, (uint256 b, uint256 b) c)', { 'c.b': 1 }),
      ).to.deep.equal([
        ['permissions[2].function', 'Two arguments are named "b".'],
      ])
    })
  })

  it('compares signed numbers, masks and sets of values', () => {
    const { allows } = compileWhere('f(int256 a, uint256 flags, bytes32 id)', {
      a: { atLeast: '-5', atMost: 5 },
      flags: { mask: { and: '0x0f', equals: 3 } },
      id: { notIn: [`0x${'ab'.repeat(32)}`, `0x${'cd'.repeat(32)}`] },
    })
    const id = `0x${'01'.repeat(32)}`

    expect(allows(-5n, 0x13n, id)).to.equal(true)
    expect(allows(-6n, 0x13n, id)).to.equal(false)
    expect(allows(6n, 0x13n, id)).to.equal(false)
    expect(allows(0n, 0x12n, id)).to.equal(false)
    expect(allows(0n, 0x13n, `0x${'ab'.repeat(32)}`)).to.equal(false)
  })

  it('takes words by their position where only the selector is known', () => {
    const { permissions } = compileToData({
      ...base,
      permissions: [
        ...base.permissions,
        {
          call: 'router',
          exact: true,
          function: '0x12345678',
          headWords: 2,
          where: { '#0': { signedAtLeast: -7 }, '#1': 'account' },
        },
      ],
    })
    const permission = permissions.find(
      ({ target }) => target === addresses.router,
    )

    expect(permission?.selector).to.equal('0x12345678')
    expect(permission?.rule).to.deep.equal({
      conditions: [
        {
          op: 'signedAtLeast',
          value:
            '0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9',
          word: 0,
        },
        { op: 'account', word: 1 },
      ],
      exact: true,
      group: undefined,
      headWords: 2,
      spends: [],
      tier: 'none',
      type: 'plain',
      valueCap: 0n,
    })
  })

  describe('alternatives', () => {
    const swap =
      'swap(uint256 amount, address[] path, (address to, bytes data) hop)'
    const [item] = parseAbi([`function ${swap}`] as readonly string[])
    const encode = (amount: bigint, path: readonly Hex[], to: Hex): Hex =>
      encodeFunctionData({
        abi: [item as AbiFunction],
        args: [amount, path, { data: '0x0102', to }],
      })
    /** Compiles one permission for each of what is demanded. */
    const choose = (...alternatives: readonly Where[]) => {
      const policy = compileToData({
        ...base,
        permissions: [
          ...base.permissions,
          ...alternatives.map((where) => ({
            call: 'router',
            function: swap,
            where,
          })),
        ] as PolicyDocument['permissions'],
      })
      const rule = policy.permissions.find(
        ({ target }) => target === addresses.router,
      )?.rule as PolicySwitchRule
      return {
        allows: (data: Hex) => permits(policy, addresses.router, data),
        rule,
      }
    }

    it('are told apart by what lies in an array or a tuple', () => {
      const { allows, rule } = choose(
        { amount: { atMost: 5 }, 'hop.to': 'alice', path: ['USDC', 'WETH'] },
        { amount: { atMost: 9 }, 'hop.to': 'alice', path: ['WETH', 'USDC'] },
      )

      expect(rule.word).to.equal(4)
      expect(
        rule.alternatives.map(({ rule: { headWords } }) => headWords),
      ).to.deep.equal([8, 8])
      expect(allows(encode(5n, [usdc, weth], alice))).to.equal(true)
      expect(allows(encode(6n, [usdc, weth], alice))).to.equal(false)
      expect(allows(encode(9n, [weth, usdc], alice))).to.equal(true)
      expect(allows(encode(10n, [weth, usdc], alice))).to.equal(false)
      expect(allows(encode(5n, [usdc, weth], bob))).to.equal(false)
      expect(allows(encode(5n, [usdc, usdc], alice))).to.equal(false)
      expect(allows(encode(5n, [usdc, weth, venue], alice))).to.equal(false)
      expect(allows(encode(5n, [], alice))).to.equal(false)
    })

    it('read nothing from where an offset could move it', () => {
      const { allows } = choose(
        { path: ['USDC', 'WETH'] },
        { path: ['WETH', 'USDC'] },
      )
      const data = encode(5n, [usdc, weth], alice)
      const word = (number: number) => numberToHex(number, { size: 32 })
      const moved = (offset: number): Hex =>
        concatHex([slice(data, 0, 36), word(offset), slice(data, 68)])

      expect(allows(data)).to.equal(true)
      for (const offset of [0, 64, 95, 97, 128, 192, 320])
        expect(allows(moved(offset))).to.equal(false)
    })

    it('may differ in their lengths', () => {
      const { allows, rule } = choose(
        { path: ['USDC', 'WETH'] },
        { path: ['USDC', 'venue', 'WETH'] },
      )

      expect(
        rule.alternatives.map(({ rule: { headWords } }) => headWords),
      ).to.deep.equal([6, 7])
      expect(allows(encode(1n, [usdc, weth], alice))).to.equal(true)
      expect(allows(encode(1n, [usdc, venue, weth], alice))).to.equal(true)
      expect(allows(encode(1n, [usdc, weth, venue], alice))).to.equal(false)
      expect(allows(encode(1n, [usdc], alice))).to.equal(false)
    })

    it('are left as they are where an argument of the head differs', () => {
      const { rule } = choose(
        { amount: 1, path: ['USDC', 'WETH'] },
        { amount: 2, path: ['WETH', 'USDC'] },
      )

      expect(rule.word).to.equal(0)
      expect(
        rule.alternatives.map(({ rule: { headWords } }) => headWords),
      ).to.deep.equal([3, 3])
    })
  })

  it('wants nothing behind arguments that are all static', () => {
    const { allowsData, encode, rule } = compileWhere('f(uint256 a)', {})

    expect(rule.exact).to.equal(true)
    expect(allowsData(encode(1n))).to.equal(true)
    expect(allowsData(`${encode(1n)}00`)).to.equal(false)
  })
})
