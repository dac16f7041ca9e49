import {
  type Address,
  encodeFunctionData,
  formatEther,
  formatUnits,
  keccak256,
  parseEther,
  parseUnits,
  stringToHex,
} from 'viem'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import type { Call } from '../../src/types/call.ts'

/** What a transfer moves: base units of the token, or wei. */
export const tokenAmount = 1_234_567n

/** Most of the token that an operation may move, in base units. */
export const tokenCap = parseUnits('1000', 6)

/** Most native value that an operation may move, in wei. */
export const nativeCap = parseEther('1')

/** Returns addresses that nobody has the keys of, in ascending order. */
export function getAddresses(
  count: number,
  kind: 'contract' | 'recipient',
): readonly Address[] {
  return Array.from(
    { length: count },
    (_, index): Address =>
      `0x${keccak256(stringToHex(`${kind} ${index}`)).slice(-40)}`,
  ).sort()
}

export type TokenPolicyParameters = {
  chainId: number
  /** Whether the recipients are a blob of their own. @default by their size */
  external?: boolean
  /** Tier of every transfer, whatever the amount. @default none */
  tier?: 'approval' | 'delay' | 'notify' | undefined
  /** How the tier waits, or is approved. */
  tiers?: PolicyDocument['tiers']
  /** Permissions beside the transfer, each for a call of another contract. */
  extraPermissions?: number
  recipients: readonly Address[]
  token: Address
}

/**
 * Returns a policy for a token: recipients, a cap per operation, a daily
 * budget, a daily gas budget, and an expiry.
 */
export function getTokenPolicy(
  parameters: TokenPolicyParameters,
): PolicyDocument {
  const {
    chainId,
    external,
    extraPermissions = 0,
    recipients,
    tier,
    tiers,
    token,
  } = parameters
  return definePolicy({
    ...getFrame(chainId),
    ...(tiers === undefined ? {} : { tiers }),
    assets: { TUSD: { address: token, decimals: 6, type: 'erc20' } },
    limits: [
      { amount: formatUnits(tokenCap, 6), asset: 'TUSD', per: 'operation' },
      { amount: '1000000000', asset: 'TUSD', per: 'day' },
    ],
    permissions: [
      {
        to: 'recipients',
        transfer: 'TUSD',
        ...(tier === undefined ? {} : { tier }),
      },
      ...getAddresses(extraPermissions, 'contract').map((address) => ({
        call: address,
        function: 'ping(uint256 count)',
        where: { count: { atMost: 100 } },
      })),
    ],
    sets: {
      recipients: {
        members: [...recipients],
        ...(external === undefined ? {} : { external }),
      },
    },
  })
}

/**
 * Returns a policy for native transfers: recipients, a cap per operation, a
 * daily budget, a daily gas budget, and an expiry.
 */
export function getNativePolicy(parameters: {
  chainId: number
  recipients: readonly Address[]
}): PolicyDocument {
  const { chainId, recipients } = parameters
  return definePolicy({
    ...getFrame(chainId),
    assets: { ETH: { type: 'native' } },
    limits: [
      { amount: formatEther(nativeCap), asset: 'ETH', per: 'operation' },
      { amount: '10', asset: 'ETH', per: 'day' },
    ],
    permissions: [{ to: [...recipients], transfer: 'ETH' }],
  })
}

function getFrame(chainId: number) {
  return {
    chains: [`eip155:${chainId}`],
    gas: {
      maxFeePerGas: '100 gwei',
      maxGas: 10_000_000,
      perDay: '10',
    },
    name: 'Benchmark',
    validity: { from: '2027-01-01', until: '2028-01-01' },
    version: 1 as const,
  }
}

/** Returns a transfer of the token, of the amount of all workloads or another. */
export function transferToken(
  token: Address,
  to: Address,
  amount = tokenAmount,
): Call {
  return {
    data: encodeFunctionData({
      abi: testTokenAbi,
      args: [to, amount],
      functionName: 'transfer',
    }),
    to: token,
  }
}

/** Returns a native transfer, of the amount of all workloads or another. */
export function transferNative(to: Address, amount = tokenAmount): Call {
  return { to, value: amount }
}
