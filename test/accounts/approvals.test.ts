import { expect } from 'chai'
import { TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { concatHex, type Hex, numberToHex, pad, size } from 'viem'

import { decodeAgentSignature } from '../../src/accounts/decodeAgentSignature.ts'
import { encodeApprovals } from '../../src/accounts/encodeApprovals.ts'
import { encodeStubSignature } from '../../src/accounts/encodeStubSignature.ts'
import {
  NoCallsError,
  SignatureMalformedError,
} from '../../src/accounts/errors.ts'
import { hashCalls } from '../../src/accounts/hashCalls.ts'
import { hashApproval } from '../../src/actions/approvals/hashApproval.ts'
import { arbitraryCall } from './arbitraryCall.ts'

const account = '0x1111111111111111111111111111111111111111'
const agent = '0x2222222222222222222222222222222222222222'
const validator = '0x3333333333333333333333333333333333333333'
const deadline = 1_800_000_000
const signature = `0x${'11'.repeat(64)}` as const

/** The types, written out once more for another implementation. */
const types = {
  Approval: [
    { name: 'account', type: 'address' },
    { name: 'agent', type: 'address' },
    { name: 'calls', type: 'Call[]' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  Call: [
    { name: 'target', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
  ],
}

const arbitraryCalls = fc.array(arbitraryCall, { maxLength: 5, minLength: 1 })

describe('hashCalls', () => {
  it('is what another implementation of EIP-712 says of a Call[]', () =>
    fc.assert(
      fc.property(arbitraryCalls, (calls) => {
        const encoder = TypedDataEncoder.from({
          ...types,
          Approval: [{ name: 'calls', type: 'Call[]' }],
        })
        // The encoding of the struct ends in the hash of its one field.
        const encoded = encoder.encodeData('Approval', {
          calls: calls.map(({ to, ...call }) => ({ ...call, target: to })),
        })
        expect(hashCalls(calls)).to.equal(`0x${encoded.slice(-64)}`)
      }),
    ))

  it('takes calls as they are written, in their order', () => {
    const other = { data: '0x1234', to: validator, value: 1n } as const
    expect(hashCalls([{ to: account }])).to.equal(
      hashCalls([{ data: '0x', to: account, value: 0n }]),
    )
    expect(hashCalls([{ to: account }, other])).not.to.equal(
      hashCalls([other, { to: account }]),
    )
    expect(() => hashCalls([])).to.throw(NoCallsError)
  })
})

describe('hashApproval', () => {
  it('is what another implementation of EIP-712 says', () =>
    fc.assert(
      fc.property(
        arbitraryCalls,
        fc.bigInt({ max: 2n ** 256n - 1n, min: 0n }),
        (calls, nonce) => {
          const expected = TypedDataEncoder.hash(
            {
              chainId: 31_337,
              name: 'PolicyValidator',
              verifyingContract: validator,
              version: '1',
            },
            types,
            {
              account,
              agent,
              calls: calls.map(({ to, ...call }) => ({ ...call, target: to })),
              deadline,
              nonce,
            },
          )
          expect(
            hashApproval({
              account,
              agent,
              calls,
              chainId: 31_337,
              deadline,
              nonce,
              validator,
            }),
          ).to.equal(expected)
        },
      ),
    ))
})

describe('encodeApprovals', () => {
  const low = '0x00000000000000000000000000000000000000ab'
  const high = '0xFF000000000000000000000000000000000000aB'

  it('puts the deadline first, and approvals in ascending order', () => {
    const approvals = [
      { approver: high, signature },
      { approver: low },
    ] as const
    const expected = concatHex([
      numberToHex(deadline, { size: 6 }),
      pad(low),
      pad('0x'),
      signature,
    ])
    expect(encodeApprovals({ approvals, deadline })).to.equal(expected)
    expect(
      encodeApprovals({ approvals: approvals.toReversed(), deadline }),
    ).to.equal(expected)
  })

  it('stands behind the signature, and is found there again', () => {
    const window = { validAfter: deadline - 300, validUntil: deadline }
    const approvals = encodeApprovals({
      approvals: [{ approver: low }],
      deadline,
    })
    const stub = encodeStubSignature({ ...window, agent, approvals })
    expect(size(stub)).to.equal(96 + 6 + 64)
    const plain = encodeStubSignature({ ...window, agent })
    expect(decodeAgentSignature(stub)).to.deep.equal({
      ...decodeAgentSignature(plain),
      approvals,
    })
    expect(decodeAgentSignature(plain)).to.not.have.property('approvals')

    for (const length of [95, 97, 102, 165, 167])
      expect(() =>
        decodeAgentSignature(`0x${'00'.repeat(length)}` as Hex),
      ).to.throw(SignatureMalformedError)
  })
})
