import { expect } from 'chai'
import { concatHex, type Hex, keccak256, slice, stringToHex } from 'viem'

import { PolicyDocumentError } from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodeSet } from '../../src/policy/format/encodeSet.ts'
import { getBlobHash } from '../../src/policy/format/getBlobHash.ts'
import { addresses, base, chainId, compileToData } from './documents.ts'

const zeros = (bytes: number): Hex => `0x${'00'.repeat(bytes)}`

describe('compilePolicy', () => {
  it('writes a small policy byte for byte as the format has it', () => {
    const expected = concatHex([
      // Header: kind and version, flags, validAfter, validUntil, maxWindow.
      '0x000101',
      '0x00',
      '0x000067748580',
      '0x00006955b8ff',
      '0x00000e10',
      // Chain 31,337; no paymasters; native is asset 0; nothing counted.
      '0x0000000000007a69',
      '0x00010000',
      // Nonce mask, maxPreVerificationGas 500,000, nonce value.
      zeros(24),
      '0x000000000007a120',
      zeros(24),
      // maxGas 3,000,000; 2 gwei; 10^12 units of 10^4 wei; 8 calls.
      '0x00000000002dc6c0',
      '0x00000000000000000000000077359400',
      '0xe8d4a51000',
      '0x04',
      '0x08',
      zeros(9),
      // No guardian.
      zeros(20),
      zeros(12),
      // Directory.
      '0x00c0012a012a016a016a016a016a016a016a01a001a001f701f7',
      zeros(6),
      // Assets: native, then the token.
      concatHex(['0x01', zeros(20), zeros(32)]),
      concatHex(['0x02', addresses.usdc, zeros(32)]),
      // Limits: 10^18 wei a day, 10^8 base units a day.
      '0x00000002000151800000000000000000',
      '0x00000000000000000de0b6b3a7640000',
      '0x01000002000151800000000000000000',
      '0x00000000000000000000000005f5e100',
      // Permissions: a transfer to alice, a call on the token.
      concatHex([addresses.alice, '0x00', '0x00000000', '0x01a0']),
      concatHex([addresses.usdc, '0x01', '0xa9059cbb', '0x01b8']),
      // Rule of the transfer: nothing but its value.
      '0x010000000000',
      '0x00000000000000000de0b6b3a7640000',
      '0x0000',
      // Rule of the call: exact, two words, one spend, one condition.
      '0x010000010002',
      zeros(16),
      '0x0101',
      '0x01000001',
      '0x010000',
      zeros(12),
      addresses.alice,
    ])
    const { bytes, policyHash } = compilePolicy(base, { chainId })

    expect(bytes.length).to.equal(2 + 2 * 503)
    expect(bytes).to.equal(expected)
    expect(policyHash).to.equal(
      keccak256(concatHex(['0x6101f780600a3d393df3', expected])),
    )
  })

  it('writes a switch, a set and a shared limit byte for byte', () => {
    const { bytes, rules } = compilePolicy(
      {
        ...base,
        limits: [
          { amount: '1', asset: 'ETH', per: 'month', scope: 'account' },
          { amount: '100', asset: 'USDC', per: 'lifetime' },
        ],
        permissions: [
          { to: ['bob', 'alice'], transfer: 'ETH' },
          {
            approve: 'USDC',
            name: 'Approve',
            spenders: { router: '50', venue: '7' },
          },
        ],
      },
      { chainId },
    )
    const expected = concatHex([
      // Directory: two assets, two limits, one set, one permission of each
      // kind, 24 + 5 + 68 + 2 * (24 + 4 + 35) bytes of rules, 40 of data.
      '0x00c0012a012a016a018b018b018b018b018b01a601ae028d02b5',
      zeros(6),
      concatHex(['0x01', zeros(20), zeros(32)]),
      concatHex(['0x02', addresses.usdc, zeros(32)]),
      // Scope 1, kind 3.
      '0x000100030000000000000000000000',
      '0x00',
      '0x00000000000000000de0b6b3a7640000',
      // Kind 4.
      '0x010000040000000000000000000000',
      '0x00',
      '0x00000000000000000000000005f5e100',
      // Set 0: addresses in this blob, two from byte 653.
      concatHex(['0x01', '0x028d0002', zeros(28)]),
      // The token's approve, with the rule at 430.
      concatHex([addresses.usdc, '0x01', '0x095ea7b3', '0x01ae']),
      // Transfers to set 0, with the rule at 629.
      '0x0000000000000275',
      // Switch on word 0: two alternatives, at 503 and 566.
      '0x0200000002',
      concatHex([zeros(12), addresses.router, '0x01f7']),
      concatHex([zeros(12), addresses.venue, '0x0236']),
      // Each: exact, two words, spends word 1, which is at most its maximum.
      concatHex(['0x010000010002', zeros(16), '0x0101', '0x01000001']),
      concatHex(['0x030001', zeros(28), '0x02faf080']),
      concatHex(['0x010000010002', zeros(16), '0x0101', '0x01000001']),
      concatHex(['0x030001', zeros(28), '0x006acfc0']),
      // The transfer's rule.
      '0x010000000000',
      '0x00000000000000000de0b6b3a7640000',
      '0x0000',
      // Data: the set, ascending.
      addresses.alice,
      addresses.bob,
    ])

    expect(slice(bytes, 160)).to.equal(expected)
    expect(rules.map(({ offset, path, type }) => [offset, path, type])).to.eql([
      [430, 'permissions[1].spenders.router', 'switch'],
      [503, 'permissions[1].spenders.router', 'plain'],
      [566, 'permissions[1].spenders.venue', 'plain'],
      [629, 'permissions[0]', 'plain'],
    ])
    expect(rules[0]?.name).to.equal('Approve')
  })

  it('gives the same bytes whatever the order of the document', () => {
    const reversed: PolicyDocument = {
      ...base,
      assets: Object.fromEntries(Object.entries(base.assets).reverse()),
      limits: [...base.limits].reverse(),
      permissions: [...base.permissions].reverse(),
    }

    expect(compilePolicy(reversed, { chainId }).bytes).to.equal(
      compilePolicy(base, { chainId }).bytes,
    )
  })

  it('keeps names and denial texts by the offset and the index', () => {
    const { limits, rules } = compilePolicy(
      {
        ...base,
        limits: [
          { ...base.limits[1], name: 'USDC a day', onDeny: 'Spent.' },
          base.limits[0],
        ],
        permissions: [
          base.permissions[0],
          { ...base.permissions[1], name: 'Pay', onDeny: 'Only alice.' },
        ],
      },
      { chainId },
    )

    expect(limits).to.deep.equal([
      { asset: 'ETH', path: 'limits[1]' },
      {
        asset: 'USDC',
        name: 'USDC a day',
        onDeny: 'Spent.',
        path: 'limits[0]',
      },
    ])
    expect(rules[1]).to.deep.equal({
      kind: 'call',
      name: 'Pay',
      offset: 440,
      onDeny: 'Only alice.',
      path: 'permissions[1]',
      selector: '0xa9059cbb',
      target: addresses.usdc,
      type: 'plain',
    })
  })

  it('refuses a chain that the document does not name', () => {
    const several = { ...base, chains: [...base.chains, 'eip155:8453'] }

    for (const document of [base, several])
      expect(() => compilePolicy(document, { chainId: 1 }))
        .to.throw(PolicyDocumentError)
        .with.property('issues')
        .that.deep.equals([
          {
            fix: 'Add eip155:1 if the policy is for it.',
            message: 'The policy is not for eip155:1.',
            path: 'chains',
          },
        ])
    expect(decodePolicy(compilePolicy(several, { chainId: 8453 }).bytes))
      .to.have.property('chainId')
      .that.equals(8453)
  })

  it('takes the nonce and the outer call from the account', () => {
    const nonce = { mask: 0xffn << 184n, value: 0x01n << 184n }
    const { bytes } = compilePolicy(base, {
      chainId,
      executeUserOp: true,
      nonce,
    })

    expect(slice(bytes, 3, 4)).to.equal('0x01')
    expect(slice(bytes, 32, 56)).to.equal(`0xff${'00'.repeat(23)}`)
    expect(slice(bytes, 64, 88)).to.equal(`0x01${'00'.repeat(23)}`)
  })

  it('puts a set that is external into a blob of its own', () => {
    const { bytes, sets } = compilePolicy(
      {
        ...base,
        permissions: [
          { to: 'vendors', transfer: 'ETH' },
          { to: 'vendors', transfer: 'USDC' },
        ],
        sets: { vendors: { external: true, members: ['bob', 'alice'] } },
      },
      { chainId },
    )
    const blob = encodeSet({
      addresses: [addresses.alice, addresses.bob],
      kind: 'addresses',
    })

    expect(blob).to.equal(
      concatHex(['0x00020100', addresses.alice, addresses.bob]),
    )
    expect(sets).to.deep.equal([{ bytes: blob, hash: getBlobHash(blob) }])
    expect(bytes).to.include(`03${getBlobHash(blob).slice(2)}`)
  })

  it('makes one set of equal sets', () => {
    const { sets } = compileToData({
      ...base,
      permissions: [
        { to: ['alice', 'bob'], transfer: 'ETH' },
        { to: ['bob', 'alice', 'alice'], transfer: 'USDC' },
      ],
    })

    expect(sets).to.deep.equal([
      { addresses: [addresses.alice, addresses.bob], kind: 'addresses' },
    ])
  })

  it('tells transfers of one token apart by their recipients', () => {
    const { groups, permissions } = compileToData({
      ...base,
      groups: ['payroll'],
      limits: [
        base.limits[0],
        base.limits[1],
        { amount: '7', asset: 'USDC', group: 'payroll', per: 'week' },
      ],
      permissions: [
        { to: 'alice', transfer: 'ETH' },
        { to: 'alice', transfer: 'USDC' },
        { group: 'payroll', to: 'bob', transfer: 'USDC' },
      ],
    })

    expect(groups).to.deep.equal([
      slice(keccak256(stringToHex('payroll')), 0, 16),
    ])
    const rule = permissions[1]?.rule
    expect(rule?.type === 'switch' && rule.word).to.equal(0)
    expect(
      rule?.type === 'switch' &&
        rule.alternatives.map(({ rule: { conditions, group }, value }) => [
          value,
          group,
          conditions,
        ]),
    ).to.deep.equal([
      [concatHex([zeros(12), addresses.alice]), undefined, []],
      [concatHex([zeros(12), addresses.bob]), 0, []],
    ])
  })

  it('has groups in the order of their ids, whatever that of the document', () => {
    const names = ['payroll', 'trading', 'refunds', 'bills']
    const compile = (groups: readonly string[]) =>
      compileToData({
        ...base,
        groups,
        limits: [
          ...base.limits,
          ...groups.map((group) => ({
            amount: String(names.indexOf(group) + 1),
            asset: 'USDC',
            group,
            per: 'week' as const,
          })),
        ],
        permissions: [
          ...base.permissions,
          ...groups.map((group) => ({
            call: 'router',
            function: `${group}()`,
            group,
          })),
        ],
      })
    const data = compile(names)
    const ids = names.map((name) => slice(keccak256(stringToHex(name)), 0, 16))

    expect(data.groups).to.deep.equal(ids.toSorted())
    for (const [i, id] of ids.entries())
      expect(
        data.limits.find(({ amount }) => amount === BigInt(i + 1) * 10n ** 6n)
          ?.group,
      ).to.equal(data.groups.indexOf(id))
    expect(compile(names.toReversed())).to.deep.equal(data)
  })

  it('rounds the gas budget down, and says so', () => {
    const { bytes, warnings } = compilePolicy(
      {
        ...base,
        gas: { ...base.gas, perDay: '12.345678901234567891' },
      },
      { chainId },
    )

    // 123,456,789,012 units of 10^8 wei.
    expect(slice(bytes, 112, 118)).to.equal('0x1cbe991a1408')
    expect(warnings).to.deep.equal([
      {
        message:
          'The gas budget of 12.345678901234567891 is rounded down to 12.3456789012.',
        path: 'gas.perDay',
      },
    ])
  })
})
