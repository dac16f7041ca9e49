import { type Address, erc20Abi, isAddressEqual } from 'viem'

import { getPolicyNames } from '../../accounts/getPolicyNames.ts'
import {
  type GetGrantReturnType,
  getGrant,
} from '../../actions/read/getGrant.ts'
import {
  type GetPolicyReturnType,
  getPolicy,
} from '../../actions/read/getPolicy.ts'
import { readAnswer } from '../../actions/readAnswer.ts'
import { PolicyDocumentError } from '../../errors/policyDocument.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../../errors/policyErrorContext.ts'
import type { CompiledPolicy } from '../../policy/compile/compiledPolicy.ts'
import { compilePolicy } from '../../policy/compilePolicy.ts'
import type { PolicyAsset, PolicyData } from '../../policy/format/types.ts'
import type { KnownAsset, KnownNames } from '../input/knownNames.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'

/** What the chain has granted to the agent, with names for it. */
export type LoadedPolicy = {
  /** Assets of the policy, in its order. */
  assets: readonly NamedAsset[]
  /** The document, compiled; only where its bytes are those of the chain. */
  compiled: CompiledPolicy | undefined
  /** Whether the document says the same; nothing where there is none. */
  documentMatches: boolean | undefined
  grant: GetGrantReturnType
  known: KnownNames
  names: PolicyErrorPolicy
  policy: NonNullable<GetPolicyReturnType>
}

/**
 * Reads from the chain what the agent may do, and finds names for it.
 *
 * @param config - {@link PolicyMcpServerConfig}
 */
export async function loadPolicy(
  config: PolicyMcpServerConfig,
): Promise<LoadedPolicy> {
  const { account, policyStore } = config
  const { agent, client, validator } = account

  const subject = { account: account.address, agent: agent.address, validator }
  const [grant, policy] = await Promise.all([
    getGrant(client, subject),
    getPolicy(client, { ...subject, policyStore }),
  ])
  if (!policy)
    throw new PolicyError({
      arguments: { account: subject.account, agent: subject.agent },
      code: 'AGENT_NOT_GRANTED',
      context: { phase: 'preflight' },
      source: { kind: 'sdk' },
    })

  const document = compileDocument(config, policy.data)
  const compiled =
    document?.policyHash === policy.policyHash ? document : undefined
  const assets = tellApart(
    await Promise.all(
      policy.data.assets.map((asset) => nameAsset(config, asset, compiled)),
    ),
  )
  return {
    assets,
    compiled,
    documentMatches: config.document && compiled !== undefined,
    grant,
    known: toKnownNames(config, policy.data, assets, compiled),
    names: getPolicyNames(
      {
        assets: assets.map(toCountedAsset),
        limits: compiled?.limits ?? [],
        rules: compiled?.rules ?? [],
      },
      policy.data,
    ),
    policy,
  }
}

/**
 * Compiles the document for the account that the granted policy is for. One that
 * does not compile for it is another policy's.
 */
function compileDocument(
  { document }: PolicyMcpServerConfig,
  { chainId, executeUserOp, nonceMask, nonceValue }: PolicyData,
): CompiledPolicy | undefined {
  if (!document?.chains.includes(`eip155:${chainId}`)) return undefined
  try {
    return compilePolicy(document, {
      chainId,
      executeUserOp,
      nonce: { mask: nonceMask, value: nonceValue },
    })
  } catch (error) {
    if (error instanceof PolicyDocumentError) return undefined
    throw error
  }
}

/** An asset of the policy. Nothing for `decimals`: nobody says how many. */
type NamedAsset = PolicyAsset & {
  decimals: number | undefined
  symbol: string
}

/** Names an asset for errors, which count in base units where they have to. */
function toCountedAsset({ decimals, symbol, ...asset }: NamedAsset) {
  return decimals === undefined
    ? { ...asset, decimals: 0, symbol: `base units of ${symbol}` }
    : { ...asset, decimals, symbol }
}

/** Finds symbol and decimals: in the document, else in the token itself. */
async function nameAsset(
  { account }: PolicyMcpServerConfig,
  asset: PolicyAsset,
  compiled: CompiledPolicy | undefined,
): Promise<NamedAsset> {
  const named = compiled?.assets.find(
    ({ address, id, kind }) =>
      kind === asset.kind &&
      id === asset.id &&
      isAddressEqual(address, asset.address),
  )
  if (named) return { ...asset, decimals: named.decimals, symbol: named.symbol }

  const { nativeCurrency } = account.client.chain ?? {}
  const native = {
    decimals: nativeCurrency?.decimals ?? 18,
    symbol: nativeCurrency?.symbol ?? 'ETH',
  }
  switch (asset.kind) {
    case 'native':
    case 'gas':
      return { ...asset, ...native }
    case 'operations':
      return { ...asset, decimals: 0, symbol: 'operations' }
    case 'erc20': {
      const { decimals, symbol } = await readToken(account, asset.address)
      return { ...asset, decimals, symbol }
    }
    case 'erc721':
    case 'erc1155':
      return { ...asset, decimals: 0, symbol: shorten(asset.address) }
  }
}

/** Puts addresses behind the names of tokens that another asset has too. */
function tellApart(assets: readonly NamedAsset[]): readonly NamedAsset[] {
  const toKey = ({ symbol }: NamedAsset) => symbol.toLowerCase()
  return assets.map((asset) => {
    // Gas is paid in the native asset, and tokens of one collection share a name.
    const isShared = assets.some(
      (other) =>
        toKey(other) === toKey(asset) &&
        !isAddressEqual(other.address, asset.address),
    )
    return asset.kind === 'erc20' && isShared
      ? { ...asset, symbol: `${asset.symbol} (${shorten(asset.address)})` }
      : asset
  })
}

/** A token may call itself anything: only what looks like a symbol is taken. */
const symbolPattern = /^[A-Za-z][\w.$-]{0,15}$/

/** Most decimals that amounts are written with. */
const maxDecimals = 36

/** Asks the token. When the node fails, nothing is supposed in its place. */
async function readToken(
  { address: from, client }: PolicyMcpServerConfig['account'],
  address: Address,
): Promise<{ decimals: number | undefined; symbol: string }> {
  const read = (functionName: 'decimals' | 'symbol') =>
    readAnswer(client, { abi: erc20Abi, address, from, functionName })
  const [decimals, symbol] = await Promise.all([
    read('decimals'),
    read('symbol'),
  ])
  return {
    decimals:
      typeof decimals === 'number' && decimals <= maxDecimals
        ? decimals
        : undefined,
    symbol:
      typeof symbol === 'string' && symbolPattern.test(symbol)
        ? symbol
        : shorten(address),
  }
}

function shorten(address: Address): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

function toKnownNames(
  { account, document: text }: PolicyMcpServerConfig,
  data: PolicyData,
  assets: readonly NamedAsset[],
  compiled: CompiledPolicy | undefined,
): KnownNames {
  const { nativeCurrency } = account.client.chain ?? {}
  const isNative = ({ kind }: PolicyAsset) => kind === 'native'
  const native = assets.find(isNative) ??
    compiled?.assets.find(isNative) ?? {
      decimals: nativeCurrency?.decimals ?? 18,
      symbol: nativeCurrency?.symbol ?? 'ETH',
    }
  const tokens = assets.filter(
    ({ kind, symbol }, index) =>
      kind === 'erc20' &&
      symbol !== native.symbol &&
      assets.findIndex((asset) => asset.symbol === symbol) === index,
  )
  return {
    assets: [
      {
        address: undefined,
        decimals: native.decimals,
        isNative: true,
        symbol: native.symbol,
      },
      ...tokens.map(
        ({ address, decimals, symbol }): KnownAsset => ({
          address,
          decimals,
          symbol,
        }),
      ),
    ],
    contracts: Object.fromEntries(
      Object.entries((compiled && text?.contracts) ?? {}).flatMap(
        ([name, location]) => {
          const address =
            typeof location === 'string'
              ? location
              : location[`eip155:${data.chainId}`]
          return address ? [[name, address as Address]] : []
        },
      ),
    ),
  }
}
