import { type Address, erc20Abi, isAddressEqual, parseAbi } from 'viem'
import { readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { getPolicyNames } from '../../accounts/getPolicyNames.ts'
import {
  type GetGrantReturnType,
  getGrant,
} from '../../actions/read/getGrant.ts'
import {
  type GetPolicyReturnType,
  getPolicy,
} from '../../actions/read/getPolicy.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type { PolicyErrorPolicy } from '../../errors/policyErrorContext.ts'
import type { CompiledPolicy } from '../../policy/compile/compiledPolicy.ts'
import { compilePolicy } from '../../policy/compilePolicy.ts'
import type { PolicyAsset, PolicyData } from '../../policy/format/types.ts'
import type { KnownAsset, KnownNames } from '../input/knownNames.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'

/** What the chain has granted to the agent, with names for it. */
export type LoadedPolicy = {
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
  const assets = await Promise.all(
    policy.data.assets.map((asset) => nameAsset(config, asset, document)),
  )
  return {
    compiled,
    documentMatches: document && compiled !== undefined,
    grant,
    known: toKnownNames(config, policy.data, assets, document),
    names: getPolicyNames(
      {
        assets,
        limits: compiled?.limits ?? [],
        rules: compiled?.rules ?? [],
      },
      policy.data,
    ),
    policy,
  }
}

/** Compiles the document for the account that the granted policy is for. */
function compileDocument(
  { document }: PolicyMcpServerConfig,
  { chainId, executeUserOp, nonceMask, nonceValue }: PolicyData,
): CompiledPolicy | undefined {
  if (!document?.chains.includes(`eip155:${chainId}`)) return undefined
  return compilePolicy(document, {
    chainId,
    executeUserOp,
    nonce: { mask: nonceMask, value: nonceValue },
  })
}

type NamedAsset = PolicyAsset & { decimals: number; symbol: string }

/** Finds symbol and decimals: in the document, else in the token itself. */
async function nameAsset(
  { account }: PolicyMcpServerConfig,
  asset: PolicyAsset,
  document: CompiledPolicy | undefined,
): Promise<NamedAsset> {
  const named = document?.assets.find(
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
      const { decimals, symbol } = await readToken(
        account.client,
        asset.address,
      )
      return { ...asset, decimals, symbol }
    }
    case 'erc721':
    case 'erc1155':
      return { ...asset, decimals: 0, symbol: shorten(asset.address) }
  }
}

/** A token may call itself anything: only what looks like a symbol is taken. */
const symbolPattern = /^[A-Za-z][\w.$-]{0,15}$/

async function readToken(
  client: PolicyMcpServerConfig['account']['client'],
  address: Address,
): Promise<{ decimals: number; symbol: string }> {
  const read = getAction(client, readContract, 'readContract')
  const [decimals, symbol] = await Promise.all([
    read({ abi: erc20Abi, address, functionName: 'decimals' }).catch(() => 0),
    read({
      abi: parseAbi(['function symbol() view returns (string)']),
      address,
      functionName: 'symbol',
    }).catch(() => ''),
  ])
  return {
    decimals: decimals <= 36 ? decimals : 0,
    symbol: symbolPattern.test(symbol) ? symbol : shorten(address),
  }
}

function shorten(address: Address): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

function toKnownNames(
  { account, document: text }: PolicyMcpServerConfig,
  data: PolicyData,
  assets: readonly NamedAsset[],
  document: CompiledPolicy | undefined,
): KnownNames {
  const { nativeCurrency } = account.client.chain ?? {}
  const isNative = ({ kind }: PolicyAsset) => kind === 'native'
  const native = assets.find(isNative) ??
    document?.assets.find(isNative) ?? {
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
      Object.entries(text?.contracts ?? {}).flatMap(([name, location]) => {
        const address =
          typeof location === 'string'
            ? location
            : location[`eip155:${data.chainId}`]
        return address ? [[name, address as Address]] : []
      }),
    ),
  }
}
