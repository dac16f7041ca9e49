import {
  type Account,
  type Address,
  type Chain,
  type Client,
  erc20Abi,
  erc721Abi,
  type GetChainIdErrorType,
  getAddress,
  parseAbi,
  type Transport,
} from 'viem'
import { getChainId, getCode, getLogs, readContract } from 'viem/actions'
import { getAction } from 'viem/utils'

import { erc7579AccountAbi } from '../../accounts/erc7579AccountAbi.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import type { PolicyDocumentErrorType } from '../../errors/policyDocument.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import type { ViewAsset } from '../../policy/view/policyView.ts'
import { viewDocument } from '../../policy/view/toPolicyView.ts'
import { collectAddresses } from './collectAddresses.ts'
import { type ModuleType, moduleAbi, moduleTypes } from './moduleTypes.ts'

export type ReviewAccountParameters = {
  account: Address
  /**
   * First block whose logs are asked for.
   *
   * @default 0n
   */
  fromBlock?: bigint | undefined
  /** Modules to ask for beside those that the account has logged. */
  modules?: readonly Address[] | undefined
  policy: PolicyDocument
  /** @default policyValidatorAddress */
  validator?: Address | undefined
}

/** What is not known is `unknown`; it is never taken for nothing. */
export type Reviewed<value> = value | 'unknown'

export type ReviewAccountReturnType = {
  /** Allowances that are not 0, of tokens that the policy has budgets for. */
  allowances: readonly {
    /** Base units. */
    amount: Reviewed<bigint>
    /** Whether the policy approves or calls the spender. */
    inPolicy: boolean
    spender: Address
    symbol: string
    token: Address
  }[]
  /** Modules that are installed, or may be. */
  modules: readonly {
    installed: Reviewed<true>
    module: Address
    type: ModuleType
  }[]
  /** Operators of whole collections that the policy has budgets for. */
  operators: readonly {
    approved: Reviewed<true>
    collection: Address
    inPolicy: boolean
    operator: Address
    symbol: string
  }[]
  /** What could not be asked: there may be more than is listed. */
  unknown: readonly string[]
}

export type ReviewAccountErrorType =
  | GetChainIdErrorType
  | PolicyDocumentErrorType

type AnyClient = Client<Transport, Chain | undefined, Account | undefined>

/** Spender that moves tokens for others; the same on every chain. */
const permit2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3'

const approvalForAll = parseAbi([
  'event ApprovalForAll(address indexed owner, address indexed operator, bool approved)',
])[0]
const approval = erc20Abi.find(
  (item) => item.type === 'event' && item.name === 'Approval',
) as Extract<(typeof erc20Abi)[number], { name: 'Approval' }>
const moduleInstalled = moduleAbi.find(
  ({ type }) => type === 'event',
) as Extract<(typeof moduleAbi)[number], { type: 'event' }>

/**
 * Lists what an account has given away already, before it grants a policy: it is
 * bound by no policy.
 *
 * Spenders, operators and modules are those of the policy, and those that logs
 * name. Approvals of single ERC-721 tokens, and what Permit2 has been told, are
 * not asked for.
 *
 * @param client - Client to use
 * @param parameters - {@link ReviewAccountParameters}
 * @returns What is there, and what is unknown. {@link ReviewAccountReturnType}
 */
export async function reviewAccount(
  client: AnyClient,
  parameters: ReviewAccountParameters,
): Promise<ReviewAccountReturnType> {
  const { account, fromBlock = 0n, policy } = parameters
  const { modules = [], validator = policyValidatorAddress } = parameters

  const chainId = await getAction(client, getChainId, 'getChainId')({})
  const { assets, spenders, targets } = collectAddresses(
    viewDocument(policy, { chainId }),
  )
  const named = [...spenders, ...targets].map(({ address }) => address)
  const unknown: string[] = []
  const context: Context = { account, client, fromBlock, named, unknown }

  const tokens = assets.filter(({ kind }) => kind === 'erc20')
  const collections = assets.filter(({ kind }) => kind !== 'erc20')
  const [allowances, operators, installed] = await Promise.all([
    Promise.all(tokens.map((token) => reviewToken(context, token))),
    Promise.all(collections.map((asset) => reviewCollection(context, asset))),
    reviewModules(context, [...modules, ...named, validator]),
  ])
  return {
    allowances: allowances.flat(),
    modules: installed,
    operators: operators.flat(),
    unknown,
  }
}

type Context = {
  account: Address
  client: AnyClient
  fromBlock: bigint
  /** Whom the policy approves or calls. */
  named: readonly Address[]
  unknown: string[]
}

/** Asks; where the node fails, notes what is unknown. */
async function ask<value>(
  { unknown }: Context,
  what: string,
  question: () => Promise<value>,
): Promise<Reviewed<value>> {
  try {
    return await question()
  } catch {
    unknown.push(what)
    return 'unknown'
  }
}

async function reviewToken(context: Context, asset: ViewAsset) {
  const { account, client, fromBlock, named } = context
  const { symbol } = asset
  const token = getAddress(asset.address)
  const logs = await ask(context, `spenders of ${symbol} in the logs`, () =>
    getAction(
      client,
      getLogs,
      'getLogs',
    )({
      address: token,
      args: { owner: account },
      event: approval,
      fromBlock,
      toBlock: 'latest',
    }),
  )
  const logged =
    logs === 'unknown' ? [] : logs.flatMap(({ args }) => args.spender ?? [])
  const found = await Promise.all(
    getOnce([...named, permit2, ...logged]).map(async (spender) => ({
      amount: await ask(
        context,
        `the allowance of ${symbol} for ${spender}`,
        () =>
          getAction(
            client,
            readContract,
            'readContract',
          )({
            abi: erc20Abi,
            address: token,
            args: [account, spender],
            functionName: 'allowance',
          }),
      ),
      inPolicy: named.includes(spender),
      spender,
      symbol,
      token,
    })),
  )
  return found.filter(({ amount }) => amount !== 0n)
}

async function reviewCollection(context: Context, asset: ViewAsset) {
  const { account, client, fromBlock, named } = context
  const { symbol } = asset
  const collection = getAddress(asset.address)
  const logs = await ask(context, `operators of ${symbol} in the logs`, () =>
    getAction(
      client,
      getLogs,
      'getLogs',
    )({
      address: collection,
      args: { owner: account },
      event: approvalForAll,
      fromBlock,
      toBlock: 'latest',
    }),
  )
  const logged =
    logs === 'unknown' ? [] : logs.flatMap(({ args }) => args.operator ?? [])
  const found = await Promise.all(
    getOnce([...named, ...logged]).map(async (operator) => ({
      approved: await ask(
        context,
        `whether ${operator} is an operator of ${symbol}`,
        () =>
          getAction(
            client,
            readContract,
            'readContract',
          )({
            abi: erc721Abi,
            address: collection,
            args: [account, operator],
            functionName: 'isApprovedForAll',
          }),
      ),
      collection,
      inPolicy: named.includes(operator),
      operator,
      symbol,
    })),
  )
  return found.flatMap(({ approved, ...rest }) =>
    approved === false ? [] : [{ ...rest, approved }],
  )
}

async function reviewModules(context: Context, candidates: readonly Address[]) {
  const { account, client, fromBlock } = context
  const code = await ask(context, 'the code of the account', () =>
    getAction(client, getCode, 'getCode')({ address: account }),
  )
  // What is not deployed has no modules yet.
  if (code === undefined) return []
  const logs = await ask(context, 'modules in the logs', () =>
    getAction(
      client,
      getLogs,
      'getLogs',
    )({
      address: account,
      event: moduleInstalled,
      fromBlock,
      toBlock: 'latest',
    }),
  )
  const logged = logs === 'unknown' ? [] : logs.map(({ args }) => args)
  const modules = getOnce([
    ...candidates,
    ...logged.flatMap(({ module }) => module ?? []),
  ])
  const found = await Promise.all(
    modules.flatMap((module) =>
      moduleTypes.map(async ([type, id]) => {
        const installed = await ask(
          context,
          `whether ${module} is installed as ${type}`,
          () =>
            getAction(
              client,
              readContract,
              'readContract',
            )({
              abi: erc7579AccountAbi,
              address: account,
              args: [id, module, '0x'],
              functionName: 'isModuleInstalled',
            }),
        )
        // A fallback handler is installed for a selector, which nobody names here.
        const isLogged = logged.some(
          (args) =>
            args.moduleTypeId === id &&
            args.module !== undefined &&
            getAddress(args.module) === module,
        )
        const mayBe = type === 'fallback' && installed === false && isLogged
        return {
          installed: mayBe ? ('unknown' as const) : installed,
          module,
          type,
        }
      }),
    ),
  )
  return found.flatMap(({ installed, ...rest }) =>
    installed === false ? [] : [{ ...rest, installed }],
  )
}

function getOnce(addresses: readonly Address[]): readonly Address[] {
  return [...new Set(addresses.map((address) => getAddress(address)))]
}
