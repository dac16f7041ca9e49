import { expect } from 'chai'
import type { Address } from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { decompilePolicy } from '../../src/policy/decompilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import { addresses, base, chainId, compileToData } from './documents.ts'

const decompile = (document: PolicyDocument, tokens = {}) =>
  decompilePolicy(compilePolicy(document, { chainId }).bytes, { tokens })

describe('decompilePolicy', () => {
  it('writes a document with names of its own', () => {
    expect(decompile(base)).to.deep.equal({
      assets: {
        native: { type: 'native' },
        token1: { address: addresses.usdc, decimals: 0, type: 'erc20' },
      },
      chains: ['eip155:31337'],
      gas: {
        maxFeePerGas: '2 gwei',
        maxGas: 3_000_000,
        maxPreVerificationGas: 500_000,
        perDay: '0.01',
      },
      limits: [
        { amount: '1', asset: 'native', per: 'day' },
        { amount: '100000000', asset: 'token1', per: 'day' },
      ],
      maxCalls: 8,
      name: 'Decompiled policy',
      permissions: [
        { max: '1', to: addresses.alice, transfer: 'native' },
        { to: addresses.alice, transfer: 'token1' },
      ],
      validity: {
        from: '2025-01-01T00:00:00Z',
        until: '2026-01-01T00:00:00Z',
      },
      version: 1,
      window: '1h',
    })
  })

  it('writes amounts in whole units of tokens that are known', () => {
    const { assets, limits } = decompile(base, {
      [addresses.usdc]: { decimals: 6, symbol: 'USDC' },
    })

    expect(Object.keys(assets)).to.deep.equal(['native', 'USDC'])
    expect(limits[1]).to.deep.equal({
      amount: '100',
      asset: 'USDC',
      per: 'day',
    })
  })

  it('does not take a symbol that is no name, or that has two tokens', () => {
    const document: PolicyDocument = {
      ...base,
      limits: [
        { amount: '1', asset: 'WETH', per: 'day' },
        { amount: '1', asset: 'USDC', per: 'day' },
      ],
      permissions: [
        { to: 'alice', transfer: 'WETH' },
        { to: 'alice', transfer: 'USDC' },
      ],
    }
    const same = { decimals: 6, symbol: 'USD' }
    const bad = { decimals: 6, symbol: 'a b' }

    expect(
      Object.keys(
        decompile(document, { [addresses.usdc]: same, [addresses.weth]: same })
          .assets,
      ),
    ).to.deep.equal(['USD', 'USD-1'])
    expect(
      Object.keys(decompile(document, { [addresses.usdc]: bad }).assets),
    ).to.deep.equal(['token0', 'token1'])
  })

  it('keeps the id of a set that is not given', () => {
    const { bytes, sets } = compilePolicy(
      {
        ...base,
        permissions: [
          { to: 'vendors', transfer: 'USDC' },
          { to: 'alice', transfer: 'ETH' },
        ],
        sets: { vendors: { external: true, members: ['alice', 'bob'] } },
      },
      { chainId },
    )

    expect(decompilePolicy(bytes).sets).to.deep.equal({
      set0: { published: sets[0]?.hash, type: 'addresses' },
    })
    expect(
      decompilePolicy(bytes, { sets: sets.map((set) => set.bytes) }).sets,
    ).to.deep.equal({
      set0: { external: true, members: [addresses.alice, addresses.bob] },
    })
  })

  it('pins the account that the bytes pin', () => {
    const { bytes } = compilePolicy(base, {
      chainId,
      executeUserOp: true,
      nonce: { mask: 3n, value: 1n },
    })

    expect(decompilePolicy(bytes).account).to.deep.equal({
      executeUserOp: true,
      nonceMask: `0x${'00'.repeat(23)}03`,
      nonceValue: `0x${'00'.repeat(23)}01`,
    })
  })

  it('writes times beyond the calendar as seconds', () => {
    const bytes = encodePolicy({
      ...compileToData(base),
      validAfter: 0,
      validUntil: 2 ** 47 - 1,
    })

    expect(decompilePolicy(bytes).validity).to.deep.equal({ until: 2 ** 47 })
  })

  it('gives each token a name of its own, whatever they call themselves', () => {
    const symbols = ['USDC-2', 'USDC', 'USDC']
    const tokens = ['22', '77', '88'].map(
      (digits): Address => `0x${digits.repeat(20)}`,
    )
    const document = {
      ...base,
      assets: Object.fromEntries(
        tokens.map((address, index) => [
          `asset${index}`,
          { address, decimals: 6, type: 'erc20' as const },
        ]),
      ),
      limits: tokens.map((_, index) => ({
        amount: `${10 ** (index + 1)}`,
        asset: `asset${index}`,
        per: 'day' as const,
      })),
      permissions: tokens.map((_, index) => ({
        to: 'alice',
        transfer: `asset${index}`,
      })),
    }
    const { bytes } = compilePolicy(document, { chainId })

    const decompiled = decompilePolicy(bytes, {
      tokens: Object.fromEntries(
        tokens.map((address, index) => [
          address,
          { decimals: 6, symbol: symbols[index] ?? '' },
        ]),
      ),
    })

    expect(Object.keys(decompiled.assets)).to.have.length(3)
    expect(compilePolicy(decompiled, { chainId }).bytes).to.equal(bytes)
  })
})
