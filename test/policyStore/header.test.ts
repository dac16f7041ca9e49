import { concatHex, size } from 'viem'

import {
  buildLimit,
  buildPolicy,
  buildTiers,
  type PolicyParts,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import {
  alice,
  gas,
  name,
  native,
  operations,
  pay,
  payments,
  sections,
  swap,
  word,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: header', () => {
  const chain = useStore()

  // INV-23, INV-26.
  describe('header', () => {
    const withHeader = (header: PolicyParts['header']) => ({
      ...payments,
      header,
    })

    it('accepts the least and the greatest of every field', async () => {
      await chain.expectAccepted(
        withHeader({
          flags: 1n,
          validAfter: 2n ** 47n - 1n,
          maxWindow: 1n,
          chainId: 1n,
          maxPreVerificationGas: 1n,
          maxGas: 1n,
          maxFeePerGas: 1n,
          gasBudget: 1n,
          gasExponent: 0n,
          maxCalls: 1n,
        }),
      )
      await chain.expectAccepted(
        withHeader({
          validAfter: 0n,
          validUntil: 0n,
          maxWindow: 86_400n,
          chainId: 2n ** 64n - 1n,
          nonceMask: 6n,
          nonceValue: 2n,
          maxPreVerificationGas: 2n ** 64n - 1n,
          maxGas: 2n ** 64n - 1n,
          maxFeePerGas: 2n ** 128n - 1n,
          gasBudget: 2n ** 40n - 1n,
          gasExponent: 15n,
          maxCalls: 255n,
          guardian: 2n ** 160n - 1n,
        }),
      )
    })
    it('accepts both flags, each alone and together', async () => {
      for (const flags of [1n, 2n, 3n])
        await chain.expectAccepted(withHeader({ flags }))
    })
    it('refuses unknown flags', async () => {
      for (const flags of [4n, 7n, 0x81n, 0xffn])
        await chain.expectRefusal(withHeader({ flags }), 'HeaderInvalid', 3n)
    })
    it('refuses a beginning in block numbers', () =>
      chain.expectRefusal(
        withHeader({ validAfter: 2n ** 47n, validUntil: 2n ** 47n }),
        'HeaderInvalid',
        4n,
      ))
    it('refuses an end before the beginning', () =>
      chain.expectRefusal(
        withHeader({ validAfter: 2n, validUntil: 1n }),
        'HeaderInvalid',
        10n,
      ))
    it('refuses an end in block numbers', () =>
      chain.expectRefusal(
        withHeader({ validUntil: 2n ** 47n }),
        'HeaderInvalid',
        10n,
      ))
    it('refuses a window of no width', () =>
      chain.expectRefusal(withHeader({ maxWindow: 0n }), 'HeaderInvalid', 16n))
    it('refuses a window wider than a day', () =>
      chain.expectRefusal(
        withHeader({ maxWindow: 86_401n }),
        'HeaderInvalid',
        16n,
      ))
    it('refuses chain 0', () =>
      chain.expectRefusal(withHeader({ chainId: 0n }), 'HeaderInvalid', 20n))
    it('refuses paymasters in a set that does not exist', () =>
      chain.expectRefusal(withHeader({ paymasters: 1n }), 'HeaderInvalid', 28n))
    it('refuses paymasters in a set of words', () =>
      chain.expectRefusal(
        { ...withHeader({ paymasters: 1n }), sets: [{ elements: [word(1)] }] },
        'HeaderInvalid',
        28n,
      ))
    it('refuses to leave the native asset unnamed', () =>
      chain.expectRefusal(withHeader({ native: 0n }), 'HeaderInvalid', 29n))
    it('refuses a native asset that is another', () =>
      chain.expectRefusal(withHeader({ native: 2n }), 'HeaderInvalid', 29n))
    it('refuses a native asset that does not exist', () =>
      chain.expectRefusal(
        { permissions: [swap], header: { native: 1n } },
        'HeaderInvalid',
        29n,
      ))
    it('refuses to leave the operations unnamed', () =>
      chain.expectRefusal(
        {
          assets: [operations],
          limits: [buildLimit(0)],
          permissions: [swap],
          header: { operations: 0n },
        },
        'HeaderInvalid',
        30n,
      ))
    it('refuses an operation count that does not exist', () =>
      chain.expectRefusal(withHeader({ operations: 1n }), 'HeaderInvalid', 30n))
    it('refuses to leave the gas asset unnamed', () =>
      chain.expectRefusal(
        {
          assets: [gas],
          limits: [buildLimit(0)],
          permissions: [swap],
          header: { gas: 0n },
        },
        'HeaderInvalid',
        31n,
      ))
    it('refuses a gas asset that does not exist', () =>
      chain.expectRefusal(withHeader({ gas: 1n }), 'HeaderInvalid', 31n))
    it('refuses no gas before verification', () =>
      chain.expectRefusal(
        withHeader({ maxPreVerificationGas: 0n }),
        'HeaderInvalid',
        56n,
      ))
    it('refuses a nonce outside its mask', () =>
      chain.expectRefusal(
        withHeader({ nonceMask: 6n, nonceValue: 3n }),
        'HeaderInvalid',
        64n,
      ))
    it('refuses no gas', () =>
      chain.expectRefusal(withHeader({ maxGas: 0n }), 'HeaderInvalid', 88n))
    it('refuses no fee', () =>
      chain.expectRefusal(
        withHeader({ maxFeePerGas: 0n }),
        'HeaderInvalid',
        96n,
      ))
    it('refuses no gas budget', () =>
      chain.expectRefusal(withHeader({ gasBudget: 0n }), 'HeaderInvalid', 112n))
    it('refuses an exponent above 15', () =>
      chain.expectRefusal(
        withHeader({ gasExponent: 16n }),
        'HeaderInvalid',
        117n,
      ))
    it('refuses no calls', () =>
      chain.expectRefusal(withHeader({ maxCalls: 0n }), 'HeaderInvalid', 118n))
    it('refuses anything in bytes 119 to 127', async () => {
      const blob = buildPolicy(payments)
      await chain.expectRefusal(
        replaceBytes(blob, 119, '0x01'),
        'HeaderInvalid',
        119n,
      )
      await chain.expectRefusal(
        replaceBytes(blob, 127, '0x01'),
        'HeaderInvalid',
        119n,
      )
    })
    it('refuses anything in bytes 148 to 159', async () => {
      const blob = buildPolicy(payments)
      await chain.expectRefusal(
        replaceBytes(blob, 148, '0x01'),
        'HeaderInvalid',
        148n,
      )
      await chain.expectRefusal(
        replaceBytes(blob, 159, '0x01'),
        'HeaderInvalid',
        148n,
      )
    })
    it('refuses anything in bytes 186 to 191', async () => {
      const blob = buildPolicy(payments)
      await chain.expectRefusal(
        replaceBytes(blob, 186, '0x01'),
        'HeaderInvalid',
        186n,
      )
      await chain.expectRefusal(
        replaceBytes(blob, 191, '0x01'),
        'HeaderInvalid',
        186n,
      )
    })
  })

  // INV-26.
  describe('directory', () => {
    const blob = buildPolicy(payments)
    const assetsEnd = 192 + 53

    it('refuses a first entry that is not 192', () =>
      chain.expectRefusal(
        replaceBytes(blob, 160, toBytes(193, 2)),
        'DirectoryInvalid',
        0n,
      ))
    it('refuses an entry below the one before', () =>
      chain.expectRefusal(
        replaceBytes(blob, 164, toBytes(assetsEnd - 1, 2)),
        'DirectoryInvalid',
        sections.groups,
      ))
    it('refuses an entry beyond the blob', () =>
      chain.expectRefusal(
        replaceBytes(blob, 182, toBytes(size(blob) + 1, 2)),
        'DirectoryInvalid',
        sections.rules,
      ))
    it('refuses a last entry before the end', () =>
      chain.expectRefusal(
        concatHex([blob, '0x00']),
        'DirectoryInvalid',
        sections.data,
      ))
    it('refuses a last entry behind the end', () =>
      chain.expectRefusal(
        replaceBytes(blob, 184, toBytes(size(blob) + 1, 2)),
        'DirectoryInvalid',
        sections.data,
      ))
    it('refuses half an asset', () =>
      chain.expectRefusal(
        { assets: [toBytes(1, 52)] },
        'DirectoryInvalid',
        sections.assets,
      ))
    it('refuses half a group', () =>
      chain.expectRefusal(
        { groups: [toBytes(1, 15)] },
        'DirectoryInvalid',
        sections.groups,
      ))
    it('refuses half a limit', () =>
      chain.expectRefusal(
        { limits: [toBytes(1, 31)] },
        'DirectoryInvalid',
        sections.limits,
      ))
    it('refuses half a set', () => {
      const shifted = buildPolicy({ sets: [toBytes(1, 33)] })
      const entries = Array.from({ length: 9 }, () => toBytes(192 + 32, 2))
      return chain.expectRefusal(
        replaceBytes(shifted, 168, concatHex(entries)),
        'DirectoryInvalid',
        sections.sets,
      )
    })
    it('refuses half a weekly window', () =>
      chain.expectRefusal(
        { weekly: [toBytes(1, 5)] },
        'DirectoryInvalid',
        sections.weekly,
      ))
    it('refuses half a blackout', () =>
      chain.expectRefusal(
        { blackouts: [toBytes(1, 11)] },
        'DirectoryInvalid',
        sections.blackouts,
      ))
    it('refuses half a permission', () =>
      chain.expectRefusal(
        { permissions: [{ ...swap, target: '0x01' }] },
        'DirectoryInvalid',
        sections.permissions,
      ))
    it('refuses half a set permission', () =>
      chain.expectRefusal(
        { setPermissions: [{ ...swap, selector: '0x01', set: 0 }] },
        'DirectoryInvalid',
        sections.setPermissions,
      ))
    it('refuses 33 assets', () =>
      chain.expectRefusal(
        { assets: Array.from({ length: 33 }, () => native) },
        'DirectoryInvalid',
        sections.assets,
      ))
    it('refuses 17 groups', () =>
      chain.expectRefusal(
        { groups: Array.from({ length: 17 }, () => name) },
        'DirectoryInvalid',
        sections.groups,
      ))
    it('refuses 65 limits', () =>
      chain.expectRefusal(
        { limits: Array.from({ length: 65 }, () => buildLimit(0)) },
        'DirectoryInvalid',
        sections.limits,
      ))
    it('refuses 65 sets', () =>
      chain.expectRefusal(
        { sets: Array.from({ length: 65 }, () => ({ elements: [alice] })) },
        'DirectoryInvalid',
        sections.sets,
      ))
    it('refuses two records of tiers', () =>
      chain.expectRefusal(
        {
          ...payments,
          tiers: [buildTiers({ delay: 60, lifetime: 60 }), buildTiers()],
        },
        'DirectoryInvalid',
        sections.tiers,
      ))
    it('refuses half a record of tiers', () =>
      chain.expectRefusal(
        { ...payments, tiers: [toBytes(1, 6)] },
        'DirectoryInvalid',
        sections.tiers,
      ))
    it('refuses 65 weekly windows', () =>
      chain.expectRefusal(
        { weekly: Array.from({ length: 65 }, () => toBytes(1, 6)) },
        'DirectoryInvalid',
        sections.weekly,
      ))
    it('refuses 65 blackouts', () =>
      chain.expectRefusal(
        { blackouts: Array.from({ length: 65 }, () => toBytes(1, 12)) },
        'DirectoryInvalid',
        sections.blackouts,
      ))
    it('refuses conditions after execution, which are reserved', () =>
      chain.expectRefusal(
        { ...payments, conditionsAfter: '0x00' },
        'DirectoryInvalid',
        sections.conditionsAfter,
      ))
    it('refuses 65 set permissions', () =>
      chain.expectRefusal(
        {
          setPermissions: Array.from({ length: 65 }, () => ({
            ...pay,
            set: 0xff,
          })),
        },
        'DirectoryInvalid',
        sections.setPermissions,
      ))
    it('refuses data that belongs to no set', () =>
      chain.expectRefusal(
        { ...payments, behindData: '0x00' },
        'DirectoryInvalid',
        sections.data,
      ))
  })
})
