import { concatHex, size } from 'viem'

import {
  buildCondition,
  buildPolicy,
  buildRule,
  buildSet,
  type PolicyParts,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import {
  alice,
  bob,
  buildBlobSet,
  sections,
  swap,
  token,
  withRule,
  word,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: sets', () => {
  const chain = useStore()

  // INV-23, INV-24, INV-26, INV-31, INV-32.
  describe('sets', () => {
    const conditionOn = (set: number) =>
      buildCondition('in', set, toBytes(set, 1))
    /** A policy whose rule names every one of these sets. */
    const withSets = (...sets: PolicyParts['sets']): Partial<PolicyParts> =>
      withRule(
        buildRule({
          headWords: sets.length,
          conditions: sets.map((_, index) => conditionOn(index)),
        }),
        { sets },
      )

    it('accepts sets of every kind', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      const words = await chain.publish(buildSet([word(1), word(2)]))
      await chain.expectAccepted(
        withSets(
          { elements: [alice, bob] },
          { elements: [alice] },
          { elements: [word(0), word(1)] },
          buildBlobSet(3, addresses),
          buildBlobSet(4, words),
        ),
      )
    })
    it('accepts 64 sets', () =>
      chain.expectAccepted(
        withSets(...Array.from({ length: 64 }, () => ({ elements: [alice] }))),
      ))
    it('refuses kind 0', () =>
      chain.expectRefusal(
        withSets(toBytes(0, 33)),
        'RecordInvalid',
        sections.sets,
        0n,
      ))
    it('refuses kind 5, which is reserved', () =>
      chain.expectRefusal(
        withSets(concatHex(['0x05', word(1)])),
        'RecordInvalid',
        sections.sets,
        0n,
      ))
    it('refuses an empty set', () =>
      chain.expectRefusal(
        withSets({ elements: [] }),
        'RecordInvalid',
        sections.sets,
        0n,
      ))
    it('refuses elements that leave a gap', () => {
      const blob = buildPolicy({
        ...withSets({ elements: [alice] }),
        behindRules: '0x00',
      })
      const dataEntry = 182
      const end = size(blob) - 20 - 1
      return chain.expectRefusal(
        replaceBytes(blob, dataEntry, toBytes(end, 2)),
        'RecordInvalid',
        sections.sets,
        0n,
      )
    })
    it('refuses elements that another set has', () => {
      const blob = buildPolicy(
        withSets({ elements: [alice] }, { elements: [bob] }),
      )
      const reference = replaceBytes(
        blob,
        192 + 33 + 1,
        toBytes(size(blob) - 40, 2),
      )
      return chain.expectRefusal(
        replaceBytes(reference, 192 + 33 + 3, toBytes(2, 2)),
        'RecordInvalid',
        sections.sets,
        1n,
      )
    })
    it('refuses elements beyond the blob', () => {
      const blob = buildPolicy(withSets({ elements: [alice] }))
      return chain.expectRefusal(
        replaceBytes(blob, 192 + 3, toBytes(2, 2)),
        'RecordInvalid',
        sections.sets,
        0n,
      )
    })
    it('refuses a reference with anything behind the count', async () => {
      const blob = buildPolicy(withSets({ elements: [alice] }))
      await chain.expectRefusal(
        replaceBytes(blob, 192 + 5, '0x01'),
        'RecordInvalid',
        sections.sets,
        0n,
      )
      await chain.expectRefusal(
        replaceBytes(blob, 192 + 32, '0x01'),
        'RecordInvalid',
        sections.sets,
        0n,
      )
    })
    it('refuses addresses out of order', () =>
      chain.expectRefusal(
        withSets({ elements: [alice] }, { elements: [bob, alice] }),
        'SetNotAscending',
        1n,
        1n,
      ))
    it('refuses an address twice', () =>
      chain.expectRefusal(
        withSets({ elements: [alice, alice] }),
        'SetNotAscending',
        0n,
        1n,
      ))
    it('refuses words out of order', () =>
      chain.expectRefusal(
        withSets({ elements: [word(1), word(3), word(2)] }),
        'SetNotAscending',
        0n,
        2n,
      ))
    it('refuses words before addresses', () => {
      const blob = buildPolicy(
        withSets({ elements: [alice] }, { elements: [word(1)] }),
      )
      const swapped = replaceBytes(blob, 192, '0x02')
      return chain.expectRefusal(
        replaceBytes(swapped, 192 + 33, '0x01'),
        'RecordNotAscending',
        sections.sets,
        1n,
      )
    })
    it('refuses sets out of order', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      await chain.expectRefusal(
        withSets(buildBlobSet(3, addresses), { elements: [alice] }),
        'RecordNotAscending',
        sections.sets,
        1n,
      )
    })
    it('refuses a blob twice', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      await chain.expectRefusal(
        withSets(buildBlobSet(3, addresses), buildBlobSet(3, addresses)),
        'RecordNotAscending',
        sections.sets,
        1n,
      )
    })
    it('refuses a blob that is not published', () =>
      chain.expectRefusal(
        withSets(buildBlobSet(3, word(1))),
        'SetNotPublished',
        0n,
        word(1),
      ))
    it('refuses a blob of words as addresses', async () => {
      const words = await chain.publish(buildSet([word(1), word(2)]))
      await chain.expectRefusal(
        withSets(buildBlobSet(3, words)),
        'SetNotPublished',
        0n,
        words,
      )
    })
    it('refuses a blob of addresses as words', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      await chain.expectRefusal(
        withSets(buildBlobSet(4, addresses)),
        'SetNotPublished',
        0n,
        addresses,
      )
    })
    it('refuses a policy as a set', async () => {
      const policy = await chain.publish(buildPolicy({ permissions: [swap] }))
      await chain.expectRefusal(
        withSets(buildBlobSet(3, policy)),
        'SetNotPublished',
        0n,
        policy,
      )
    })
    it('refuses a set that nothing names', () =>
      chain.expectRefusal(
        { permissions: [swap], sets: [{ elements: [alice] }] },
        'RecordInvalid',
        sections.sets,
        0n,
      ))
    it('accepts a set that only the header names', () =>
      chain.expectAccepted({
        permissions: [swap],
        sets: [{ elements: [alice] }],
        header: { paymasters: 1n },
      }))
  })
})
