import { expect } from 'chai'
import {
  concatHex,
  type Hex,
  keccak256,
  pad,
  slice,
  stringToHex,
  toHex,
} from 'viem'

import { PolicyBytesError } from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { decodeSet } from '../../src/policy/format/decodeSet.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import { getBlobAddress } from '../../src/policy/format/getBlobAddress.ts'
import { getMeterId } from '../../src/policy/format/getMeterId.ts'
import { getPolicyClock } from '../../src/policy/getPolicyClock.ts'
import { addresses, base, chainId, compileToData } from './documents.ts'

const { bytes } = compilePolicy(base, { chainId })

function getReasons(decode: () => unknown): readonly string[] {
  try {
    decode()
  } catch (error) {
    if (error instanceof PolicyBytesError) return error.reasons
    throw error
  }
  return []
}

const replace = (offset: number, value: Hex): Hex =>
  concatHex([
    slice(bytes, 0, offset),
    value,
    slice(bytes, offset + (value.length - 2) / 2),
  ])

describe('decodePolicy', () => {
  it('refuses what is no policy', () => {
    expect(getReasons(() => decodePolicy('0x12'))).to.deep.equal([
      'The blob is shorter than its header of 192 bytes.',
    ])
    expect(getReasons(() => decodePolicy('0xzz' as Hex))).to.deep.equal([
      'The blob is not a hexadecimal string of whole bytes.',
    ])
    expect(getReasons(() => decodePolicy(replace(2, '0x02')))).to.deep.equal([
      'The first three bytes are not those of a policy, version 1.',
    ])
  })

  it('refuses bytes that are cut, or have others behind them', () => {
    expect(getReasons(() => decodePolicy(slice(bytes, 0, -1)))).to.deep.equal([
      'The directory does not span the blob.',
    ])
    expect(getReasons(() => decodePolicy(`${bytes}00`))).to.deep.equal([
      'The directory does not span the blob.',
    ])
  })

  it('refuses a byte that means nothing', () => {
    expect(getReasons(() => decodePolicy(replace(119, '0x01')))).to.deep.equal([
      'The same policy has other canonical bytes.',
    ])
  })

  it('says which field a store would refuse', () => {
    const maxWindow = replace(16, '0x00015181')

    expect(getReasons(() => decodePolicy(maxWindow))).to.deep.equal([
      'maxWindow: The window is not 1 second to 1 day.',
    ])
  })

  it('refuses paymasters that are no set of addresses', () => {
    const policy = { ...compileToData(base), paymasters: 0 }

    expect(getReasons(() => decodePolicy(encodePolicy(policy)))).to.deep.equal([
      'paymasters: The paymasters are no set of addresses.',
    ])
  })

  it('refuses a chain id that a number cannot hold', () => {
    expect(
      getReasons(() => decodePolicy(replace(20, '0x0020000000000000'))),
    ).to.deep.equal(['The number at 20 is above 2^53 - 1.'])
  })

  it('refuses a rule that is named many times', () => {
    const policy = compileToData(base)
    const [first] = policy.permissions
    const many = { ...policy, permissions: Array(4).fill(first) }

    expect(
      getReasons(() => decodePolicy(encodePolicy(many as typeof policy))),
    ).to.include('permissions.1: The permissions do not ascend.')
  })
})

describe('decodeSet', () => {
  it('refuses elements that do not ascend', () => {
    const set = concatHex(['0x00020100', addresses.bob, addresses.alice])

    expect(getReasons(() => decodeSet(set))).to.deep.equal([
      'The elements of the set do not ascend.',
    ])
  })

  it('refuses a set that is empty, or no whole number of elements', () => {
    const reasons = [
      'The set is empty, too long or no whole number of elements.',
    ]

    expect(getReasons(() => decodeSet('0x00020100'))).to.deep.equal(reasons)
    expect(getReasons(() => decodeSet('0x0002010011'))).to.deep.equal(reasons)
  })

  it('reads words', () => {
    const word = pad('0x07', { size: 32 })

    expect(decodeSet(concatHex(['0x00030100', word]))).to.deep.equal({
      kind: 'words',
      words: [word],
    })
  })
})

describe('getBlobAddress', () => {
  it('is that of CREATE2 with a salt of zero', () => {
    const store = addresses.router
    const blobHash = keccak256('0x01')
    const expected = slice(
      keccak256(concatHex(['0xff', store, pad('0x', { size: 32 }), blobHash])),
      12,
    )

    expect(getBlobAddress({ blobHash, store }).toLowerCase()).to.equal(expected)
  })
})

describe('getMeterId', () => {
  const policy = compileToData({
    ...base,
    groups: ['payroll'],
    limits: [
      ...base.limits,
      {
        amount: '7',
        asset: 'USDC',
        group: 'payroll',
        per: { every: '90m', from: 5_400 },
        scope: 'account',
      },
    ],
    permissions: [
      base.permissions[0],
      { ...base.permissions[1], group: 'payroll' },
    ],
  })

  it('hashes the window, the group and the asset as the format has them', () => {
    expect(getMeterId({ agentNumber: 7, limit: 0, policy })).to.equal(
      keccak256(
        concatHex([
          // Scope 0, kind 2, a day from 0, agent 7.
          pad('0x0002000151800000000000000007', { size: 32 }),
          pad('0x', { size: 32 }),
          pad(`0x01${'00'.repeat(20)}`, { size: 32 }),
          pad('0x', { size: 32 }),
        ]),
      ),
    )
  })

  it('leaves the agent out where the account shares the meter', () => {
    const group = slice(keccak256(stringToHex('payroll')), 0, 16)

    expect(getMeterId({ agentNumber: 7, limit: 2, policy })).to.equal(
      keccak256(
        concatHex([
          // Scope 3, kind 2, 5,400 seconds from 5,400.
          pad('0x0302000015180000000015180000', { size: 32 }),
          pad(group, { dir: 'right', size: 32 }),
          pad(concatHex(['0x02', addresses.usdc]), { size: 32 }),
          toHex(0, { size: 32 }),
        ]),
      ),
    )
  })

  it('refuses a limit that the policy does not have', () => {
    expect(
      getReasons(() => getMeterId({ agentNumber: 1, limit: 3, policy })),
    ).to.deep.equal(['The policy has no limit with index 3.'])
  })
})

describe('getPolicyClock', () => {
  it('has the periods of limits that have some', () => {
    const policy = compileToData({
      ...base,
      limits: [
        { amount: '1', asset: 'ETH', per: 'operation' },
        { amount: '1', asset: 'ETH', per: 'lifetime' },
        { amount: '1', asset: 'ETH', per: 'month' },
        { amount: '1', asset: 'USDC', per: 'week' },
      ],
    })

    expect(getPolicyClock(policy)).to.deep.equal({
      blackouts: [],
      maxWindow: 3_600,
      periods: [
        { kind: 'month' },
        { anchor: 345_600, kind: 'fixed', length: 604_800 },
      ],
      validAfter: 1_735_689_600,
      validUntil: 1_767_225_599,
      weekly: [],
    })
  })
})
