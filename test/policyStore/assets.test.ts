import type { Hex } from 'viem'

import {
  buildAsset,
  buildLimit,
  buildRule,
  buildSpend,
  type PolicyParts,
  toBytes,
} from './buildPolicy.ts'
import {
  erc20,
  erc721,
  erc1155,
  gas,
  items,
  name,
  native,
  operations,
  pay,
  sections,
  swap,
  token,
  zeroAddress,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: assets and groups', () => {
  const chain = useStore()

  // INV-24, INV-32.
  describe('assets', () => {
    const withAssets = (...assets: Hex[]): Partial<PolicyParts> => ({
      assets,
      limits: assets.map((_, index) => buildLimit(index)),
      permissions: [
        {
          ...swap,
          rule: buildRule({
            headWords: 1,
            spends: assets.map((_, index) => buildSpend(index, 0)),
          }),
        },
      ],
    })

    it('accepts every kind', async () => {
      await chain.expectAccepted(withAssets(native, erc20, erc721, erc1155))
      await chain.expectAccepted({
        assets: [operations, gas],
        limits: [buildLimit(0), buildLimit(1)],
        permissions: [swap],
      })
    })
    it('accepts several ids of one collection', () =>
      chain.expectAccepted(
        withAssets(
          buildAsset(4, items, 0n),
          buildAsset(4, items, 2n ** 256n - 1n),
        ),
      ))
    it('refuses kind 0', () =>
      chain.expectRefusal(
        withAssets(buildAsset(0, zeroAddress)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses kind 7', () =>
      chain.expectRefusal(
        withAssets(native, buildAsset(7, zeroAddress)),
        'RecordInvalid',
        sections.assets,
        1n,
      ))
    it('refuses an address of the native asset', () =>
      chain.expectRefusal(
        withAssets(buildAsset(1, token)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses an id of the native asset', () =>
      chain.expectRefusal(
        withAssets(buildAsset(1, zeroAddress, 1n)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses a second native asset', () =>
      chain.expectRefusal(
        withAssets(native, native),
        'RecordNotAscending',
        sections.assets,
        1n,
      ))
    it('refuses a token at a precompile', () =>
      chain.expectRefusal(
        withAssets(buildAsset(2, toBytes(0xffff, 20))),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses the store as a token', () =>
      chain.expectRefusal(
        withAssets(buildAsset(2, chain.address)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses an id of an ERC-20', () =>
      chain.expectRefusal(
        withAssets(buildAsset(2, token, 1n)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses an id of an ERC-721', () =>
      chain.expectRefusal(
        withAssets(buildAsset(3, token, 1n)),
        'RecordInvalid',
        sections.assets,
        0n,
      ))
    it('refuses an address or an id of operations', async () => {
      await chain.expectRefusal(
        withAssets(buildAsset(5, token)),
        'RecordInvalid',
        sections.assets,
        0n,
      )
      await chain.expectRefusal(
        withAssets(buildAsset(5, zeroAddress, 1n)),
        'RecordInvalid',
        sections.assets,
        0n,
      )
    })
    it('refuses an address or an id of gas', async () => {
      await chain.expectRefusal(
        withAssets(buildAsset(6, token)),
        'RecordInvalid',
        sections.assets,
        0n,
      )
      await chain.expectRefusal(
        withAssets(buildAsset(6, zeroAddress, 1n)),
        'RecordInvalid',
        sections.assets,
        0n,
      )
    })
    it('refuses one address of two kinds', () =>
      chain.expectRefusal(
        withAssets(native, erc20, buildAsset(3, token)),
        'RecordInvalid',
        sections.assets,
        2n,
      ))
    it('refuses assets out of order', () =>
      chain.expectRefusal(
        withAssets(erc20, native),
        'RecordNotAscending',
        sections.assets,
        1n,
      ))
    it('refuses an asset twice', () =>
      chain.expectRefusal(
        withAssets(erc20, erc20),
        'RecordNotAscending',
        sections.assets,
        1n,
      ))
    it('refuses ids out of order', () =>
      chain.expectRefusal(
        withAssets(buildAsset(4, items, 2n), buildAsset(4, items, 1n)),
        'RecordNotAscending',
        sections.assets,
        1n,
      ))
    it('refuses an asset that nothing spends', () =>
      chain.expectRefusal(
        {
          assets: [native, erc20],
          limits: [buildLimit(0), buildLimit(1)],
          permissions: [pay],
        },
        'RecordInvalid',
        sections.assets,
        1n,
      ))
  })

  // INV-24, INV-32.
  describe('groups', () => {
    const withGroups = (...groups: Hex[]): Partial<PolicyParts> => ({
      assets: [native],
      groups,
      limits: [
        buildLimit(0),
        ...groups.map((_, index) =>
          buildLimit(0, { scope: 2, group: index + 1 }),
        ),
      ],
      permissions: groups.map((_, index) => ({
        ...pay,
        target: toBytes(0x10000 + index, 20),
        rule: buildRule({ group: index + 1, valueCap: 1n }),
      })),
    })

    it('accepts 16 groups', () =>
      chain.expectAccepted(
        withGroups(...Array.from({ length: 16 }, (_, i) => toBytes(i + 1, 16))),
      ))
    it('refuses groups that do not ascend', () =>
      chain.expectRefusal(
        withGroups(name, toBytes(3, 16), toBytes(2, 16)),
        'RecordNotAscending',
        sections.groups,
        2n,
      ))
    it('refuses a group without a name', () =>
      chain.expectRefusal(
        withGroups(name, toBytes(0, 16)),
        'RecordInvalid',
        sections.groups,
        1n,
      ))
    it('refuses two groups of one name', () =>
      chain.expectRefusal(
        withGroups(name, toBytes(2, 16), toBytes(2, 16)),
        'RecordNotAscending',
        sections.groups,
        2n,
      ))
    it('refuses a group that no limit names', () =>
      chain.expectRefusal(
        { ...withGroups(name), limits: [buildLimit(0)] },
        'RecordInvalid',
        sections.groups,
        0n,
      ))
    it('refuses a group that no rule names', () =>
      chain.expectRefusal(
        { ...withGroups(name), permissions: [pay] },
        'RecordInvalid',
        sections.groups,
        0n,
      ))
  })
})
