import { expect } from 'chai'
import fc from 'fast-check'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decompilePolicy } from '../../src/policy/decompilePolicy.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import { explainPolicy } from '../../src/policy/explainPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { chainId } from './documents.ts'

const documents = arbitraryDocument()

describe('any policy', () => {
  it('encodes to the bytes that it was decoded from', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { bytes } = compilePolicy(document, { chainId })
        const policy = decodePolicy(bytes)

        expect(encodePolicy(policy)).to.equal(bytes)
        expect(decodePolicy(encodePolicy(policy))).to.deep.equal(policy)
      }),
      { numRuns: 300 },
    )
  })

  it('compiles to the same bytes again once it is decompiled', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, hasSets) => {
        const { bytes, sets } = compilePolicy(document, { chainId })
        const blobs = hasSets ? sets.map((set) => set.bytes) : []
        const decompiled = definePolicy(decompilePolicy(bytes, { sets: blobs }))

        expect(compilePolicy(decompiled, { chainId }).bytes).to.equal(bytes)
      }),
      { numRuns: 300 },
    )
  })

  it('can be explained', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const sentences = explainPolicy(definePolicy(document))

        for (const sentence of sentences)
          expect(sentence).to.match(/^["\w].*\.$/s)
      }),
      { numRuns: 100 },
    )
  })

  it('names every rule and every limit of its bytes', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { bytes, limits, rules } = compilePolicy(document, { chainId })
        const policy = decodePolicy(bytes)
        const count = [...policy.permissions, ...policy.setPermissions].reduce(
          (total, { rule }) =>
            total + (rule.type === 'plain' ? 1 : 1 + rule.alternatives.length),
          0,
        )

        expect(rules.length).to.equal(count)
        expect(limits.length).to.equal(policy.limits.length)
        for (const { offset, type } of rules)
          expect(bytes.slice(2 + 2 * offset, 4 + 2 * offset)).to.equal(
            type === 'plain' ? '01' : '02',
          )
      }),
      { numRuns: 100 },
    )
  })
})
