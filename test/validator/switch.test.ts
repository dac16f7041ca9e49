import { expect } from 'chai'
import { getAddress, type Hex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { encodeArguments } from '../helpers/operations.ts'
import {
  allowCall,
  assets,
  limits,
  readAlternativeOffset,
  readRuleOffset,
  selectors,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import {
  buildCondition,
  buildRule,
  buildSpend,
  buildSwitch,
} from '../policyStore/buildPolicy.ts'

const selector = '0x12345678'
const max = 2n ** 256n - 1n

describe('a switch', () => {
  let bench: Bench
  let recorder: string

  beforeEach(async () => {
    bench = await loadBench()
    recorder = String((await bench.deployContract('Recorder')).target)
  })

  async function grant(values: readonly bigint[]) {
    const policy = toPolicy({
      permissions: [
        {
          ...allowCall(recorder, selector),
          rule: buildSwitch(
            0,
            values.map((value) => ({
              value: toWord(value),
              rule: buildRule({
                headWords: 2,
                conditions: [buildCondition('equal', 1, toWord(value ^ 0xffn))],
              }),
            })),
          ),
        },
      ],
    })
    await bench.grant(policy)
    return policy
  }

  const encode = (...words: readonly bigint[]) => ({
    to: recorder,
    data: encodeArguments(selector, words.map(toWord)),
  })

  it('takes the rule of the alternative that the argument names', async () => {
    const values = [0n, 1n, 7n, 2n ** 160n, max]
    const policy = await grant(values)
    const rule = readRuleOffset(policy, 0)

    await bench.act(values.map((value) => encode(value, value ^ 0xffn)))
    for (const [index, value] of values.entries())
      await expectDenied(
        bench,
        await bench.operate({ calls: [encode(value, value)] }),
        'ArgumentNotAllowed',
        [0, readAlternativeOffset(policy, rule, index), 1, 1, toWord(value)],
      )
  })

  it('reverts when the argument names no alternative', async () => {
    const policy = await grant([5n, 10n])

    for (const value of [0n, 4n, 6n, 9n, 11n, max])
      await expectDenied(
        bench,
        await bench.operate({ calls: [encode(value, value)] }),
        'ArgumentNotAllowed',
        [0, readRuleOffset(policy, 0), 0, 0, toWord(value)],
      )
  })

  it('reverts when the data ends before the argument', async () => {
    await grant([5n])

    await expectDenied(
      bench,
      await bench.operate({ calls: [{ to: recorder, data: selector }] }),
      'CallDataSizeInvalid',
      [0, bench.getRule(recorder, selector), 4, 36],
    )
  })

  it('finds one of hundreds of alternatives', async () => {
    const values = Array.from({ length: 200 }, (_, index) => BigInt(index) * 2n)
    const policy = await grant(values)

    await bench.act(
      [0n, 2n, 28n, 30n, 200n, 398n].map((value) =>
        encode(value, value ^ 0xffn),
      ),
    )
    for (const value of [1n, 29n, 201n, 399n])
      await expectDenied(
        bench,
        await bench.operate({ calls: [encode(value, value)] }),
        'ArgumentNotAllowed',
        [0, readRuleOffset(policy, 0), 0, 0, toWord(value)],
      )
  })

  it('gives each spender of a token a maximum of its own', async () => {
    const spenders = [toKey('router').address, toKey('market').address]
      .map((address) => address.toLowerCase() as Hex)
      .toSorted()
    const [one = '0x', other = '0x'] = spenders
    const token = String(bench.token.target)
    const policy = toPolicy({
      assets: [assets.toErc20(token)],
      limits: [limits.lifetime(0, 1_000n)],
      permissions: [
        {
          ...allowCall(token, selectors.approve),
          rule: buildSwitch(
            0,
            [one, other].map((spender, index) => ({
              value: toWord(spender),
              rule: buildRule({
                flags: 1,
                headWords: 2,
                spends: [buildSpend(0, 1)],
                conditions: [
                  buildCondition('atMost', 1, toWord(BigInt(10 + 90 * index))),
                ],
              }),
            })),
          ),
        },
      ],
    })
    await bench.grant(policy)
    const rule = readRuleOffset(policy, 0)

    await bench.act([
      bench.encodeApprove(one, 10n),
      bench.encodeApprove(other, 100n),
    ])
    expect(await bench.getSpent()).to.deep.equal([110n])
    await expectDenied(
      bench,
      await bench.operate({ calls: [bench.encodeApprove(one, 11n)] }),
      'ApprovalExceedsMax',
      [
        0,
        readAlternativeOffset(policy, rule, 0),
        token,
        getAddress(one),
        11,
        10,
      ],
    )
    await expectDenied(
      bench,
      await bench.operate({ calls: [bench.encodeApprove(other, 101n)] }),
      'ApprovalExceedsMax',
      [
        0,
        readAlternativeOffset(policy, rule, 1),
        token,
        getAddress(other),
        101,
        100,
      ],
    )
    const { address } = bench.bob
    await expectDenied(
      bench,
      await bench.operate({ calls: [bench.encodeApprove(address, 1n)] }),
      'SpenderNotAllowed',
      [0, rule, token, address],
    )
  })
})
