import { concatHex, type Hex } from 'viem'

import {
  buildCondition,
  buildLimit,
  buildPin,
  buildRule,
  buildSpend,
  type PolicyParts,
} from './buildPolicy.ts'
import {
  alice,
  firstRule,
  firstTokenRule,
  native,
  withRule,
  word,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: conditions', () => {
  const chain = useStore()

  // INV-23, INV-24.
  describe('conditions', () => {
    const withConditions = (
      conditions: Hex[],
      parts: Partial<PolicyParts> = {},
      spends: Hex[] = [],
    ) => withRule(buildRule({ headWords: 2, conditions, spends }), parts)

    it('accepts every condition', async () => {
      const max = 2n ** 256n - 1n
      await chain.expectAccepted(
        withConditions(
          [
            buildCondition('equal', 0, word(max)),
            buildCondition('notEqual', 0, word(0)),
            buildCondition('atMost', 0, word(max)),
            buildCondition('atLeast', 0, word(0)),
            buildCondition('signedAtMost', 0, word(max)),
            buildCondition('signedAtLeast', 0, word(2n ** 255n)),
            buildCondition('in', 0, '0x00'),
            buildCondition('notIn', 0, '0x01'),
            buildCondition('mask', 0, concatHex([word(6), word(2)])),
            buildCondition('account', 1),
            buildCondition('address', 1),
            buildPin('pointer', 1, 2, 1),
            buildPin('length', 2, 0, 0),
          ],
          { sets: [{ elements: [alice] }, { elements: [word(1)] }] },
        ),
      )
    })
    it('accepts 255 conditions', () =>
      chain.expectAccepted(
        withRule(
          buildRule({
            headWords: 255,
            conditions: Array.from({ length: 255 }, (_, i) =>
              buildCondition('address', i),
            ),
          }),
        ),
      ))
    it('refuses op 0', () =>
      chain.expectRefusal(
        withConditions(['0x000000']),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
    it('refuses op 14', () =>
      chain.expectRefusal(
        withConditions(['0x0e0000']),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
    it('refuses conditions with words out of order', () =>
      chain.expectRefusal(
        withConditions([
          buildCondition('address', 1),
          buildCondition('address', 0),
        ]),
        'ConditionInvalid',
        firstRule,
        1n,
      ))
    it('refuses conditions with ops out of order', () =>
      chain.expectRefusal(
        withConditions([
          buildCondition('address', 0),
          buildCondition('account', 0),
        ]),
        'ConditionInvalid',
        firstRule,
        1n,
      ))
    it('refuses a condition twice, and counts it behind the spends', () =>
      chain.expectRefusal(
        withConditions(
          [buildCondition('address', 0), buildCondition('address', 0)],
          { assets: [native], limits: [buildLimit(0)] },
          [buildSpend(0, 0)],
        ),
        'ConditionInvalid',
        firstTokenRule,
        2n,
      ))
    it('refuses a set that does not exist', async () => {
      const sets = [{ elements: [alice] }]
      const rule = firstRule + 33n
      await chain.expectRefusal(
        withConditions([buildCondition('in', 0, '0x01')], { sets }),
        'ConditionInvalid',
        rule,
        0n,
      )
      await chain.expectRefusal(
        withConditions([buildCondition('notIn', 0, '0x01')], { sets }),
        'ConditionInvalid',
        rule,
        0n,
      )
      await chain.expectRefusal(
        withConditions([buildCondition('in', 0, '0xff')], { sets }),
        'ConditionInvalid',
        rule,
        0n,
      )
    })
    it('refuses a value outside its mask', () =>
      chain.expectRefusal(
        withConditions([
          buildCondition('mask', 0, concatHex([word(6), word(3)])),
        ]),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
    it('refuses a word beyond the head', () =>
      chain.expectRefusal(
        withConditions([buildCondition('address', 2)]),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
  })

  // INV-29.
  describe('words beyond the head', () => {
    const withPins = (
      headWords: number,
      conditions: Hex[],
      rule: Parameters<typeof buildRule>[0] = {},
    ) => withRule(buildRule({ headWords, conditions, ...rule }))
    const refuseAt = (
      condition: bigint,
      headWords: number,
      conditions: Hex[],
      rule: Parameters<typeof buildRule>[0] = {},
    ) =>
      chain.expectRefusal(
        withPins(headWords, conditions, rule),
        'ConditionInvalid',
        firstRule,
        condition,
      )
    const read = (at: number) => buildCondition('address', at)

    it('accepts a tuple', () =>
      chain.expectAccepted(
        withPins(1, [buildPin('pointer', 0, 1, 2), read(1), read(2)]),
      ))
    it('accepts an array of tuples', () =>
      chain.expectAccepted(
        withPins(1, [
          buildPin('pointer', 0, 1, 1),
          buildPin('length', 1, 2, 3),
          read(2),
          read(7),
        ]),
      ))
    it('accepts bytes, up to a whole word', () =>
      chain.expectAccepted(
        withPins(1, [
          buildPin('pointer', 0, 1, 1),
          buildPin('length', 1, 33, 0),
          read(2),
          read(3),
        ]),
      ))
    it('accepts the longest array', () =>
      chain.expectAccepted(
        withPins(1, [
          buildPin('pointer', 0, 1, 1),
          buildPin('length', 1, 0xffff, 0xffff),
          read(0xffff),
        ]),
      ))
    it('accepts a tuple in a tuple, whose offset counts from the outer one', () =>
      chain.expectAccepted(
        withPins(2, [
          buildPin('pointer', 1, 2, 2),
          buildPin('pointer', 3, 2, 1),
          read(4),
        ]),
      ))
    it('accepts an array of arrays, whose offsets count from behind the length', () =>
      chain.expectAccepted(
        withPins(1, [
          buildPin('pointer', 0, 1, 1),
          buildPin('length', 1, 2, 1),
          buildPin('pointer', 2, 2, 1),
          buildPin('pointer', 3, 4, 1),
          buildPin('length', 4, 1, 1),
          read(5),
          buildPin('length', 6, 0, 1),
        ]),
      ))
    it('accepts regions in any order', () =>
      chain.expectAccepted(
        withPins(2, [
          buildPin('pointer', 0, 3, 1),
          buildPin('pointer', 1, 2, 1),
          read(2),
          read(3),
        ]),
      ))
    it('accepts a spend of what any condition has opened', () =>
      chain.expectAccepted(
        withRule(
          buildRule({
            headWords: 1,
            conditions: [buildPin('pointer', 0, 1, 2)],
            spends: [buildSpend(0, 2)],
          }),
          { assets: [native], limits: [buildLimit(0)] },
        ),
      ))
    it('refuses the word behind a tuple', () =>
      refuseAt(1n, 1, [buildPin('pointer', 0, 1, 2), read(3)]))
    it('refuses the word before a tuple', () =>
      refuseAt(1n, 1, [buildPin('pointer', 0, 2, 2), read(1)]))
    it('refuses the word behind an array', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('length', 1, 2, 3),
        read(8),
      ]))
    it('refuses the elements of an array without its length', () =>
      refuseAt(1n, 1, [buildPin('pointer', 0, 1, 1), read(2)]))
    it('refuses the word behind bytes', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('length', 1, 32, 0),
        read(3),
      ]))
    it('refuses the word behind empty bytes', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('length', 1, 0, 0),
        read(2),
      ]))
    it('refuses a region in the head', () =>
      refuseAt(0n, 2, [buildPin('pointer', 0, 1, 1)]))
    it('refuses a region of no words', () =>
      refuseAt(0n, 1, [buildPin('pointer', 0, 1, 0)]))
    it('refuses a region beyond the head of an exact rule', () =>
      refuseAt(0n, 1, [buildPin('pointer', 0, 1, 1)], { flags: 1 }))
    it('refuses two regions that share a word', () =>
      refuseAt(1n, 2, [
        buildPin('pointer', 0, 2, 2),
        buildPin('pointer', 1, 3, 1),
      ]))
    it('refuses elements in another region', () =>
      refuseAt(2n, 2, [
        buildPin('pointer', 0, 2, 1),
        buildPin('pointer', 1, 3, 1),
        buildPin('length', 2, 1, 1),
      ]))
    it('refuses an offset counted from the length of an array', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('length', 1, 1, 1),
        buildPin('pointer', 2, 0, 1),
      ]))
    it('refuses a length in the head', () =>
      refuseAt(0n, 1, [buildPin('length', 0, 1, 1)]))
    it('refuses a length in a region of two words', () =>
      refuseAt(1n, 1, [
        buildPin('pointer', 0, 1, 2),
        buildPin('length', 1, 1, 1),
      ]))
    it('refuses a length behind the first word', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('length', 1, 1, 1),
        buildPin('length', 2, 1, 1),
      ]))
    it('refuses a word that is an offset and a length', () =>
      refuseAt(2n, 1, [
        buildPin('pointer', 0, 1, 1),
        buildPin('pointer', 1, 1, 1),
        buildPin('length', 1, 32, 0),
      ]))
    it('refuses a region that a higher word opens', () =>
      refuseAt(1n, 1, [
        buildPin('pointer', 0, 5, 1),
        read(2),
        buildPin('pointer', 5, 0xfffd, 1),
      ]))
    it('refuses a length whose elements end at 2^32', () =>
      refuseAt(2n, 2, [
        buildPin('pointer', 0, 2, 1),
        buildPin('pointer', 1, 0xffff, 1),
        buildPin('length', 2, 0xffff, 0xffff),
      ]))
  })
})
