import { expect } from 'chai'
import {
  concatHex,
  getCreate2Address,
  type Hex,
  keccak256,
  size,
  toHex,
} from 'viem'

import {
  buildCondition,
  buildInterval,
  buildPolicy,
  buildSet,
  replaceBytes,
  toBytes,
} from './buildPolicy.ts'
import {
  alice,
  bob,
  payments,
  router,
  swap,
  withTransfer,
  word,
  zeroAddress,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore', () => {
  const chain = useStore()

  // INV-21, INV-22.
  describe('publish', () => {
    it('keeps the bytes as code at the address that the format gives', async () => {
      const blob = buildPolicy(payments)
      const creationCode = concatHex([
        '0x61',
        toBytes(size(blob), 2),
        '0x80600a3d393df3',
        blob,
      ])
      const blobHash = keccak256(creationCode)
      const address = getCreate2Address({
        bytecodeHash: blobHash,
        from: chain.address,
        salt: word(0),
      })

      const { store } = chain
      const transaction = await store.publish(blob)
      const receipt = await transaction.wait()

      expect(receipt?.logs.length).to.equal(1)
      const [event] = receipt?.logs ?? []
      const parsed = event && store.interface.parseLog(event)
      expect(parsed?.name).to.equal('Published')
      expect([...(parsed?.args ?? [])]).to.deep.equal([blobHash, address, 1n])
      expect(await store.runner?.provider?.getCode(address)).to.equal(blob)
      const getBlobAddress = store.getFunction('getAddress')
      expect(await getBlobAddress(blobHash)).to.equal(address)
    })

    it('returns the id of bytes that it has, and emits nothing', async () => {
      const blob = buildSet([alice])
      const blobHash = await chain.publish(blob)
      expect(await chain.tryPublish(blob)).to.deep.equal([
        'Published',
        blobHash,
      ])
      const receipt = await (await chain.store.publish(blob)).wait()
      expect(receipt?.logs.length).to.equal(0)
    })

    it('accepts 24,576 bytes', async () => {
      const element = (i: number) => toHex(0x10000 + i, { size: 20 })
      const policy = {
        ...withTransfer({
          conditions: [
            buildCondition('in', 0, '0x00'),
            buildCondition('account', 1),
          ],
        }),
        sets: [
          { elements: Array.from({ length: 1_200 }, (_, i) => element(i)) },
        ],
        weekly: Array.from({ length: 34 }, (_, i) =>
          buildInterval(10 * i, 10 * i + 5, 3),
        ),
      }
      const blob = buildPolicy(policy)
      expect(size(blob)).to.equal(24_576)
      await chain.expectAccepted(blob)
    })
  })

  describe('gas of publish', () => {
    /** Gas beyond the code deposit, which is 200 a byte. */
    async function measure(count: number) {
      const element = (i: number) => keccak256(toBytes(i, 32)).slice(0, 42)
      const elements = Array.from({ length: count }, (_, i) => element(i))
      const blob = buildPolicy({
        ...withTransfer({ conditions: [buildCondition('in', 0, '0x00')] }),
        sets: [{ elements: elements.sort() as Hex[] }],
      })
      const receipt = await (await chain.store.publish(blob)).wait()
      return Number(receipt?.gasUsed) - 200 * size(blob)
    }

    it('stays below 100,000 for 1 recipient', async () => {
      expect(await measure(1)).to.be.lessThan(100_000)
    })
    it('stays below 110,000 for 10 recipients', async () => {
      expect(await measure(10)).to.be.lessThan(110_000)
    })
    it('stays below 160,000 for 100 recipients', async () => {
      expect(await measure(100)).to.be.lessThan(160_000)
    })
    it('stays below 900,000 for 1,000 recipients', async () => {
      expect(await measure(1_000)).to.be.lessThan(900_000)
    })
  })

  describe('isPublished', () => {
    it('tells the kind of what is published', async () => {
      const policy = await chain.publish(buildPolicy({ permissions: [swap] }))
      const set = await chain.publish(buildSet([alice, bob]))
      const words = await chain.publish(buildSet([word(1)]))
      const ask = (blobHash: Hex) =>
        Promise.all(
          [0, 1, 2, 3].map((kind) => chain.store.isPublished(blobHash, kind)),
        )

      expect(await ask(policy)).to.deep.equal([false, true, false, false])
      expect(await ask(set)).to.deep.equal([false, false, true, false])
      expect(await ask(words)).to.deep.equal([false, false, false, true])
      expect(await ask(word(1))).to.deep.equal([false, false, false, false])
    })
  })

  describe('blobs', () => {
    it('refuses less than the three first bytes', () =>
      chain.expectRefusal('0x0001', 'BlobSizeInvalid', 2n))
    it('refuses more than 24,576 bytes', () =>
      chain.expectRefusal(
        concatHex(['0x00', toBytes(0, 24_576)]),
        'BlobSizeInvalid',
        24_577n,
      ))
    it('refuses what does not begin with STOP', () =>
      chain.expectRefusal(
        replaceBytes(buildSet([alice]), 0, '0x01'),
        'HeaderInvalid',
        0n,
      ))
    it('refuses kind 0', () =>
      chain.expectRefusal('0x000001', 'BlobKindUnknown', 0n, 1n))
    it('refuses kind 4', () =>
      chain.expectRefusal('0x000401', 'BlobKindUnknown', 4n, 1n))
    it('refuses version 0', () =>
      chain.expectRefusal('0x000100', 'BlobKindUnknown', 1n, 0n))
    it('refuses version 2', () =>
      chain.expectRefusal('0x000202', 'BlobKindUnknown', 2n, 2n))
    it('refuses a policy shorter than its header', () =>
      chain.expectRefusal(
        concatHex(['0x000101', toBytes(0, 188)]),
        'BlobSizeInvalid',
        191n,
      ))
  })

  // INV-24.
  describe('set blobs', () => {
    it('accepts one address, and one word', async () => {
      await chain.expectAccepted(buildSet([zeroAddress]))
      await chain.expectAccepted(buildSet([word(0)]))
    })
    it('accepts 1,228 addresses, and 767 words', async () => {
      const integers = (length: number) => Array.from({ length }, (_, i) => i)
      await chain.expectAccepted(
        buildSet(integers(1_228).map((i) => toBytes(i, 20))),
      )
      await chain.expectAccepted(buildSet(integers(767).map(word)))
    })
    it('refuses an empty set', () =>
      chain.expectRefusal('0x00020100', 'BlobSizeInvalid', 4n))
    it('refuses half an address', () =>
      chain.expectRefusal(
        concatHex([buildSet([alice]), toBytes(0, 10)]),
        'BlobSizeInvalid',
        34n,
      ))
    it('refuses half a word', () =>
      chain.expectRefusal(
        concatHex([buildSet([word(1)]), toBytes(0, 16)]),
        'BlobSizeInvalid',
        52n,
      ))
    it('refuses a fourth byte that is not zero', () =>
      chain.expectRefusal(
        replaceBytes(buildSet([alice]), 3, '0x01'),
        'HeaderInvalid',
        3n,
      ))
    it('refuses addresses out of order', () =>
      chain.expectRefusal(
        buildSet([alice, router, bob]),
        'SetNotAscending',
        0n,
        2n,
      ))
    it('refuses an address twice', () =>
      chain.expectRefusal(buildSet([alice, alice]), 'SetNotAscending', 0n, 1n))
    it('refuses words out of order', () =>
      chain.expectRefusal(
        buildSet([word(2), word(1)]),
        'SetNotAscending',
        0n,
        1n,
      ))
    it('refuses a word twice', () =>
      chain.expectRefusal(
        buildSet([word(0), word(0)]),
        'SetNotAscending',
        0n,
        1n,
      ))
  })
})
