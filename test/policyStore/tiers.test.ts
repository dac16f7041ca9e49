import { buildRule, buildTiers } from './buildPolicy.ts'
import { alice, bob, sections, withRule, word } from './samples.ts'
import { useStore } from './useStore.ts'

type Tiers = Parameters<typeof buildTiers>[0]

describe('PolicyStore: tiers', () => {
  const chain = useStore()

  const refusal = ['RecordInvalid', sections.tiers, 0n] as const

  /** A policy whose only rule has this tier, and this record. */
  const withTier = (tier: number, tiers: Tiers) =>
    withRule(buildRule({ tier }), { tiers: [buildTiers(tiers)] })

  const approval = { approvers: 1, threshold: 2 }
  const delay = { delay: 1, lifetime: 1 }

  // INV-37.
  describe('of approval', () => {
    const withApprovers = (tiers: Tiers, elements = [alice, bob]) => ({
      ...withTier(3, tiers),
      sets: [{ elements }],
    })

    it('accepts as many approvals as there are approvers', () =>
      chain.expectAccepted(withApprovers(approval)))
    it('refuses more than there are approvers', () =>
      chain.expectRefusal(
        withApprovers({ ...approval, threshold: 3 }),
        ...refusal,
      ))
    it('refuses no approval', () =>
      chain.expectRefusal(
        withApprovers({ ...approval, threshold: 0 }),
        ...refusal,
      ))
    it('refuses approvers that are not named', () =>
      chain.expectRefusal(
        withApprovers({ ...approval, approvers: 0 }),
        ...refusal,
      ))
    it('refuses approvers in a set that does not exist', () =>
      chain.expectRefusal(
        withApprovers({ ...approval, approvers: 2 }),
        ...refusal,
      ))
    it('refuses approvers in a set of words', () =>
      chain.expectRefusal(
        withApprovers(approval, [word(1), word(2)]),
        ...refusal,
      ))
    it('refuses a delay without a rule or limit that delays', () =>
      chain.expectRefusal(withApprovers({ ...approval, delay: 1 }), ...refusal))
    it('refuses a lifetime without a rule or limit that delays', () =>
      chain.expectRefusal(
        withApprovers({ ...approval, lifetime: 1 }),
        ...refusal,
      ))
  })

  // INV-36.
  describe('of delay', () => {
    it('accepts a second, and as many as four bytes hold', async () => {
      await chain.expectAccepted(withTier(2, delay))
      await chain.expectAccepted(
        withTier(2, { delay: 2 ** 32 - 1, lifetime: 2 ** 32 - 1 }),
      )
    })
    it('refuses no delay', () =>
      chain.expectRefusal(withTier(2, { ...delay, delay: 0 }), ...refusal))
    it('refuses no lifetime', () =>
      chain.expectRefusal(withTier(2, { ...delay, lifetime: 0 }), ...refusal))
    it('refuses a threshold without a rule or limit that asks for approval', () =>
      chain.expectRefusal(withTier(2, { ...delay, threshold: 1 }), ...refusal))
    it('refuses approvers without a rule or limit that asks for approval', () =>
      chain.expectRefusal(
        {
          ...withTier(2, { ...delay, approvers: 1 }),
          sets: [{ elements: [alice] }],
        },
        ...refusal,
      ))
  })

  // INV-20, INV-26.
  describe('of any kind', () => {
    it('refuse to be without a record', async () => {
      for (const tier of [2, 3])
        await chain.expectRefusal(withRule(buildRule({ tier })), ...refusal)
    })
    it('refuse a record that nothing needs', async () => {
      for (const tier of [0, 1])
        for (const tiers of [{}, delay])
          await chain.expectRefusal(withTier(tier, tiers), ...refusal)
    })
    it('refuse anything in the last two bytes', async () => {
      for (const reserved of [1, 256])
        await chain.expectRefusal(
          withTier(2, { ...delay, reserved }),
          ...refusal,
        )
    })
  })
})
