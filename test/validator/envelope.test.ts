import { expect } from 'chai'
import { concatHex, type Hex, toHex } from 'viem'
import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import {
  expectDenied,
  expectInvalid,
  expectRefused,
} from '../helpers/expectDenied.ts'
import { packPaymaster } from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import type { HeaderFields, SetParts } from '../policyStore/buildPolicy.ts'

describe('the envelope', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const grant = (
    header: Partial<HeaderFields> = {},
    sets: readonly SetParts[] = [],
  ) =>
    bench.grant(
      toPolicy({
        header,
        sets,
        assets: [assets.native],
        limits: [limits.lifetime(0, 1_000n)],
        permissions: [allowPayment(bench.alice.address, 1_000n)],
      }),
    )
  const operate = (
    parameters: Parameters<Bench['operate']>[0] = {},
  ): ReturnType<Bench['operate']> =>
    bench.operate({
      calls: [{ to: bench.alice.address, value: 1n }],
      ...parameters,
    })

  describe('initCode', () => {
    it('reverts when there is any', async () => {
      await grant()
      const codes = [
        '0x00',
        `0x7703${'00'.repeat(18)}`,
        concatHex([bench.factory.target as Hex, '0x12345678']),
      ] as const
      for (const initCode of codes)
        await expectInvalid(
          bench,
          // What the EntryPoint hashes does not matter: it comes first.
          { ...(await operate()), initCode },
          'InitCodeNotAllowed',
          [],
        )
    })

    it('reverts when it is the marker of EIP-7702', async () => {
      await grant()
      const userOpHash = await bench.getUserOpHash(await operate())
      for (const initCode of ['0x7702', `0x7702${'00'.repeat(18)}`])
        await expect(
          bench
            .by()
            .validateUserOp({ ...(await operate()), initCode }, userOpHash),
        ).to.be.revertedWithCustomError(bench.validator, 'InitCodeNotAllowed')
    })

    it('is refused by the EntryPoint too when the account exists', async () => {
      await grant()
      const initCode = concatHex([bench.factory.target as Hex, '0x12345678'])
      await expectRefused(
        bench,
        await operate({ initCode }),
        'AA10 sender already constructed',
      )
    })
  })

  describe('the nonce key', () => {
    it('reverts when its bits under the mask are not those of the policy', async () => {
      const mask = 0xffff_ffffn
      await grant({ nonceMask: mask, nonceValue: 5n })
      for (const lane of [0, 4, 7, 0x8000_0005])
        await expectDenied(bench, await operate({ lane }), 'NonceNotAllowed', [
          bench.toNonceKey(lane),
          mask,
          5,
        ])
    })

    it('may be anything outside the mask', async () => {
      await grant({ nonceMask: 0x0fn, nonceValue: 5n })
      for (const lane of [0x05, 0xf5, 0x1235])
        await bench.run(await operate({ lane }))
    })

    it('reverts when a bit of its 192 is wrong, the highest too', async () => {
      const key = bench.toNonceKey()
      await grant({ nonceMask: 2n ** 192n - 1n, nonceValue: key })
      await bench.run(await operate())

      const answer = { nonce: (key << 64n) | 1n }
      for (const bit of [0n, 31n, 32n, 100n, 191n]) {
        const wrong = key ^ (1n << bit)
        await expectInvalid(
          bench,
          await operate({ nonce: (wrong << 64n) | 1n }),
          'NonceNotAllowed',
          [wrong, 2n ** 192n - 1n, key],
        )
      }
      expect(await bench.validate(await operate(answer))).to.not.equal(0n)
    })

    it('does not include the sequence', async () => {
      await grant({
        nonceMask: 2n ** 192n - 1n,
        nonceValue: bench.toNonceKey(),
      })
      for (let count = 0; count < 3; ++count) await bench.run(await operate())
    })
  })

  describe('the paymaster', () => {
    const paymaster = toKey('paymaster').address

    it('reverts when the policy allows none', async () => {
      await grant()
      await expectInvalid(
        bench,
        await operate({ paymasterAndData: packPaymaster(paymaster, 1n, 1n) }),
        'PaymasterNotAllowed',
        [paymaster],
      )
    })

    it('reverts when the policy lists others', async () => {
      await grant({ paymasters: 1n }, [
        { elements: [bench.alice.address as Hex] },
      ])
      await expectInvalid(
        bench,
        await operate({ paymasterAndData: packPaymaster(paymaster, 1n, 1n) }),
        'PaymasterNotAllowed',
        [paymaster],
      )
    })

    it('reverts when it is zero, which an EntryPoint reads as none', async () => {
      await grant({ paymasters: 1n }, [
        { elements: [bench.alice.address as Hex] },
      ])
      const zero = `0x${'00'.repeat(20)}`
      await expectInvalid(
        bench,
        await operate({ paymasterAndData: packPaymaster(zero, 1n, 1n) }),
        'PaymasterNotAllowed',
        [zero],
      )
    })

    it('reverts when there are less than 52 bytes of it', async () => {
      await grant({ paymasters: 1n }, [{ elements: [paymaster as Hex] }])
      for (const length of [1, 19, 20, 51])
        await expectInvalid(
          bench,
          {
            ...(await operate()),
            paymasterAndData: toHex(1, { size: length }),
          },
          'PaymasterDataInvalid',
          [length],
        )
    })

    it('may be one that the policy lists, with any data of its own', async () => {
      await grant({ paymasters: 1n }, [{ elements: [paymaster as Hex] }])
      const data = packPaymaster(paymaster, 1n, 1n)
      for (const paymasterAndData of [data, concatHex([data, '0x123456'])]) {
        const answer = await bench.validate(await operate({ paymasterAndData }))
        expect(answer & 1n).to.equal(0n)
      }
    })
  })
})
