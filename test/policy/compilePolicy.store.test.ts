import { expect } from 'chai'
import fc from 'fast-check'
import { network } from 'hardhat'
import type { Address, Hex } from 'viem'

import { PolicyBytesError } from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import { getBlobAddress } from '../../src/policy/format/getBlobAddress.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { arbitraryMutation } from './arbitraryMutation.ts'
import { base, chainId } from './documents.ts'

const documents = arbitraryDocument()

async function deployStore() {
  const { ethers } = await network.create()
  return ethers.deployContract('PolicyStore')
}

describe('compilePolicy with PolicyStore', () => {
  let store: Awaited<ReturnType<typeof deployStore>>

  before(async () => {
    store = await deployStore()
  })

  async function publish(bytes: Hex): Promise<Hex> {
    await (await store.publish(bytes)).wait()
    return (await store.publish.staticCall(bytes)) as Hex
  }

  /** The name of the error with which the store refuses the bytes. */
  async function getRefusal(bytes: Hex): Promise<string | undefined> {
    try {
      await store.publish.staticCall(bytes)
      return undefined
    } catch (error) {
      const { data } = error as { data?: Hex }
      const parsed =
        data === undefined ? null : store.interface.parseError(data)
      if (parsed === null) throw error
      return parsed.name
    }
  }

  it('gives the id and the address that the store gives', async () => {
    const { bytes, policyHash } = compilePolicy(base, { chainId })

    expect(await publish(bytes)).to.equal(policyHash)
    expect(await store.getFunction('getAddress')(policyHash)).to.equal(
      getBlobAddress({
        blobHash: policyHash,
        store: store.target as Address,
      }),
    )
    expect(await store.isPublished(policyHash, 1)).to.equal(true)
  })

  it('compiles only what the store takes', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const { bytes, policyHash, sets } = compilePolicy(document, { chainId })
        for (const set of sets)
          expect(await publish(set.bytes)).to.equal(set.hash)

        expect(await getRefusal(bytes)).to.equal(undefined)
        expect(await store.publish.staticCall(bytes)).to.equal(policyHash)
      }),
      { numRuns: 100 },
    )
  })

  it('decodes only what the store takes of changed bytes, and all', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.double({ max: 1, maxExcluded: true, min: 0, noNaN: true }),
        fc.integer({ max: 255, min: 1 }),
        async (document, place, flip) => {
          const { bytes, sets } = compilePolicy(document, { chainId })
          for (const set of sets) await publish(set.bytes)
          const index = Math.floor((place * (bytes.length - 2)) / 2)
          await expectAgreement(flipByte(bytes, index, flip))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('decodes only what the store takes of changed rules, and all', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        arbitraryMutation,
        async (document, mutate) => {
          const { bytes, sets } = compilePolicy(document, { chainId })
          for (const set of sets) await publish(set.bytes)
          await expectAgreement(encodePolicy(mutate(decodePolicy(bytes))))
        },
      ),
      { numRuns: 300 },
    )
  })

  async function expectAgreement(bytes: Hex): Promise<void> {
    const refusal = await getRefusal(bytes)
    // Whether a set is published is not for the bytes to say.
    fc.pre(refusal !== 'SetNotPublished')
    const reasons = getReasons(bytes)
    // Chain ids are numbers in TypeScript.
    fc.pre(!reasons.includes('The number at 20 is above 2^53 - 1.'))

    expect(reasons.length === 0, refusal ?? reasons.join()).to.equal(
      refusal === undefined,
    )
  }
})

function flipByte(bytes: Hex, index: number, flip: number): Hex {
  const at = 2 + 2 * index
  const byte = Number.parseInt(bytes.slice(at, at + 2), 16) ^ flip
  const digits = byte.toString(16).padStart(2, '0')
  return `0x${bytes.slice(2, at)}${digits}${bytes.slice(at + 2)}`
}

function getReasons(bytes: Hex): readonly string[] {
  try {
    decodePolicy(bytes)
    return []
  } catch (error) {
    if (error instanceof PolicyBytesError) return error.reasons
    throw error
  }
}
