import { getAddress, type Hex } from 'viem'

import {
  buildLimit,
  buildPolicy,
  buildRule,
  buildSet,
  buildSpend,
  type PolicyParts,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import {
  alice,
  bob,
  buildBlobSet,
  erc20,
  firstRule,
  native,
  pay,
  payments,
  repeat,
  router,
  sections,
  selectors,
  sort,
  swap,
  token,
  tokenRules,
  withTransfer,
  word,
  zeroAddress,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: permissions', () => {
  const chain = useStore()

  // INV-24, INV-26, INV-30.
  describe('permissions', () => {
    it('accepts a transfer and a call to the same target', () =>
      chain.expectAccepted({
        ...payments,
        permissions: [{ ...pay, target: router }, swap],
      }))
    it('accepts a call with selector 0', () =>
      chain.expectAccepted({
        permissions: [{ ...swap, selector: selectors.none }],
      }))
    it('refuses a policy that permits nothing', () =>
      chain.expectRefusal({}, 'PolicyEmpty'))
    it('refuses the zero address', () =>
      chain.expectRefusal(
        { permissions: [{ ...swap, target: zeroAddress }] },
        'TargetReserved',
        0n,
        zeroAddress,
      ))
    it('refuses the last address that may be a precompile', () =>
      chain.expectRefusal(
        { permissions: [{ ...swap, target: toBytes(0xffff, 20) }] },
        'TargetReserved',
        0n,
        getAddress(toBytes(0xffff, 20)),
      ))
    it('accepts the address behind it', () =>
      chain.expectAccepted({
        permissions: [{ ...swap, target: toBytes(0x10000, 20) }],
      }))
    it('refuses the store', () =>
      chain.expectRefusal(
        {
          permissions: [
            { ...swap, target: toBytes(0x10000, 20) },
            { ...swap, target: chain.address },
          ],
        },
        'TargetReserved',
        1n,
        chain.address,
      ))
    it('refuses a plain transfer to the store', () =>
      chain.expectRefusal(
        { ...payments, permissions: [{ ...pay, target: chain.address }] },
        'TargetReserved',
        0n,
        chain.address,
      ))
    it('refuses kind 2', () =>
      chain.expectRefusal(
        { permissions: [{ ...swap, kind: 2 }] },
        'RecordInvalid',
        sections.permissions,
        0n,
      ))
    it('refuses a selector of a plain transfer', () =>
      chain.expectRefusal(
        { ...payments, permissions: [{ ...pay, selector: '0x00000001' }] },
        'RecordInvalid',
        sections.permissions,
        0n,
      ))
    it('refuses permissions out of order', () =>
      chain.expectRefusal(
        { ...payments, permissions: [swap, pay] },
        'RecordNotAscending',
        sections.permissions,
        1n,
      ))
    it('refuses a permission twice', () =>
      chain.expectRefusal(
        { permissions: [swap, swap] },
        'RecordNotAscending',
        sections.permissions,
        1n,
      ))
    it('refuses a rule that another permission has', () => {
      const blob = buildPolicy(payments)
      const rule = 192 + 53 + 32 + 2 * 27
      return chain.expectRefusal(
        replaceBytes(blob, rule - 2, toBytes(rule, 2)),
        'RuleInvalid',
        BigInt(rule),
      )
    })
    it('refuses a rule that does not begin where the section does', () => {
      const blob = buildPolicy(payments)
      const rule = 192 + 53 + 32 + 2 * 27
      return chain.expectRefusal(
        replaceBytes(blob, rule - 29, toBytes(rule + 1, 2)),
        'RuleInvalid',
        BigInt(rule + 1),
      )
    })
    it('refuses bytes behind the last rule', () =>
      chain.expectRefusal(
        { permissions: [swap], behindRules: '0x00' },
        'RuleInvalid',
        firstRule + 24n,
      ))
  })

  // INV-24, INV-27, INV-30.
  describe('set permissions', () => {
    const swapIn = (set: number) => ({ ...swap, set })
    const payIn = (set: number) => ({ ...pay, set })
    const withSet = (
      elements: readonly Hex[],
      ...setPermissions: PolicyParts['setPermissions']
    ): Partial<PolicyParts> => ({
      assets: [native],
      limits: [buildLimit(0)],
      permissions: [pay],
      sets: [{ elements }],
      setPermissions,
    })

    it('accepts transfers into, out of, and without a set', () =>
      chain.expectAccepted(
        withSet([alice, bob], payIn(0), payIn(0x80), payIn(0xff), swapIn(0)),
      ))
    it('accepts a plain transfer to any token', () =>
      chain.expectAccepted({
        ...withTransfer(),
        assets: [native, erc20],
        limits: [buildLimit(0), buildLimit(1)],
        permissions: [
          {
            target: token,
            kind: 1,
            selector: selectors.transfer,
            rule: buildRule({
              ...tokenRules.transfer,
              spends: [buildSpend(1, 1)],
            }),
          },
        ],
        sets: [{ elements: [alice, token] }],
        setPermissions: [payIn(0)],
      }))
    it('accepts calls into a blob of addresses', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      await chain.expectAccepted({
        sets: [buildBlobSet(3, addresses)],
        setPermissions: [swapIn(0)],
      })
    })
    it('refuses kind 2', () =>
      chain.expectRefusal(
        withSet([alice], { ...swapIn(0), kind: 2 }),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses a selector of a plain transfer', () =>
      chain.expectRefusal(
        withSet([alice], { ...payIn(0), selector: '0x00000001' }),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses a set that does not exist', () =>
      chain.expectRefusal(
        withSet([alice], swapIn(1)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses all but a set that does not exist', () =>
      chain.expectRefusal(
        withSet([alice], payIn(0x81)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses a set of words', () =>
      chain.expectRefusal(
        withSet([word(1)], swapIn(0)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses all but a set of words', () =>
      chain.expectRefusal(
        withSet([word(1)], payIn(0x80)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses calls to all but a set', () =>
      chain.expectRefusal(
        withSet([alice], swapIn(0x80)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses calls to every address', () =>
      chain.expectRefusal(
        withSet([alice], swapIn(0xff)),
        'RecordInvalid',
        sections.setPermissions,
        0n,
      ))
    it('refuses set permissions out of order', () =>
      chain.expectRefusal(
        withSet([alice], swapIn(0), payIn(0)),
        'RecordNotAscending',
        sections.setPermissions,
        1n,
      ))
    it('refuses a set permission twice', () =>
      chain.expectRefusal(
        withSet([alice], payIn(0), payIn(0)),
        'RecordNotAscending',
        sections.setPermissions,
        1n,
      ))
    it('refuses a set that holds a precompile', () =>
      chain.expectRefusal(
        withSet([toBytes(0xffff, 20), alice], swapIn(0)),
        'TargetReserved',
        1n,
        getAddress(toBytes(0xffff, 20)),
      ))
    it('refuses plain transfers into a set that holds a precompile', () =>
      chain.expectRefusal(
        withSet([zeroAddress], payIn(0)),
        'TargetReserved',
        1n,
        zeroAddress,
      ))
    it('refuses a set that holds the store', () =>
      chain.expectRefusal(
        withSet(sort([toBytes(0x10000, 20), bob, chain.address]), swapIn(0)),
        'TargetReserved',
        1n,
        chain.address,
      ))
    it('refuses a blob that holds a precompile', async () => {
      const addresses = await chain.publish(buildSet([toBytes(1, 20), alice]))
      await chain.expectRefusal(
        { sets: [buildBlobSet(3, addresses)], setPermissions: [swapIn(0)] },
        'TargetReserved',
        0n,
        getAddress(toBytes(1, 20)),
      )
    })
    it('refuses a blob that holds the store', async () => {
      const elements = sort([toBytes(0x10000, 20), bob, chain.address])
      const addresses = await chain.publish(buildSet(elements))
      await chain.expectRefusal(
        { sets: [buildBlobSet(3, addresses)], setPermissions: [swapIn(0)] },
        'TargetReserved',
        0n,
        chain.address,
      )
    })
    it('refuses calls into a set that holds a token with a budget', () => {
      const policy = {
        ...withTransfer(),
        sets: [{ elements: [alice, token] }],
        setPermissions: [swapIn(0)],
      }
      const rule = 192 + 53 + 32 + 33 + 27 + 8 + 24 + 4 + 35
      return chain.expectRefusal(
        policy,
        'TokenCallUnknown',
        BigInt(rule),
        getAddress(token),
        selectors.swap,
      )
    })
    it('refuses them wherever the token stands in the set', async () => {
      const before = ['a1', 'b0', 'c0'].map(repeat)
      const behind = ['f1', 'f2', 'f3'].map(repeat)
      const rule = 192 + 53 + 32 + 33 + 27 + 8 + 24 + 4 + 35
      for (let least = 0; least <= 3; ++least)
        for (let most = 0; most <= 3; ++most)
          await chain.expectRefusal(
            {
              ...withTransfer(),
              sets: [
                {
                  elements: [
                    ...before.slice(least),
                    token,
                    ...behind.slice(0, most),
                  ],
                },
              ],
              setPermissions: [swapIn(0)],
            },
            'TokenCallUnknown',
            BigInt(rule),
            getAddress(token),
            selectors.swap,
          )
    })
    it('refuses calls into a blob that holds a token with a budget', async () => {
      const addresses = await chain.publish(buildSet([alice, token]))
      const rule = 192 + 53 + 32 + 33 + 27 + 8 + 24 + 4 + 35
      await chain.expectRefusal(
        {
          ...withTransfer(),
          sets: [buildBlobSet(3, addresses)],
          setPermissions: [swapIn(0)],
        },
        'TokenCallUnknown',
        BigInt(rule),
        getAddress(token),
        selectors.swap,
      )
    })
    it('refuses token calls into a set', () =>
      chain.expectRefusal(
        {
          sets: [{ elements: [alice] }],
          setPermissions: [{ ...swapIn(0), selector: selectors.transfer }],
        },
        'TokenWithoutBudget',
        192n + 33n + 8n,
        selectors.transfer,
      ))
    it('refuses a rule that a permission has', () => {
      const blob = buildPolicy(withSet([alice], payIn(0)))
      const rules = 192 + 53 + 32 + 33 + 27 + 8
      return chain.expectRefusal(
        replaceBytes(blob, rules - 2, toBytes(rules, 2)),
        'RuleInvalid',
        BigInt(rules),
      )
    })
  })
})
