import {
  type Account,
  type Address,
  type Chain,
  type Client,
  erc20Abi,
  type GetChainIdErrorType,
  isAddressEqual,
  type Transport,
  zeroAddress,
} from 'viem'
import { getChainId, getCode } from 'viem/actions'
import { getAction } from 'viem/utils'

import { erc7579AccountAbi } from '../../accounts/erc7579AccountAbi.ts'
import type { PolicyDocumentErrorType } from '../../errors/policyDocument.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import {
  createFinding,
  type PolicyFinding,
  sortFindings,
} from '../../policy/lint/finding.ts'
import type { ViewAsset } from '../../policy/view/policyView.ts'
import { viewDocument } from '../../policy/view/toPolicyView.ts'
import { readAnswer } from '../readAnswer.ts'
import { collectAddresses, type NamedAddress } from './collectAddresses.ts'
import { isProxy } from './isProxy.ts'
import { moduleAbi, moduleTypes } from './moduleTypes.ts'

export type LintPolicyOnChainParameters = {
  /** Account that the policy is for; without it, its modules are not asked for. */
  account?: Address | undefined
  policy: PolicyDocument
}

/** Errors first. */
export type LintPolicyOnChainReturnType = readonly PolicyFinding[]

export type LintPolicyOnChainErrorType =
  | GetChainIdErrorType
  | PolicyDocumentErrorType

/** First bytes of the code of a key that has delegated (EIP-7702). */
const delegationPrefix = '0xef0100'

type AnyClient = Client<Transport, Chain | undefined, Account | undefined>

/**
 * Finds what a careful owner would regret about the addresses of a policy: it
 * asks the chain what they are. `lintPolicy` finds the rest.
 *
 * Where the node does not answer, there is a finding that says so: no finding
 * means that the chain was asked.
 *
 * @param client - Client to use
 * @param parameters - {@link LintPolicyOnChainParameters}
 * @returns Findings. {@link LintPolicyOnChainReturnType}
 */
export async function lintPolicyOnChain(
  client: AnyClient,
  parameters: LintPolicyOnChainParameters,
): Promise<LintPolicyOnChainReturnType> {
  const { account, policy } = parameters

  const chainId = await getAction(client, getChainId, 'getChainId')({})
  const view = viewDocument(policy, { chainId })
  const { assets, paymasters, spenders, targets } = collectAddresses(view)
  const findings = await Promise.all([
    ...assets.map((asset) => lintAsset(client, asset)),
    ...paymasters.map((named) =>
      lintCode(client, named, 'PAYMASTER_WITHOUT_CODE'),
    ),
    ...spenders.map((named) => lintCode(client, named, 'SPENDER_WITHOUT_CODE')),
    ...targets.map((named) => lintTarget(client, named, account)),
  ])
  return sortFindings(findings.flat())
}

/** Asks; where the node fails, says that it is unknown. */
async function ask(
  { name, path }: Pick<NamedAddress, 'name' | 'path'>,
  what: string,
  question: () => Promise<readonly PolicyFinding[]>,
): Promise<readonly PolicyFinding[]> {
  try {
    return await question()
  } catch {
    return [
      createFinding(
        'CHAIN_UNREAD',
        path,
        `Nobody knows ${what} of ${name}: the node did not answer.`,
      ),
    ]
  }
}

function lintCode(
  client: AnyClient,
  named: NamedAddress,
  code:
    | 'PAYMASTER_WITHOUT_CODE'
    | 'SPENDER_WITHOUT_CODE'
    | 'TARGET_WITHOUT_CODE',
): Promise<readonly PolicyFinding[]> {
  const { address, name, path } = named
  return ask(named, 'the code', async () => {
    const bytes = await getAction(client, getCode, 'getCode')({ address })
    if (!bytes)
      return [createFinding(code, path, `${name} (${address}) has no code.`)]
    if (bytes.startsWith(delegationPrefix))
      return code === 'SPENDER_WITHOUT_CODE'
        ? [
            createFinding(
              'SPENDER_DELEGATED',
              path,
              `${name} (${address}) is a key with delegated code.`,
            ),
          ]
        : []
    if (!(await isProxy(client, address))) return []
    return [
      createFinding(
        'TARGET_IS_PROXY',
        path,
        `${name} is a proxy: its code may change.`,
      ),
    ]
  })
}

async function lintTarget(
  client: AnyClient,
  named: NamedAddress,
  account: Address | undefined,
): Promise<readonly PolicyFinding[]> {
  const { address, name, path } = named
  if (account && isAddressEqual(account, address))
    return [createFinding('TARGET_IS_ACCOUNT', path, `${name} is the account.`)]
  const findings = await Promise.all([
    lintCode(client, named, 'TARGET_WITHOUT_CODE'),
    ask(named, 'whether a module is', () => lintModule(client, named, account)),
  ])
  return findings.flat()
}

async function lintModule(
  client: AnyClient,
  { address, name, path }: NamedAddress,
  account: Address | undefined,
): Promise<readonly PolicyFinding[]> {
  const from = account ?? zeroAddress
  const code =
    account &&
    (await getAction(client, getCode, 'getCode')({ address: account }))
  for (const [type, id] of moduleTypes) {
    const installed =
      account &&
      code &&
      (await readAnswer(client, {
        abi: erc7579AccountAbi,
        address: account,
        args: [id, address, '0x'],
        from,
        functionName: 'isModuleInstalled',
      }))
    if (installed === true)
      return [
        createFinding(
          'TARGET_IS_INSTALLED',
          path,
          `${name} is a module of the account (${type}).`,
        ),
      ]
    if (code && installed === undefined)
      return [
        createFinding(
          'CHAIN_UNREAD',
          path,
          `The account does not say whether ${name} is one of its modules (${type}).`,
        ),
      ]
  }
  for (const [type, id] of moduleTypes) {
    const answer = await readAnswer(client, {
      abi: moduleAbi,
      address,
      args: [id],
      from,
      functionName: 'isModuleType',
    })
    if (answer === true)
      return [
        createFinding(
          'TARGET_IS_MODULE',
          path,
          `${name} says that it is a module (${type}).`,
        ),
      ]
  }
  return []
}

/** ERC-165 ids of collections. */
const interfaceIds = { erc1155: '0xd9b67a26', erc721: '0x80ac58cd' } as const

function lintAsset(
  client: AnyClient,
  asset: ViewAsset,
): Promise<readonly PolicyFinding[]> {
  const { address, decimals, kind, symbol } = asset
  const path = `assets.${symbol}`
  return ask({ name: symbol, path }, 'the token', async () => {
    const code = await getAction(client, getCode, 'getCode')({ address })
    if (!code || code.startsWith(delegationPrefix))
      return [
        createFinding(
          'TOKEN_WITHOUT_CODE',
          `${path}.address`,
          `${symbol} has no code of its own at ${address}.`,
        ),
      ]
    const findings: PolicyFinding[] = []
    if (await isProxy(client, address))
      findings.push(
        createFinding(
          'TARGET_IS_PROXY',
          path,
          `${symbol} is a proxy: its code may change.`,
        ),
      )
    if (kind === 'erc20') {
      const answer = await readAnswer(client, {
        abi: erc20Abi,
        address,
        from: zeroAddress,
        functionName: 'decimals',
      })
      if (answer !== decimals)
        findings.push(
          createFinding(
            'TOKEN_DECIMALS_DIFFER',
            `${path}.decimals`,
            answer === undefined
              ? `${symbol} does not say how many decimals it has.`
              : `${symbol} has ${answer} decimals, and the document says ${decimals}.`,
          ),
        )
    } else if (kind === 'erc721' || kind === 'erc1155') {
      const answer = await readAnswer(client, {
        abi: moduleAbi,
        address,
        args: [interfaceIds[kind]],
        from: zeroAddress,
        functionName: 'supportsInterface',
      })
      if (answer === false)
        findings.push(
          createFinding(
            'TOKEN_TYPE_DIFFERS',
            `${path}.type`,
            `${symbol} says that it is no ${kind === 'erc721' ? 'ERC-721' : 'ERC-1155'} collection.`,
          ),
        )
    }
    return findings
  })
}
