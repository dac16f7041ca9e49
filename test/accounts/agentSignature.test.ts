import { expect } from 'chai'
import fc from 'fast-check'
import {
  concatHex,
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  keccak256,
  numberToHex,
  pad,
  recoverTypedDataAddress,
  stringToHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { decodeAgentSignature } from '../../src/accounts/decodeAgentSignature.ts'
import { encodeAgentSignature } from '../../src/accounts/encodeAgentSignature.ts'
import { encodeStubSignature } from '../../src/accounts/encodeStubSignature.ts'
import { SignatureMalformedError } from '../../src/accounts/errors.ts'
import { getUserOperationWindowTypedData } from '../../src/accounts/getUserOperationWindowTypedData.ts'

const agent = privateKeyToAccount(pad('0x1234'))
const validator = '0x3333333333333333333333333333333333333333'
const window = { validAfter: 1_800_000_000, validUntil: 1_800_000_300 }
const curveOrder =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** Test vectors of EIP-2098. */
const vectors = [
  {
    compact:
      '0x68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b907e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064',
    full: '0x68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b907e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea520641b',
  },
  {
    compact:
      '0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793',
    full: '0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f5507931c',
  },
] as const

describe('encodeAgentSignature', () => {
  it('packs agent, window and compact signature into 96 bytes', () => {
    for (const { compact, full } of vectors) {
      const expected = concatHex([
        agent.address.toLowerCase() as Hex,
        numberToHex(window.validAfter, { size: 6 }),
        numberToHex(window.validUntil, { size: 6 }),
        compact,
      ])

      for (const signature of [full, compact])
        expect(
          encodeAgentSignature({
            ...window,
            agent: agent.address,
            signature,
          }),
        ).to.equal(expected)
    }
  })

  it('turns a high s into the low one of the other parity', () => {
    const [{ compact, full }] = vectors
    const s = BigInt(`0x${full.slice(66, 130)}`)
    const high = concatHex([
      full.slice(0, 66) as Hex,
      numberToHex(curveOrder - s, { size: 32 }),
      '0x1c',
    ])

    expect(
      encodeAgentSignature({
        ...window,
        agent: agent.address,
        signature: high,
      }).slice(-128),
    ).to.equal(compact.slice(2))
  })

  it('is undone by decodeAgentSignature', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2 ** 31),
        fc.nat(86_400),
        async (validAfter, width) => {
          const signature = await agent.signMessage({
            message: `${validAfter}`,
          })
          const parts = {
            agent: agent.address,
            signature,
            validAfter,
            validUntil: validAfter + width,
          }

          expect(
            decodeAgentSignature(encodeAgentSignature(parts)),
          ).to.deep.equal(parts)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('refuses signatures of another length', () => {
    for (const signature of ['0x', `0x${'11'.repeat(63)}`] as const)
      expect(() =>
        encodeAgentSignature({ ...window, agent: agent.address, signature }),
      ).to.throw(SignatureMalformedError)
    expect(() => decodeAgentSignature(`0x${'11'.repeat(95)}`)).to.throw(
      SignatureMalformedError,
    )
  })
})

describe('encodeStubSignature', () => {
  it('has the shape of a signature, and nobody has signed it', async () => {
    const stub = encodeStubSignature({ ...window, agent: agent.address })
    const { signature, ...parts } = decodeAgentSignature(stub)

    expect(parts).to.deep.equal({ ...window, agent: agent.address })
    const signer = await recoverTypedDataAddress({
      ...getUserOperationWindowTypedData({
        ...window,
        chainId: 1,
        userOpHash: pad('0x01'),
        validator,
      }),
      signature,
    })
    expect(signer).not.to.equal(agent.address)
  })
})

describe('getUserOperationWindowTypedData', () => {
  it('has the hash that the validator computes', () => {
    const userOpHash = keccak256('0xabcd')
    const hash = (text: string) => keccak256(stringToHex(text))
    const domainSeparator = keccak256(
      encodeAbiParameters(
        [
          { type: 'bytes32' },
          { type: 'bytes32' },
          { type: 'bytes32' },
          { type: 'uint256' },
          { type: 'address' },
        ],
        [
          hash(
            'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
          ),
          hash('PolicyValidator'),
          hash('1'),
          8453n,
          validator,
        ],
      ),
    )
    const structHash = keccak256(
      encodeAbiParameters(
        [
          { type: 'bytes32' },
          { type: 'bytes32' },
          { type: 'uint48' },
          { type: 'uint48' },
        ],
        [
          hash(
            'UserOperationWindow(bytes32 userOpHash,uint48 validAfter,uint48 validUntil)',
          ),
          userOpHash,
          window.validAfter,
          window.validUntil,
        ],
      ),
    )

    expect(
      hashTypedData(
        getUserOperationWindowTypedData({
          ...window,
          chainId: 8453,
          userOpHash,
          validator,
        }),
      ),
    ).to.equal(keccak256(concatHex(['0x1901', domainSeparator, structHash])))
  })
})
