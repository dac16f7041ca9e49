import { expect } from 'chai'
import {
  type AbiFunction,
  concatHex,
  encodeFunctionData,
  type Hex,
  parseAbi,
  slice,
} from 'viem'

import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { grantDocument } from '../helpers/grantDocument.ts'
import { toWord } from '../helpers/policies.ts'

const word = (address: string) => toWord(address.toLowerCase())
const native = `0x${'00'.repeat(20)}`

describe('a document that is granted', () => {
  let bench: Bench
  let account: string

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
  })

  const deny = async (
    call: { data?: string; to: string; value?: bigint },
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls: [call] }), error, args)

  describe('with arguments by their names', () => {
    const signature =
      'route(uint256 amount, (address to, int64 tick)[] hops, (bytes note, address[] path) params)'
    const [item] = parseAbi([
      `function ${signature}`,
    ] as readonly string[]) as readonly [AbiFunction]
    type Hop = { tick: bigint; to: string }
    let recorder: string
    let hops: readonly [Hop, Hop]
    let path: readonly string[]

    beforeEach(async () => {
      recorder = String((await bench.deployContract('Recorder')).target)
      hops = [
        { tick: -5n, to: account },
        { tick: 5n, to: bench.bob.address },
      ]
      path = [bench.alice.address, bench.bob.address]
    })

    const encode = (changes: {
      hops?: readonly Hop[]
      note?: Hex
      path?: readonly string[]
    }): Hex =>
      encodeFunctionData({
        abi: [item],
        args: [
          7n,
          changes.hops ?? hops,
          { note: changes.note ?? '0x0102', path: changes.path ?? path },
        ],
      })
    const grant = async (
      ...alternatives: readonly Record<string, unknown>[]
    ) => {
      const policy = await grantDocument(bench, {
        assets: { ETH: { type: 'native' } },
        contracts: {
          alice: bench.alice.address,
          bob: bench.bob.address,
          recorder,
        },
        limits: [{ amount: 1, asset: 'ETH', per: 'day' }],
        permissions: [
          { to: 'alice', transfer: 'ETH' },
          ...alternatives.map((where) => ({
            call: 'recorder',
            function: signature,
            where,
          })),
        ] as PolicyDocument['permissions'],
      })
      return policy
    }
    const where = {
      'hops.length': 2,
      'hops[0].tick': { atLeast: -9, atMost: -1 },
      'hops[0].to': 'account',
      'hops[1].to': { in: ['bob', 'alice'] },
      'params.note': '0x0102',
      'params.path': ['alice', 'bob'],
    }

    it('passes what they permit, and nothing beside', async () => {
      const { getRule } = await grant(where)
      const rule = getRule('permissions[1]')
      const [first, second] = hops

      await bench.act([
        { to: recorder, data: encode({}) },
        {
          to: recorder,
          data: encode({
            hops: [
              { tick: -9n, to: account },
              { tick: 0n, to: path[0] ?? '' },
            ],
          }),
        },
      ])
      // Words: amount, two offsets, then `hops` from 3 and `params` from 8.
      for (const [changes, at, op, value] of [
        [
          { hops: [{ ...first, to: path[0] }, second] },
          4,
          10,
          word(path[0] ?? ''),
        ],
        [{ hops: [{ ...first, tick: 0n }, second] }, 5, 5, toWord(0n)],
        [
          { hops: [{ ...first, tick: -10n }, second] },
          5,
          6,
          toWord(2n ** 256n - 10n),
        ],
        [{ hops: [first, { ...second, to: account }] }, 6, 7, word(account)],
        [{ note: '0x0103' }, 11, 1, `0x0103${'00'.repeat(30)}`],
        [{ path: [...path].reverse() }, 13, 1, word(path[1] ?? '')],
      ] as const)
        await deny(
          { to: recorder, data: encode(changes as never) },
          'ArgumentNotAllowed',
          [0, rule, at, op, value],
        )
    })

    it('denies an array of another length, and every moved offset', async () => {
      const { getRule } = await grant(where)
      const rule = getRule('permissions[1]')
      const data = encode({})

      await deny(
        { to: recorder, data: encode({ hops: [...hops, hops[0]] }) },
        'ArgumentNotAllowed',
        [0, rule, 2, 12, toWord(320n)],
      )
      // The offsets of `hops`, of `params`, and of its two members.
      for (const at of [1, 2, 8, 9]) {
        const start = 4 + 32 * at
        const offset = BigInt(slice(data, start, start + 32)) + 32n
        await deny(
          {
            to: recorder,
            data: concatHex([
              slice(data, 0, start),
              toWord(offset),
              slice(data, start + 32),
            ]),
          },
          'ArgumentNotAllowed',
          [0, rule, at, 12, toWord(offset)],
        )
      }
    })

    it('chooses between alternatives by an element of an array', async () => {
      const demands = (first: string, tick: number) => ({
        'hops.length': 2,
        'hops[0].tick': { atMost: tick },
        'hops[0].to': first,
      })
      const { getRule, getSwitch } = await grant(
        demands('alice', 3),
        demands('bob', 9),
      )
      const go = (to: string, tick: bigint) => ({
        to: recorder,
        data: encode({ hops: [{ tick, to }, hops[1]] }),
      })
      const { alice, bob } = bench

      await bench.act([go(alice.address, 3n), go(bob.address, 9n)])
      await deny(go(alice.address, 4n), 'ArgumentNotAllowed', [
        0,
        getRule('permissions[1]'),
        5,
        5,
        toWord(4n),
      ])
      await deny(go(bob.address, 10n), 'ArgumentNotAllowed', [
        0,
        getRule('permissions[2]'),
        5,
        5,
        toWord(10n),
      ])
      await deny(go(account, 0n), 'ArgumentNotAllowed', [
        0,
        getSwitch('permissions['),
        4,
        0,
        word(account),
      ])
    })
  })

  describe('with tokens of every kind', () => {
    let collection: Awaited<ReturnType<Bench['deployContract']>>
    let items: typeof collection
    let wrapped: typeof collection
    let policy: Awaited<ReturnType<typeof grantDocument>>

    beforeEach(async () => {
      collection = await bench.deployContract('TestCollection')
      items = await bench.deployContract('TestItems')
      wrapped = await bench.deployContract('TestWrappedNative')
      for (const id of [1n, 2n])
        await collection.getFunction('mint')(account, id)
      for (const id of [7n, 8n])
        await items.getFunction('mint')(account, id, 10n)
      policy = await grantDocument(bench, {
        assets: {
          ETH: { type: 'native' },
          GOLD: { address: String(items.target), id: '7', type: 'erc1155' },
          PUNK: { address: String(collection.target), type: 'erc721' },
          WETH: {
            address: String(wrapped.target),
            decimals: 18,
            type: 'erc20',
          },
        },
        contracts: { alice: bench.alice.address },
        limits: [
          { amount: 1, asset: 'PUNK', per: 'lifetime' },
          { amount: 5, asset: 'GOLD', per: 'lifetime' },
          { amount: 1, asset: 'ETH', per: 'lifetime' },
          { amount: '0.3', asset: 'WETH', per: 'lifetime' },
        ],
        permissions: [
          { to: 'alice', transfer: 'PUNK' },
          { to: 'alice', transfer: 'GOLD' },
          { max: '0.5', wrap: 'WETH' },
          { unwrap: 'WETH' },
        ],
      })
    })

    const sendPunk = (id: bigint, to = bench.alice.address) => ({
      data: collection.interface.encodeFunctionData(
        'safeTransferFrom(address,address,uint256)',
        [account, to, id],
      ),
      to: String(collection.target),
    })
    const sendGold = (amount: bigint, id = 7n) => ({
      data: items.interface.encodeFunctionData('safeTransferFrom', [
        account,
        bench.alice.address,
        id,
        amount,
        '0x',
      ]),
      to: String(items.target),
    })
    const wrap = (value: bigint) => ({
      data: wrapped.interface.encodeFunctionData('deposit'),
      to: String(wrapped.target),
      value,
    })
    const unwrap = (amount: bigint) => ({
      data: wrapped.interface.encodeFunctionData('withdraw', [amount]),
      to: String(wrapped.target),
    })
    const getLimit = (index: number) =>
      policy.compiled.limits.findIndex(
        ({ path }) => path === `limits[${index}]`,
      )
    const milli = 10n ** 15n

    it('moves them within its limits', async () => {
      const { address } = bench.alice
      await bench.act([
        sendPunk(2n),
        sendGold(5n),
        wrap(500n * milli),
        unwrap(300n * milli),
      ])

      expect(await collection.getFunction('ownerOf')(2n)).to.equal(address)
      expect(await items.getFunction('balanceOf')(address, 7n)).to.equal(5n)
      expect(await wrapped.getFunction('balanceOf')(account)).to.equal(
        200n * milli,
      )
      for (const [call, limit, target, requested] of [
        [sendPunk(1n), 0, collection.target, 1n],
        [sendGold(1n), 1, items.target, 1n],
        [unwrap(1n), 3, wrapped.target, 1n],
      ] as const)
        await deny(call, 'BudgetExceeded', [
          getLimit(limit),
          target,
          requested,
          0,
          0,
        ])
    })

    it('denies another recipient, another id, and too much value', async () => {
      const punk = sendPunk(1n, bench.bob.address)
      await deny(punk, 'RecipientNotAllowed', [
        0,
        bench.getRule(punk.to, punk.data.slice(0, 10)),
        punk.to,
        bench.bob.address,
      ])
      await deny(sendGold(1n, 8n), 'ArgumentNotAllowed', [
        0,
        policy.getRule('permissions[1]'),
        2,
        1,
        toWord(8n),
      ])
      await deny(wrap(500n * milli + 1n), 'ValueExceedsCap', [
        0,
        policy.getRule('permissions[2]'),
        500n * milli + 1n,
        500n * milli,
      ])
    })
  })

  describe('and superseded', () => {
    const groups = ['food', 'books']
    const document = {
      assets: { ETH: { type: 'native' } },
      groups,
      limits: [
        { amount: 100, asset: 'ETH', per: 'day' },
        { amount: '0.03', asset: 'ETH', group: 'food', per: 'day' },
        { amount: '0.02', asset: 'ETH', group: 'books', per: 'day' },
      ],
    } as const satisfies Partial<PolicyDocument>
    const finney = 10n ** 15n
    const pay = (to: string, thousandths: bigint) => ({
      to,
      value: thousandths * finney,
    })
    let permissions: PolicyDocument['permissions']

    beforeEach(() => {
      permissions = [
        { group: 'food', to: bench.alice.address, transfer: 'ETH' },
        { group: 'books', to: bench.bob.address, transfer: 'ETH' },
      ]
    })

    it('blocks a group whose permissions are left out', async () => {
      const { alice, bob } = bench
      await grantDocument(bench, { ...document, permissions })
      await bench.act([pay(alice.address, 25n), pay(bob.address, 15n)])

      await grantDocument(bench, {
        ...document,
        groups: ['books'],
        limits: document.limits.filter(
          (limit) => !('group' in limit) || limit.group !== 'food',
        ),
        permissions: permissions.slice(1),
      })
      await deny(pay(alice.address, 1n), 'RecipientNotAllowed', [
        0,
        0,
        native,
        alice.address,
      ])
      await bench.act([pay(bob.address, 5n)])
    })

    it('neither refills nor forgets what a blocked group has spent', async () => {
      const { alice, bob } = bench
      const granted = { ...document, permissions }
      const { compiled } = await grantDocument(bench, granted)
      await bench.act([pay(alice.address, 25n), pay(bob.address, 15n)])
      await grantDocument(bench, {
        ...document,
        groups: ['books'],
        limits: document.limits.filter(
          (limit) => !('group' in limit) || limit.group !== 'food',
        ),
        permissions: permissions.slice(1),
      })
      await bench.act([pay(bob.address, 1n)])
      await grantDocument(bench, granted)

      const spent = await bench.getSpent()
      const ofGroup = compiled.limits.findIndex(
        ({ path }) => path === 'limits[1]',
      )
      expect(spent[ofGroup]).to.equal(25n * finney)
      expect(spent.reduce((sum, amount) => sum + amount)).to.equal(
        (41n + 25n + 16n) * finney,
      )
      await bench.act([pay(alice.address, 5n)])
      const before = await bench.provider.getBlock('latest')
      await deny(pay(alice.address, 1n), 'BudgetExceeded', [
        ofGroup,
        native,
        finney,
        0,
        86_400 * (Math.floor(Number(before?.timestamp) / 86_400) + 1),
      ])
    })
  })
})
