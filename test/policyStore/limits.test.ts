import type { Hex } from 'viem'

import {
  buildLimit,
  buildRule,
  buildTiers,
  type PolicyParts,
} from './buildPolicy.ts'
import {
  alice,
  erc20,
  gas,
  name,
  native,
  operations,
  pay,
  payments,
  sections,
  swap,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: limits', () => {
  const chain = useStore()

  // INV-25.
  describe('limits', () => {
    const withLimits = (...limits: Hex[]): Partial<PolicyParts> => ({
      ...payments,
      limits,
    })
    const withOperations = (...limits: Hex[]): Partial<PolicyParts> => ({
      assets: [operations],
      limits,
      permissions: [swap],
    })
    const withGas = (...limits: Hex[]): Partial<PolicyParts> => ({
      assets: [gas],
      limits,
      permissions: [swap],
    })
    const grouped = {
      groups: [name],
      permissions: [{ ...pay, rule: buildRule({ group: 1, valueCap: 1n }) }],
    }

    /** What limits that delay and ask for approval need. */
    const tiered = (): Partial<PolicyParts> => ({
      sets: [{ elements: [alice] }],
      tiers: [
        buildTiers({ approvers: 1, delay: 60, lifetime: 60, threshold: 1 }),
      ],
    })

    it('accepts every kind and every scope', async () => {
      await chain.expectAccepted({
        ...withLimits(
          buildLimit(0, { kind: 1 }),
          buildLimit(0, { kind: 2, length: 60n }),
          buildLimit(0, { kind: 2, length: 60n, anchor: 2n ** 47n - 1n }),
          buildLimit(0, { kind: 2, length: 2n ** 32n - 1n }),
          buildLimit(0, { kind: 3 }),
          buildLimit(0, { kind: 4, amount: 2n ** 128n - 1n }),
          buildLimit(0, { kind: 5, length: 60n, amount: 1n }),
          buildLimit(0, {
            kind: 5,
            length: 2n ** 32n - 1n,
            amount: 2n ** 128n - 1n,
          }),
          buildLimit(0, { scope: 1 }),
          buildLimit(0, { scope: 1, kind: 5, length: 3_600n }),
          buildLimit(0, { scope: 2, group: 1, kind: 1 }),
          buildLimit(0, { scope: 2, group: 1, kind: 5, length: 3_600n }),
          buildLimit(0, { scope: 3, group: 1 }),
          buildLimit(0, { scope: 3, group: 1, kind: 5, length: 3_600n }),
        ),
        ...grouped,
      })
      for (const kind of [2, 3, 4]) {
        await chain.expectAccepted(withOperations(buildLimit(0, { kind })))
        await chain.expectAccepted(withGas(buildLimit(0, { kind, scope: 1 })))
      }
      for (const scope of [0, 1])
        for (const amount of [1n, 1_000n])
          await chain.expectAccepted(
            withOperations(
              buildLimit(0, { scope, kind: 6, length: 60n, amount }),
              buildLimit(0, { scope, kind: 6, length: 2n ** 32n - 1n, amount }),
            ),
          )
    })
    it('accepts a limit on the operations of a group', async () => {
      for (const limit of [
        buildLimit(1, { scope: 2, group: 1 }),
        buildLimit(1, { scope: 2, group: 1, kind: 6, length: 3_600n }),
      ])
        await chain.expectAccepted({
          assets: [native, operations],
          ...grouped,
          limits: [buildLimit(0), limit],
        })
    })
    it('accepts a rolling limit as the only budget', async () => {
      await chain.expectAccepted(
        withLimits(buildLimit(0, { kind: 5, length: 3_600n })),
      )
      await chain.expectAccepted(
        withOperations(buildLimit(0, { kind: 6, length: 3_600n })),
      )
    })
    it('refuses an asset that does not exist', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0), buildLimit(1)),
        'RecordInvalid',
        sections.limits,
        1n,
      ))
    it('refuses an unknown scope', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { scope: 4 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a group outside the scope', () =>
      chain.expectRefusal(
        { ...withLimits(buildLimit(0, { group: 1 })), ...grouped },
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a scope without its group', () =>
      chain.expectRefusal(
        { ...withLimits(buildLimit(0, { scope: 2 })), ...grouped },
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a group that does not exist', () =>
      chain.expectRefusal(
        { ...withLimits(buildLimit(0, { scope: 2, group: 2 })), ...grouped },
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses one operation of all agents', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { kind: 1, scope: 1 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses kind 0', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { kind: 0 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses rolling amounts of operations and of gas', async () => {
      for (const parts of [withOperations, withGas])
        await chain.expectRefusal(
          parts(buildLimit(0, { kind: 5, length: 3_600n })),
          'RecordInvalid',
          sections.limits,
          0n,
        )
    })
    it('refuses rolling counts of anything but operations', async () => {
      for (const parts of [withLimits, withGas])
        await chain.expectRefusal(
          parts(buildLimit(0, { kind: 6, length: 3_600n })),
          'RecordInvalid',
          sections.limits,
          0n,
        )
    })
    it('refuses rolling counts of none or of more than a thousand', async () => {
      for (const amount of [0n, 1_001n, 2n ** 128n - 1n])
        await chain.expectRefusal(
          withOperations(buildLimit(0, { kind: 6, length: 3_600n, amount })),
          'RecordInvalid',
          sections.limits,
          0n,
        )
    })
    it('refuses rolling limits of less than a minute, or with an anchor', async () => {
      for (const fields of [
        { length: 0n },
        { length: 59n },
        { length: 3_600n, anchor: 1n },
      ])
        for (const parts of [
          withLimits(buildLimit(0, { kind: 5, ...fields })),
          withOperations(buildLimit(0, { kind: 6, ...fields })),
        ])
          await chain.expectRefusal(parts, 'RecordInvalid', sections.limits, 0n)
    })
    it('refuses an asset limited in a group’s rolling amount alone', () =>
      chain.expectRefusal(
        {
          ...withLimits(
            buildLimit(0, { scope: 2, group: 1, kind: 5, length: 3_600n }),
          ),
          ...grouped,
        },
        'BudgetMissing',
        0n,
      ))
    it('refuses kind 7', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { kind: 7 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses periods shorter than a minute', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { length: 59n })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a length where the kind has none', async () => {
      for (const kind of [1, 3, 4])
        await chain.expectRefusal(
          withLimits(buildLimit(0, { kind, length: 60n })),
          'RecordInvalid',
          sections.limits,
          0n,
        )
    })
    it('refuses an anchor where the kind has none', async () => {
      for (const kind of [1, 3, 4])
        await chain.expectRefusal(
          withLimits(buildLimit(0, { anchor: 1n, kind })),
          'RecordInvalid',
          sections.limits,
          0n,
        )
    })
    it('refuses an anchor in block numbers', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { anchor: 2n ** 47n })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('accepts every action of what is not rolling', async () => {
      for (const kind of [1, 2, 3, 4])
        await chain.expectAccepted({
          ...withLimits(
            ...[
              buildLimit(0, { kind: 2, length: 60n }),
              ...[1, 2, 3].map((action) =>
                buildLimit(0, { action, amount: 0n, kind }),
              ),
            ].sort(),
          ),
          ...tiered(),
        })
      await chain.expectAccepted({
        ...withOperations(buildLimit(0), buildLimit(0, { action: 2 })),
        tiers: [buildTiers({ delay: 60, lifetime: 60 })],
      })
      await chain.expectAccepted(
        withOperations(buildLimit(0, { action: 1, amount: 0n })),
      )
    })
    it('accepts all actions on one meter', () =>
      chain.expectAccepted({
        ...withLimits(
          ...[0, 1, 2, 3].map((action) => buildLimit(0, { action })),
        ),
        ...tiered(),
      }))
    it('refuses rolling limits that do not deny', async () => {
      for (const action of [1, 2, 3]) {
        await chain.expectRefusal(
          withLimits(
            buildLimit(0),
            buildLimit(0, { action, kind: 5, length: 60n }),
          ),
          'RecordInvalid',
          sections.limits,
          1n,
        )
        await chain.expectRefusal(
          withOperations(
            buildLimit(0),
            buildLimit(0, { action, kind: 6, length: 60n }),
          ),
          'RecordInvalid',
          sections.limits,
          1n,
        )
      }
    })
    it('refuses limits on gas that do not deny', async () => {
      for (const action of [1, 2, 3])
        await chain.expectRefusal(
          withGas(buildLimit(0), buildLimit(0, { action })),
          'RecordInvalid',
          sections.limits,
          1n,
        )
    })
    it('refuses an asset limited by thresholds alone', async () => {
      for (const action of [1, 2, 3])
        await chain.expectRefusal(
          withLimits(buildLimit(0, { action })),
          'BudgetMissing',
          0n,
        )
    })
    it('refuses an unknown action', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0), buildLimit(0, { action: 4 })),
        'RecordInvalid',
        sections.limits,
        1n,
      ))
    it('refuses a byte that is not named', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { reserved: 1 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a limit on one operation for operations', () =>
      chain.expectRefusal(
        withOperations(buildLimit(0, { kind: 1 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a limit on one operation for gas', () =>
      chain.expectRefusal(
        withGas(buildLimit(0, { kind: 1 })),
        'RecordInvalid',
        sections.limits,
        0n,
      ))
    it('refuses a limit on the gas of a group', () =>
      chain.expectRefusal(
        {
          ...payments,
          ...grouped,
          assets: [native, gas],
          limits: [buildLimit(0), buildLimit(1, { scope: 2, group: 1 })],
        },
        'RecordInvalid',
        sections.limits,
        1n,
      ))
    it('refuses limits out of order', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { kind: 3 }), buildLimit(0)),
        'RecordNotAscending',
        sections.limits,
        1n,
      ))
    it('refuses two amounts for one limit', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0), buildLimit(0, { amount: 2_000n })),
        'RecordNotAscending',
        sections.limits,
        1n,
      ))
    it('refuses an amount of zero', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { amount: 0n })),
        'BudgetMissing',
        0n,
      ))
    it('refuses an asset without a limit', () =>
      chain.expectRefusal(
        { ...payments, assets: [native, erc20] },
        'BudgetMissing',
        1n,
      ))
    it('refuses an asset limited in one operation alone', () =>
      chain.expectRefusal(
        withLimits(buildLimit(0, { kind: 1 })),
        'BudgetMissing',
        0n,
      ))
    it('refuses an asset limited in a group alone', () =>
      chain.expectRefusal(
        { ...withLimits(buildLimit(0, { scope: 2, group: 1 })), ...grouped },
        'BudgetMissing',
        0n,
      ))
    it('refuses operations without a limit', () =>
      chain.expectRefusal(withOperations(), 'BudgetMissing', 0n))
    it('refuses gas without a limit', () =>
      chain.expectRefusal(withGas(), 'BudgetMissing', 0n))
  })
})
