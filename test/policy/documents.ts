import { expect } from 'chai'

import {
  PolicyDocumentError,
  type PolicyIssue,
} from '../../src/errors/policyDocument.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import type { PolicyData } from '../../src/policy/format/types.ts'

export const chainId = 31_337

export const addresses = {
  alice: '0x1111111111111111111111111111111111111111',
  bob: '0x3333333333333333333333333333333333333333',
  router: '0x4444444444444444444444444444444444444444',
  usdc: '0x2222222222222222222222222222222222222222',
  venue: '0x5555555555555555555555555555555555555555',
  weth: '0x6666666666666666666666666666666666666666',
} as const

/** A small policy, which tests change one thing of. */
export const base = {
  version: 1,
  name: 'Test',
  chains: [`eip155:${chainId}`],
  validity: { from: '2025-01-01', until: '2026-01-01' },
  assets: {
    ETH: { type: 'native' },
    USDC: { address: addresses.usdc, decimals: 6, type: 'erc20' },
    WETH: { address: addresses.weth, decimals: 18, type: 'erc20' },
  },
  contracts: {
    alice: addresses.alice,
    bob: addresses.bob,
    router: addresses.router,
    venue: addresses.venue,
  },
  limits: [
    { amount: '1', asset: 'ETH', per: 'day' },
    { amount: '100', asset: 'USDC', per: 'day' },
  ],
  permissions: [
    { to: 'alice', transfer: 'ETH' },
    { to: 'alice', transfer: 'USDC' },
  ],
  gas: { maxFeePerGas: '2 gwei', perDay: '0.01' },
} as const satisfies PolicyDocument

/** Compiles a document and decodes what came of it. */
export function compileToData(document: PolicyDocument): PolicyData {
  return decodePolicy(compilePolicy(document, { chainId }).bytes)
}

/** The issues of a document, which must have some. */
export function getIssues(document: unknown): readonly PolicyIssue[] {
  try {
    definePolicy(document as PolicyDocument)
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error.issues
    throw error
  }
  throw new Error('The document has no issues.')
}

/** Asserts the one issue of a document. */
export function expectIssue(
  document: unknown,
  issue: { fix: string; message: string; path: string },
): void {
  expect(getIssues(document)).to.deep.equal([issue])
}
