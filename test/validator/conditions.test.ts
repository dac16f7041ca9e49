import { concatHex, type Hex, toHex } from 'viem'

import { type Bench, loadBench, toDirtyWord, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { encodeArguments } from '../helpers/operations.ts'
import {
  allowCall,
  readRuleOffset,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import {
  buildCondition,
  buildPin,
  type SetParts,
} from '../policyStore/buildPolicy.ts'

const selector = '0x12345678'
const max = 2n ** 256n - 1n
/** Two's complement. */
const signed = (value: bigint): bigint => BigInt.asUintN(256, value)
const signedMax = 2n ** 255n - 1n
const signedMin = -(2n ** 255n)

describe('conditions', () => {
  let bench: Bench
  let recorder: string
  let rule: number

  beforeEach(async () => {
    bench = await loadBench()
    recorder = String((await bench.deployContract('Recorder')).target)
  })

  async function grant(
    conditions: readonly Hex[],
    { headWords = 2, sets = [] as readonly SetParts[] } = {},
  ) {
    const policy = toPolicy({
      sets,
      permissions: [allowCall(recorder, selector, { headWords, conditions })],
    })
    rule = readRuleOffset(policy, 0)
    await bench.grant(policy)
  }

  const encode = (...words: readonly (bigint | Hex)[]) =>
    encodeArguments(
      selector,
      words.map((word) => (typeof word === 'bigint' ? toWord(word) : word)),
    )
  /** Each value of word 1 is permitted. */
  const allow = (...values: readonly (bigint | Hex)[]) =>
    bench.act(
      values.map((value) => ({ to: recorder, data: encode(0n, value) })),
    )
  /** Each value of word 1 is denied by the condition with this number. */
  async function deny(op: number, ...values: readonly (bigint | Hex)[]) {
    for (const value of values)
      await expectDenied(
        bench,
        await bench.operate({
          calls: [{ to: recorder, data: encode(0n, value) }],
        }),
        'ArgumentNotAllowed',
        [0, rule, 1, op, typeof value === 'bigint' ? toWord(value) : value],
      )
  }

  it('equal holds for the value alone', async () => {
    await grant([buildCondition('equal', 1, toWord(7n))])

    await allow(7n)
    await deny(1, 0n, 6n, 8n, max, 7n | (1n << 255n))
  })

  it('equal may be about zero and the greatest word', async () => {
    await grant([
      buildCondition('equal', 0, toWord(0n)),
      buildCondition('equal', 1, toWord(max)),
    ])

    await allow(max)
    await deny(1, 0n, max - 1n)
  })

  it('notEqual holds for all but the value', async () => {
    await grant([buildCondition('notEqual', 1, toWord(7n))])

    await allow(0n, 6n, 8n, max)
    await deny(2, 7n)
  })

  it('atMost holds up to the value, unsigned', async () => {
    await grant([buildCondition('atMost', 1, toWord(2n ** 255n))])

    await allow(0n, 1n, 2n ** 255n)
    await deny(3, 2n ** 255n + 1n, max)
  })

  it('atMost zero holds for zero alone', async () => {
    await grant([buildCondition('atMost', 1, toWord(0n))])

    await allow(0n)
    await deny(3, 1n, max)
  })

  it('atLeast holds from the value on, unsigned', async () => {
    await grant([buildCondition('atLeast', 1, toWord(2n ** 255n))])

    await allow(2n ** 255n, max)
    await deny(4, 0n, 2n ** 255n - 1n)
  })

  it('atLeast the greatest word holds for it alone', async () => {
    await grant([buildCondition('atLeast', 1, toWord(max))])

    await allow(max)
    await deny(4, max - 1n, 0n)
  })

  it('signedAtMost holds up to the value, in two’s complement', async () => {
    await grant([buildCondition('signedAtMost', 1, toWord(signed(-1n)))])

    await allow(signed(signedMin), signed(-2n), signed(-1n))
    await deny(5, 0n, 1n, signedMax)
  })

  it('signedAtMost reaches from the least to the greatest integer', async () => {
    await grant([buildCondition('signedAtMost', 1, toWord(signed(signedMin)))])
    await allow(signed(signedMin))
    await deny(5, signed(signedMin + 1n), signed(-1n), 0n, signedMax)

    await grant([buildCondition('signedAtMost', 1, toWord(signedMax))])
    await allow(signed(signedMin), signed(-1n), 0n, signedMax)
  })

  it('signedAtLeast holds from the value on, in two’s complement', async () => {
    await grant([buildCondition('signedAtLeast', 1, toWord(signed(-1n)))])

    await allow(signed(-1n), 0n, 1n, signedMax)
    await deny(6, signed(signedMin), signed(-2n))
  })

  it('signedAtLeast reaches from the least to the greatest integer', async () => {
    await grant([buildCondition('signedAtLeast', 1, toWord(signedMax))])
    await allow(signedMax)
    await deny(6, signedMax - 1n, 0n, signed(-1n), signed(signedMin))

    await grant([buildCondition('signedAtLeast', 1, toWord(signed(signedMin)))])
    await allow(signed(signedMin), signed(-1n), 0n, signedMax)
  })

  it('two of one word make a range', async () => {
    await grant([
      buildCondition('atMost', 1, toWord(9n)),
      buildCondition('atLeast', 1, toWord(5n)),
    ])

    await allow(5n, 9n)
    await deny(3, 10n)
    await deny(4, 4n)
  })

  describe('mask', () => {
    it('holds when the bits under the mask are those of the value', async () => {
      await grant([
        buildCondition('mask', 1, concatHex([toWord(0xf0n), toWord(0x50n)])),
      ])

      await allow(0x50n, 0x5fn, max - 0xa0n)
    })

    it('reverts with the word that was found when they are not', async () => {
      await grant([
        buildCondition('mask', 1, concatHex([toWord(0xf0n), toWord(0x50n)])),
      ])

      await deny(9, 0n, 0x51n | 0x80n, 0x40n, max)
    })

    it('may look at the highest and the lowest bit', async () => {
      const mask = (1n << 255n) | 1n
      await grant([
        buildCondition('mask', 1, concatHex([toWord(mask), toWord(mask)])),
      ])

      await allow(mask, max)
    })
  })

  describe('in a set', () => {
    const members = ['one', 'two', 'three', 'four', 'five']
      .map((name) => toKey(name).address.toLowerCase() as Hex)
      .toSorted()
    const words = [0n, 5n, 2n ** 160n, 2n ** 255n, max].map(toWord)
    const [first = '0x', , , , last = '0x'] = members

    it('of addresses holds for its addresses alone', async () => {
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [{ elements: members }],
      })

      await allow(...members.map(BigInt))
      await deny(
        7,
        0n,
        BigInt(first) - 1n,
        BigInt(first) + 1n,
        BigInt(last) + 1n,
        max,
      )
    })

    it('of addresses reverts when a member has dirty upper bits', async () => {
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [{ elements: members }],
      })

      await deny(
        7,
        ...members.map(toDirtyWord),
        BigInt(first) | (1n << 255n),
        BigInt(last) | ((max << 160n) & max),
      )
    })

    it('of words holds for its words alone', async () => {
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [{ elements: words }],
      })

      await allow(...words)
      await deny(7, 1n, 4n, 6n, 2n ** 160n + 5n, max - 1n)
    })

    it('of one element holds for it alone', async () => {
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [{ elements: [first] }],
      })

      await allow(BigInt(first))
      await deny(7, 0n, BigInt(first) - 1n, BigInt(first) + 1n)
    })

    it('reverts when the word is in another set of the policy', async () => {
      await grant(
        [buildCondition('in', 0, '0x01'), buildCondition('in', 1, '0x00')],
        {
          sets: [{ elements: members }, { elements: [toWord(0n)] }],
        },
      )

      await allow(BigInt(first))
      await deny(7, 0n)
    })

    it('in a blob of its own holds for what is in it', async () => {
      const many = Array.from({ length: 767 }, (_, index) =>
        toWord(BigInt(index) * 3n + 1n),
      )
      const blobHash = await bench.publish(concatHex(['0x00030100', ...many]))
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [`0x04${blobHash.slice(2)}`],
      })

      await allow(1n, 4n, 1_000n, 766n * 3n + 1n)
      await deny(7, 0n, 2n, 3n, 999n, 766n * 3n + 2n, max)
    })

    it('of addresses in a blob of its own refuses dirty bits too', async () => {
      const blobHash = await bench.publish(
        concatHex(['0x00020100', ...members]),
      )
      await grant([buildCondition('in', 1, '0x00')], {
        sets: [`0x03${blobHash.slice(2)}`],
      })

      await allow(...members.map(BigInt))
      await deny(7, toDirtyWord(first), BigInt(last) | (1n << 255n))
    })
  })

  describe('not in a set', () => {
    const members = ['one', 'two', 'three']
      .map((name) => toKey(name).address.toLowerCase() as Hex)
      .toSorted()
    const [first = '0x'] = members

    it('of addresses holds for all other addresses', async () => {
      await grant([buildCondition('notIn', 1, '0x00')], {
        sets: [{ elements: members }],
      })

      await allow(0n, 1n, BigInt(first) + 1n, 2n ** 160n - 1n)
      await deny(8, ...members.map(BigInt))
    })

    it('of addresses reverts when the word is no address', async () => {
      await grant([buildCondition('notIn', 1, '0x00')], {
        sets: [{ elements: members }],
      })

      await deny(8, toDirtyWord(first), 2n ** 160n, 1n | (1n << 255n), max)
    })

    it('of words holds for all other words', async () => {
      await grant([buildCondition('notIn', 1, '0x00')], {
        sets: [{ elements: [toWord(5n), toWord(2n ** 200n)] }],
      })

      await allow(0n, 4n, 6n, 2n ** 160n, max)
      await deny(8, 5n, 2n ** 200n)
    })
  })

  it('account holds for the account alone', async () => {
    await grant([buildCondition('account', 1)])
    const account = String(bench.account.target)

    await allow(BigInt(account))
    await deny(
      10,
      0n,
      BigInt(account) + 1n,
      BigInt(bench.agent.address),
      toDirtyWord(account),
    )
  })

  it('address holds for every address, and reverts when there is dirt above', async () => {
    await grant([buildCondition('address', 1)])

    await allow(0n, 1n, 2n ** 160n - 1n)
    await deny(11, 2n ** 160n, 2n ** 255n, max, toDirtyWord(recorder))
  })

  describe('of words beyond the head', () => {
    // f(uint256, bytes): the bytes lie in word 2 (length) and word 3.
    const bytes = [
      buildPin('pointer', 1, 2, 1),
      buildPin('length', 2, 32, 0),
      buildCondition('equal', 3, toWord(9n)),
    ]
    const denyAt = async (
      words: readonly (bigint | Hex)[],
      error: string,
      args: readonly unknown[],
    ) =>
      expectDenied(
        bench,
        await bench.operate({
          calls: [{ to: recorder, data: encode(...words) }],
        }),
        error,
        args,
      )

    it('hold where the pins hold', async () => {
      await grant(bytes)

      await bench.act([{ to: recorder, data: encode(0n, 64n, 32n, 9n) }])
    })

    it('revert when the pointer is another', async () => {
      await grant(bytes)

      for (const offset of [0n, 32n, 63n, 65n, 96n, max])
        await denyAt([0n, offset, 32n, 9n], 'ArgumentNotAllowed', [
          0,
          rule,
          1,
          12,
          toWord(offset),
        ])
    })

    it('revert when the length is another', async () => {
      await grant(bytes)

      for (const length of [0n, 31n, 33n, 64n, max])
        await denyAt([0n, 64n, length, 9n], 'ArgumentNotAllowed', [
          0,
          rule,
          2,
          13,
          toWord(length),
        ])
    })

    it('revert when the word itself is another', async () => {
      await grant(bytes)

      await denyAt([0n, 64n, 32n, 8n], 'ArgumentNotAllowed', [
        0,
        rule,
        3,
        1,
        toWord(8n),
      ])
    })

    it('revert when the data ends before the word', async () => {
      await grant(bytes)

      await denyAt([0n, 64n], 'CallDataSizeInvalid', [0, rule, 68, 100])
      await denyAt([0n, 64n, 32n], 'CallDataSizeInvalid', [0, rule, 100, 132])
      await denyAt([0n, 64n, 32n, '0x00'], 'CallDataSizeInvalid', [
        0,
        rule,
        101,
        132,
      ])
      await denyAt(
        [0n, 64n, 32n, toHex(9, { size: 31 })],
        'CallDataSizeInvalid',
        [0, rule, 131, 132],
      )
    })

    it('do not read what stands behind the call in the operation', async () => {
      await grant(bytes)
      // The next call's words would fit, were they read as those of the first.
      const calls = [
        { to: recorder, data: encode(0n, 64n) },
        { to: recorder, data: encode(32n, 9n, 32n, 9n) },
      ]
      await expectDenied(
        bench,
        await bench.operate({ calls }),
        'CallDataSizeInvalid',
        [0, rule, 68, 100],
      )
    })
  })

  it('of a policy beyond what is loaded at once hold all the same', async () => {
    // 60 conditions of 35 bytes each: the last ones lie far behind 1,024 bytes.
    const conditions = Array.from({ length: 60 }, (_, index) =>
      buildCondition('equal', index, toWord(BigInt(index))),
    )
    await grant(conditions, { headWords: 60 })
    const words = conditions.map((_, index) => BigInt(index))

    await bench.act([{ to: recorder, data: encode(...words) }])
    for (const index of [0, 1, 22, 23, 24, 59])
      await expectDenied(
        bench,
        await bench.operate({
          calls: [{ to: recorder, data: encode(...words.with(index, 1_000n)) }],
        }),
        'ArgumentNotAllowed',
        [0, rule, index, 1, toWord(1_000n)],
      )
  })
})
