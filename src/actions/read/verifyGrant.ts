import {
  type Account,
  type Address,
  type Chain,
  type Client,
  erc20Abi,
  type Hash,
  type Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { policyStoreAddress } from '../../constants/addresses.ts'
import type {
  PolicyBytesErrorType,
  PolicyDocumentErrorType,
} from '../../errors/policyDocument.ts'
import type { CompiledPolicy } from '../../policy/compile/compiledPolicy.ts'
import { compilePolicy } from '../../policy/compilePolicy.ts'
import { decompilePolicy } from '../../policy/decompilePolicy.ts'
import type { PolicyChange } from '../../policy/diff/change.ts'
import { diffPolicy } from '../../policy/diffPolicy.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import { explainPolicy } from '../../policy/explainPolicy.ts'
import type {
  PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundErrorType,
} from '../errors.ts'
import {
  type GetGrantErrorType,
  type GetGrantReturnType,
  getGrant,
} from './getGrant.ts'
import {
  type GetUsageErrorType,
  type GetUsageReturnType,
  getUsage,
} from './getUsage.ts'
import { type PublishedPolicy, readPolicy } from './readPolicy.ts'

export type VerifyGrantParameters = {
  account: Address
  agent: Address
  /** What is believed to be granted. */
  policy?: PolicyDocument | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

export type VerifyGrantReturnType = GetGrantReturnType & {
  /**
   * How what is granted differs from the document: what is `looser` the agent may
   * do though the document does not say so. Empty without a document.
   */
  changes: readonly PolicyChange[]
  /** What the bytes say, as a document; nothing while there is no grant. */
  document: PolicyDocument | undefined
  /** Whether the policy has ended, or has not begun, at the chain's time. */
  expired: boolean | undefined
  /** Last second, inclusive, in Unix seconds. */
  expiresAt: number | undefined
  /** What the bytes permit, in sentences. */
  explanation: readonly string[]
  /** Whether the bytes are exactly those of the document; nothing without one. */
  matches: boolean | undefined
  /** Id of the policy, worked out from the chain's bytes. */
  policyHash: Hash | undefined
  /** What is spent of every budget. */
  usage: GetUsageReturnType
}

export type VerifyGrantErrorType =
  | GetGrantErrorType
  | GetUsageErrorType
  | PolicyBlobMismatchErrorType
  | PolicyBlobNotFoundErrorType
  | PolicyBytesErrorType
  | PolicyDocumentErrorType

/**
 * Says what an agent really may do, from the chain's own bytes.
 *
 * The address of the bytes is worked out again from their content and the store,
 * so that neither a document nor a tool in between can show another policy. Only
 * symbols and decimals come from elsewhere, from the tokens themselves: where a
 * token does not answer, amounts are in base units. A token may call itself what it
 * likes, so the explanation says the address behind each name; two tokens of one
 * name both get their address behind it.
 *
 * @param client - Client to use
 * @param parameters - {@link VerifyGrantParameters}
 * @returns What is granted. {@link VerifyGrantReturnType}
 *
 * @example
 * const { changes, matches } = await verifyGrant(client, {
 *   account,
 *   agent,
 *   policy,
 * })
 */
export async function verifyGrant(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: VerifyGrantParameters,
): Promise<VerifyGrantReturnType> {
  const {
    account,
    agent,
    policyStore: store = policyStoreAddress,
    validator,
  } = parameters

  const grant = await getGrant(client, { account, agent, validator })
  if (!grant.policy)
    return {
      ...grant,
      changes: [],
      document: undefined,
      expired: undefined,
      expiresAt: undefined,
      explanation: [],
      matches: parameters.policy && false,
      policyHash: undefined,
      usage: undefined,
    }

  const [published, usage] = await Promise.all([
    readPolicy(client, { address: grant.policy, store }),
    getUsage(client, { account, agent, policyStore: store, validator }),
  ])
  const { bytes, data, policyHash } = published
  const sets = published.sets.map((set) => set.bytes)
  const tokens = await readTokens(client, published)
  const document = decompilePolicy(bytes, { sets, tokens })
  const compiled = parameters.policy && compile(parameters.policy, published)
  const matches = compiled && compiled.policyHash === policyHash
  return {
    ...grant,
    changes:
      parameters.policy && !matches
        ? diffPolicy(
            parameters.policy,
            { bytes, sets, tokens },
            getProfile(published),
          )
        : [],
    document,
    expired:
      usage &&
      (usage.timestamp > data.validUntil || usage.timestamp < data.validAfter),
    expiresAt: data.validUntil,
    explanation: [...explainPolicy(document), ...sayTokens(document)],
    matches,
    policyHash,
    usage,
  }
}

/** What the policy says of the account that it is for. */
function getProfile({ data }: PublishedPolicy) {
  const { executeUserOp, nonceMask: mask, nonceValue: value } = data
  return { executeUserOp, nonce: { mask, value } }
}

/** Compiles a document for the account that the granted policy is for. */
function compile(
  document: PolicyDocument,
  policy: PublishedPolicy,
): CompiledPolicy {
  return compilePolicy(document, {
    ...getProfile(policy),
    chainId: policy.data.chainId,
  })
}

/** A token may call itself anything: only what looks like a symbol is taken. */
const symbolPattern = /^[A-Za-z][\w.$-]{0,15}$/

/** Most decimals that amounts are written with. */
const maxDecimals = 36

/** Asks each token what it is called; leaves out those that do not answer. */
async function readTokens(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  { data }: PublishedPolicy,
): Promise<Record<Address, { decimals: number; symbol: string }>> {
  const read = getAction(client, readContract, 'readContract')
  const tokens = await Promise.all(
    data.assets
      .filter(({ kind }) => kind === 'erc20')
      .map(async ({ address }) => {
        const [decimals, symbol] = await Promise.all([
          read({ abi: erc20Abi, address, functionName: 'decimals' }),
          read({ abi: erc20Abi, address, functionName: 'symbol' }),
        ]).catch(() => [undefined, undefined] as const)
        return decimals !== undefined &&
          decimals <= maxDecimals &&
          symbolPattern.test(symbol)
          ? [[address, { decimals, symbol }] as const]
          : []
      }),
  )
  const found = tokens.flat()
  const toKey = (symbol: string) => symbol.toLowerCase()
  const isShared = (symbol: string) =>
    found.filter(([, token]) => toKey(token.symbol) === toKey(symbol)).length >
    1
  return Object.fromEntries(
    found.map(([address, { decimals, symbol }]) => [
      address,
      {
        decimals,
        symbol: isShared(symbol)
          ? `${symbol}-${address.slice(2, 10).toLowerCase()}`
          : symbol,
      },
    ]),
  )
}

/** Says which contract stands behind each name. */
function sayTokens({ assets }: PolicyDocument): readonly string[] {
  return Object.entries(assets).flatMap(([name, asset]) =>
    'address' in asset
      ? [
          `${name} is the token ${typeof asset.address === 'string' ? asset.address : JSON.stringify(asset.address)}${'decimals' in asset ? `, counted with ${asset.decimals} decimals` : ''}.`,
        ]
      : [],
  )
}
