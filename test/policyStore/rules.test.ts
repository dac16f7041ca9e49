import { concatHex, type Hex } from 'viem'

import {
  buildCondition,
  buildLimit,
  buildPolicy,
  buildRule,
  buildSpend,
  buildSwitch,
  buildTiers,
  type PolicyParts,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import {
  alice,
  bob,
  erc20,
  firstRule,
  firstTokenRule,
  gas,
  name,
  native,
  operations,
  pay,
  payments,
  swap,
  toAlice,
  withRule,
  word,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: rules', () => {
  const chain = useStore()

  // INV-23, INV-26, INV-34.
  describe('rules', () => {
    it('accepts a rule with everything', () =>
      chain.expectAccepted({
        assets: [native, erc20],
        groups: [name],
        limits: [
          buildLimit(0),
          buildLimit(0, { scope: 2, group: 1 }),
          buildLimit(1),
        ],
        permissions: [
          {
            ...swap,
            rule: buildRule({
              group: 1,
              flags: 1,
              headWords: 3,
              valueCap: 2n ** 128n - 1n,
              spends: [
                buildSpend(0, 2),
                buildSpend(1, 0),
                buildSpend(1, 1),
                buildSpend(1),
              ],
              conditions: [
                toAlice,
                buildCondition('atMost', 1, word(5)),
                buildCondition('account', 2),
              ],
            }),
          },
        ],
      }))
    it('refuses a rule of kind 0', () =>
      chain.expectRefusal(
        withRule(() => toBytes(0, 24)),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses a rule of kind 3', () =>
      chain.expectRefusal(
        withRule((offset) => replaceBytes(buildRule()(offset), 0, '0x03')),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses a rule beyond the section', () =>
      chain.expectRefusal(
        withRule(() => concatHex(['0x01', toBytes(0, 22)])),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses a permission without a rule', () =>
      chain.expectRefusal(
        withRule(() => '0x'),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses spends beyond the section', () =>
      chain.expectRefusal(
        withRule((offset) => replaceBytes(buildRule()(offset), 22, '0x01')),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses conditions beyond the section', () =>
      chain.expectRefusal(
        withRule((offset) =>
          replaceBytes(buildRule({ headWords: 1 })(offset), 23, '0x01'),
        ),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
    it('refuses an operand beyond the section', () =>
      chain.expectRefusal(
        withRule(
          buildRule({
            headWords: 1,
            conditions: [concatHex(['0x010000', toBytes(0, 31)])],
          }),
        ),
        'ConditionInvalid',
        firstRule,
        0n,
      ))
    it('refuses a group that does not exist', () =>
      chain.expectRefusal(
        withRule(buildRule({ group: 1 })),
        'RuleInvalid',
        firstRule,
      ))
    it('accepts every tier', async () => {
      await chain.expectAccepted(withRule(buildRule({ tier: 1 })))
      await chain.expectAccepted(
        withRule(buildRule({ tier: 2 }), {
          tiers: [buildTiers({ delay: 1, lifetime: 1 })],
        }),
      )
      await chain.expectAccepted(
        withRule(buildRule({ tier: 3 }), {
          sets: [{ elements: [alice, bob] }],
          tiers: [buildTiers({ approvers: 1, threshold: 2 })],
        }),
      )
    })
    it('refuses an unknown tier', () =>
      chain.expectRefusal(
        withRule(buildRule({ tier: 4 })),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses unknown flags', () =>
      chain.expectRefusal(
        withRule(buildRule({ flags: 2 })),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses value without the native asset', () =>
      chain.expectRefusal(
        withRule(buildRule({ valueCap: 1n })),
        'RuleInvalid',
        firstRule,
      ))

    const withPay = (rule: Parameters<typeof buildRule>[0]) => ({
      ...payments,
      permissions: [{ ...pay, rule: buildRule({ valueCap: 1n, ...rule }) }],
    })
    const payRule = firstTokenRule
    it('refuses a plain transfer of nothing', () =>
      chain.expectRefusal(withPay({ valueCap: 0n }), 'RuleInvalid', payRule))
    it('refuses a plain transfer with arguments', () =>
      chain.expectRefusal(withPay({ headWords: 1 }), 'RuleInvalid', payRule))
    it('refuses a plain transfer of an exact size', () =>
      chain.expectRefusal(withPay({ flags: 1 }), 'RuleInvalid', payRule))
    it('refuses a plain transfer with spends', () =>
      chain.expectRefusal(
        withPay({ spends: [buildSpend(0)] }),
        'RuleInvalid',
        payRule,
      ))
    it('refuses a plain transfer with conditions', () =>
      chain.expectRefusal(
        withPay({ conditions: [toAlice] }),
        'RuleInvalid',
        payRule,
      ))
    it('refuses a plain transfer with a switch', () =>
      chain.expectRefusal(
        {
          ...payments,
          permissions: [
            {
              ...pay,
              rule: buildSwitch(0, [
                { value: word(1), rule: buildRule({ valueCap: 1n }) },
              ]),
            },
          ],
        },
        'RuleInvalid',
        payRule,
      ))
  })

  // INV-24, INV-26.
  describe('switches', () => {
    const headed = buildRule({ headWords: 1 })
    const withSwitch = (...values: (bigint | number)[]) =>
      withRule(
        buildSwitch(
          0,
          values.map((value) => ({ value: word(value), rule: headed })),
        ),
      )
    const alternative = firstRule + 5n + 34n

    it('accepts one alternative, and many', async () => {
      await chain.expectAccepted(withSwitch(0))
      await chain.expectAccepted(withSwitch(0, 1, 2n ** 256n - 1n))
    })
    it('accepts a condition on the same word', () =>
      chain.expectAccepted(
        withRule(
          buildSwitch(0, [
            {
              value: word(1),
              rule: buildRule({
                headWords: 1,
                conditions: [buildCondition('address', 0)],
              }),
            },
          ]),
        ),
      ))
    it('refuses no alternative', () =>
      chain.expectRefusal(withSwitch(), 'RuleInvalid', firstRule))
    it('refuses alternatives beyond the section', () =>
      chain.expectRefusal(
        withRule(
          (offset) =>
            buildSwitch(0, [{ value: word(1), rule: () => '0x' }])(
              offset,
            ).slice(0, -2) as Hex,
        ),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses an alternative without its rule', () =>
      chain.expectRefusal(
        withRule(buildSwitch(0, [{ value: word(1), rule: () => '0x' }])),
        'RuleInvalid',
        alternative,
      ))
    it('refuses alternatives out of order', () =>
      chain.expectRefusal(withSwitch(2, 1), 'RuleInvalid', firstRule))
    it('refuses an alternative twice', () =>
      chain.expectRefusal(withSwitch(1, 1), 'RuleInvalid', firstRule))
    it('refuses a word beyond the head of an alternative', () =>
      chain.expectRefusal(
        withRule(
          buildSwitch(1, [
            { value: word(1), rule: buildRule({ headWords: 2 }) },
            { value: word(2), rule: headed },
          ]),
        ),
        'RuleInvalid',
        firstRule,
      ))
    it('refuses a switch in a switch', () =>
      chain.expectRefusal(
        withRule(
          buildSwitch(0, [
            {
              value: word(1),
              rule: buildSwitch(0, [{ value: word(1), rule: headed }]),
            },
          ]),
        ),
        'RuleInvalid',
        alternative,
      ))
    it('refuses an alternative elsewhere', () => {
      const blob = buildPolicy(withSwitch(1, 2))
      const second = Number(firstRule) + 5 + 68
      return chain.expectRefusal(
        replaceBytes(blob, Number(firstRule) + 5 + 34 + 32, toBytes(second, 2)),
        'RuleInvalid',
        BigInt(second),
      )
    })
  })

  // INV-23, INV-24.
  describe('spends', () => {
    const withSpends = (
      spends: Hex[],
      assets = [native],
    ): Partial<PolicyParts> =>
      withRule(buildRule({ headWords: 2, spends, valueCap: 1n }), {
        assets,
        limits: assets.map((_, index) => buildLimit(index)),
      })
    const rule = firstTokenRule

    it('refuses an asset that does not exist', () =>
      chain.expectRefusal(
        withSpends([buildSpend(1, 0)]),
        'ConditionInvalid',
        rule,
        0n,
      ))
    it('refuses operations', () =>
      chain.expectRefusal(
        withSpends([buildSpend(0, 0), buildSpend(1, 0)], [native, operations]),
        'ConditionInvalid',
        rule + 53n + 32n,
        1n,
      ))
    it('refuses gas', () =>
      chain.expectRefusal(
        withSpends([buildSpend(1, 0)], [native, gas]),
        'ConditionInvalid',
        rule + 53n + 32n,
        0n,
      ))
    it('refuses an unknown source', () =>
      chain.expectRefusal(
        withSpends(['0x00020000']),
        'ConditionInvalid',
        rule,
        0n,
      ))
    it('refuses a word of the constant source', () =>
      chain.expectRefusal(
        withSpends(['0x00010001']),
        'ConditionInvalid',
        rule,
        0n,
      ))
    it('refuses a word beyond the head', () =>
      chain.expectRefusal(
        withSpends([buildSpend(0, 2)]),
        'ConditionInvalid',
        rule,
        0n,
      ))
    it('refuses spends out of order', () =>
      chain.expectRefusal(
        withSpends([buildSpend(0, 1), buildSpend(0, 0)]),
        'ConditionInvalid',
        rule,
        1n,
      ))
    it('refuses a spend twice', () =>
      chain.expectRefusal(
        withSpends([buildSpend(0, 1), buildSpend(0, 1)]),
        'ConditionInvalid',
        rule,
        1n,
      ))
  })
})
