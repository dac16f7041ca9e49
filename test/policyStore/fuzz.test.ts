import { expect } from 'chai'
import fc from 'fast-check'
import { concatHex, type Hex, size, slice } from 'viem'

import {
  buildPolicy,
  buildSet,
  type PolicyParts,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import { changeParts } from './changeParts.ts'
import {
  type Draw,
  generatePolicy,
  type PublishedSets,
} from './generatePolicy.ts'
import { isWellFormed } from './isWellFormed.ts'
import { alice, token, word } from './samples.ts'
import { useStore } from './useStore.ts'

const setBlobs = {
  addresses: buildSet([toBytes(0x10001, 20), alice, token]),
  words: buildSet([word(1), word(2)]),
}

// INV-20: what the store accepts is what the format's text allows.
describe('PolicyStore: fuzz', () => {
  const chain = useStore()
  let ids: PublishedSets
  let published: Map<Hex, Hex>

  before(async () => {
    ids = {
      addresses: await chain.publish(setBlobs.addresses),
      words: await chain.publish(setBlobs.words),
    }
    published = new Map([
      [ids.addresses, setBlobs.addresses],
      [ids.words, setBlobs.words],
    ])
  })

  /** Runs the property on policies that the format allows. */
  async function forEachPolicy(
    property: (
      blob: Hex,
      draw: Draw,
      parts: Partial<PolicyParts>,
    ) => Promise<void>,
  ) {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (generate) => {
        const draw: Draw = (min, max) => generate(fc.integer, { min, max })
        const parts = generatePolicy(draw, ids)
        await property(buildPolicy(parts), draw, parts)
      }),
    )
  }

  /** The store's verdict, once it is the same as that of the text. */
  async function expectAgreement(blob: Hex): Promise<boolean> {
    const [outcome] = await chain.tryPublish(blob)
    const expected = isWellFormed(blob, chain.address, published)
    expect(outcome === 'Published', `${String(outcome)} ${blob}`).to.equal(
      expected,
    )
    return expected
  }

  it('accepts every well-formed policy', () =>
    forEachPolicy(async (blob) => {
      const [outcome, ...details] = await chain.tryPublish(blob)
      expect(outcome, `${details.join()} ${blob}`).to.equal('Published')
      expect(await expectAgreement(blob)).to.equal(true)
    }))

  it('refuses a flipped byte, unless the policy is still well formed', () =>
    forEachPolicy(async (blob, draw) => {
      for (let i = 0; i < 8; i++) {
        const offset = draw(0, size(blob) - 1)
        const change = draw(1, 255) ^ Number(slice(blob, offset, offset + 1))
        await expectAgreement(replaceBytes(blob, offset, toBytes(change, 1)))
      }
    }))

  it('refuses a changed integer, unless the policy is still well formed', () =>
    forEachPolicy(async (blob, draw) => {
      for (let i = 0; i < 8; i++) {
        const offset = draw(0, size(blob) - 2)
        const change = draw(-2, 2) + Number(slice(blob, offset, offset + 2))
        if (change >= 0 && change < 2 ** 16)
          await expectAgreement(replaceBytes(blob, offset, toBytes(change, 2)))
      }
    }))

  it('refuses bytes moved elsewhere, unless the policy is still well formed', () =>
    forEachPolicy(async (blob, draw) => {
      for (let i = 0; i < 10; i++) {
        const length = draw(1, 64)
        const [from, to] = [0, 0].map(() => draw(192, size(blob) - length - 1))
        if (from === undefined || to === undefined || from < 0 || to < 0)
          continue
        const moved = slice(blob, from, from + length)
        await expectAgreement(replaceBytes(blob, to, moved))
      }
    }))

  it('refuses a changed part, unless the policy is still well formed', () =>
    forEachPolicy(async (_, draw, parts) => {
      for (let i = 0; i < 6; i++) {
        const once = changeParts(draw, parts, chain.address)
        const other =
          draw(0, 2) === 0 ? changeParts(draw, once, chain.address) : once
        await expectAgreement(buildPolicy(other))
      }
    }))

  it('refuses random sections, unless the policy is still well formed', () =>
    forEachPolicy(async (blob, draw) => {
      const section = draw(0, 11)
      const entry = 160 + 2 * section
      const [start, end] = [entry, entry + 2].map((at) =>
        Number(slice(blob, at, at + 2)),
      ) as [number, number]
      const bytes = Array.from({ length: end - start }, () =>
        toBytes(draw(0, 3), 1),
      )
      if (bytes.length > 0)
        await expectAgreement(replaceBytes(blob, start, concatHex(bytes)))
    }))

  it('refuses random bytes, unless they are well formed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.uint8Array({ minLength: 1, maxLength: 600 }),
        async (kind, bytes) => {
          const body = concatHex([...bytes].map((byte) => toBytes(byte, 1)))
          await expectAgreement(body)
          await expectAgreement(
            concatHex(['0x00', toBytes(kind, 1), '0x01', body]),
          )
        },
      ),
    )
  })
})
