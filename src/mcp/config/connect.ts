import {
  type Address,
  type Chain,
  type Client,
  createClient,
  defineChain,
  encodeAbiParameters,
  http,
  isAddressEqual,
  keccak256,
  type LocalAccount,
  parseAbi,
  type Transport,
} from 'viem'
import {
  createBundlerClient,
  getSupportedEntryPoints,
} from 'viem/account-abstraction'
import { getChainId, getCode } from 'viem/actions'

import {
  erc7579AccountAbi,
  validatorModuleType,
} from '../../accounts/erc7579AccountAbi.ts'
import {
  getEntryPoint,
  type PolicyEntryPointVersion,
} from '../../accounts/getEntryPoint.ts'
import { toPolicyAgentAccount } from '../../accounts/toPolicyAgentAccount.ts'
import { readAnswer } from '../../actions/readAnswer.ts'
import { getSystemReason } from '../../node/getSystemReason.ts'
import type { AccountProfile } from '../../policy/compile/compileHeader.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import { ConfigurationError, type ConfigurationIssue } from '../errors.ts'
import { createOperationStore } from '../operations/operationStore.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import type { ServerEnvironment } from './readEnvironment.ts'

/** Longest wait for an answer, in ms. */
const timeout = 10_000

/**
 * Connects to node and bundler, and checks that the account is set up for the
 * agent before any tool is offered.
 *
 * @param environment - {@link ServerEnvironment}
 * @param parameters - The agent's key, and the policy document if there is one
 * @returns Configuration of the server
 */
export async function connect(
  environment: ServerEnvironment,
  parameters: {
    agent: LocalAccount
    document: PolicyDocument | undefined
  },
): Promise<PolicyMcpServerConfig> {
  const { agent, document } = parameters
  const { bundlerUrl, policyStore, rpcUrl, stateDirectory, validator } =
    environment

  const chainId = await ask('MANDATE_RPC_URL', rpcUrl, () =>
    getChainId(createClient({ transport: http(rpcUrl, { timeout }) })),
  )
  const chain = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { decimals: 18, name: 'Native currency', symbol: 'ETH' },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createClient({
    cacheTime: 0,
    chain,
    transport: http(rpcUrl, { timeout }),
  })
  const bundlerClient = createBundlerClient({
    chain,
    client,
    transport: http(bundlerUrl, { timeout }),
  })

  await checkAccount(environment, client)
  await checkBundler(environment, bundlerClient, chainId)

  const account = await toPolicyAgentAccount({
    account: environment.account,
    agent,
    client,
    entryPoint: environment.entryPoint,
    validator,
  })
  checkPin(document, account.adapter.getProfile({ validator }))
  const operations = openOperations(stateDirectory, {
    account: account.address,
    agent: agent.address,
    chainId,
    entryPoint: account.entryPoint.address,
    validator,
  })
  return { account, bundlerClient, document, operations, policyStore }
}

async function checkBundler(
  { bundlerUrl, entryPoint }: ServerEnvironment,
  client: Client<Transport, Chain>,
  chainId: number,
): Promise<void> {
  const variable = 'MANDATE_BUNDLER_URL'
  const [bundlerChainId, entryPoints] = await ask(variable, bundlerUrl, () =>
    Promise.all([getChainId(client), getSupportedEntryPoints(client as never)]),
  )
  if (bundlerChainId !== chainId)
    throw refuse(
      variable,
      `The bundler is on chain ${bundlerChainId}, but the node of MANDATE_RPC_URL is on chain ${chainId}.`,
      'Set both to the same chain.',
    )
  const { address } = getEntryPoint(entryPoint)
  if (!entryPoints.some((supported) => isAddressEqual(supported, address)))
    throw refuse(
      variable,
      `The bundler does not serve EntryPoint ${entryPoint} (${address}).`,
      'Set MANDATE_ENTRY_POINT to that of the account, or use another bundler.',
    )
}

async function checkAccount(
  environment: ServerEnvironment,
  client: Client<Transport, Chain>,
): Promise<void> {
  const { account, rpcUrl, validator } = environment
  const read = <value>(request: () => Promise<value>) =>
    ask('MANDATE_RPC_URL', rpcUrl, request)

  const [accountCode, validatorCode] = await read(() =>
    Promise.all([
      getCode(client, { address: account }),
      getCode(client, { address: validator }),
    ]),
  )
  const { id } = client.chain
  if (!accountCode)
    throw refuse(
      'MANDATE_ACCOUNT',
      `There is no contract at ${account} on chain ${id}.`,
      'Check the address and the chain; let the owner deploy the account first.',
    )
  if (!validatorCode)
    throw refuse(
      'MANDATE_VALIDATOR',
      `There is no policy validator at ${validator} on chain ${id}.`,
      'Check the chain, or deploy the contracts first.',
    )

  const isInstalled = await read(() =>
    readAnswer(client, {
      abi: erc7579AccountAbi,
      address: account,
      args: [validatorModuleType, validator, '0x'],
      from: account,
      functionName: 'isModuleInstalled',
    }),
  )
  if (isInstalled === true)
    return checkEntryPoint(
      environment,
      await read(() =>
        readAnswer(client, {
          abi: entryPointAbi,
          address: account,
          from: account,
          functionName: 'entryPoint',
        }),
      ),
    )
  throw refuse(
    'MANDATE_ACCOUNT',
    isInstalled === false
      ? `The account ${account} has not installed the policy validator ${validator}.`
      : `The contract at ${account} does not answer as an ERC-7579 account.`,
    isInstalled === false
      ? 'Let the owner install it and grant a policy to the agent.'
      : 'Set it to the address of the smart account.',
  )
}

const entryPointAbi = parseAbi(['function entryPoint() view returns (address)'])

/** Compares with what the account says, if it says anything. */
function checkEntryPoint(
  { account, entryPoint }: ServerEnvironment,
  found: unknown,
): void {
  if (typeof found !== 'string') return
  const isFound = (version: PolicyEntryPointVersion) =>
    isAddressEqual(getEntryPoint(version).address, found as Address)
  if (isFound(entryPoint)) return

  const right = (['0.7', '0.8'] as const).find(isFound)
  throw refuse(
    'MANDATE_ENTRY_POINT',
    `The account ${account} works with EntryPoint ${right ?? found}, not with ${entryPoint}.`,
    right
      ? `Set it to ${right}.`
      : 'Set MANDATE_ACCOUNT to an account that works with EntryPoint 0.7 or 0.8.',
  )
}

/** What the document says of the account has to be what the account is. */
function checkPin(
  document: PolicyDocument | undefined,
  { executeUserOp, nonce }: AccountProfile,
): void {
  const pin = document?.account ?? {}
  const differs = (pinned: string | undefined, found: bigint | undefined) =>
    pinned !== undefined && found !== undefined && BigInt(pinned) !== found
  const wrong = [
    ...(pin.executeUserOp !== undefined &&
    executeUserOp !== undefined &&
    pin.executeUserOp !== executeUserOp
      ? ['executeUserOp']
      : []),
    ...(differs(pin.nonceMask, nonce?.mask) ? ['nonceMask'] : []),
    ...(differs(pin.nonceValue, nonce?.value) ? ['nonceValue'] : []),
  ]
  if (wrong.length > 0)
    throw refuse(
      'MANDATE_POLICY_FILE',
      `The document pins ${wrong.map((key) => `account.${key}`).join(' and ')}, and the account has another.`,
      'Leave `account` out of the document: it follows from the account.',
    )
}

/** Asks a server that may be down. What it says is not repeated: it can hold a key. */
async function ask<value>(
  variable: 'MANDATE_BUNDLER_URL' | 'MANDATE_RPC_URL',
  url: string,
  request: () => Promise<value>,
): Promise<value> {
  try {
    return await request()
  } catch (error) {
    const what = variable === 'MANDATE_RPC_URL' ? 'node' : 'bundler'
    throw refuse(
      variable,
      `The ${what} at ${new URL(url).host} does not answer as one.`,
      'Check that it runs, that the URL is right, and that its key is valid.',
      error as Error,
    )
  }
}

function openOperations(
  directory: string,
  subject: {
    account: Address
    agent: Address
    chainId: number
    entryPoint: Address
    validator: Address
  },
) {
  const { account, agent, chainId, entryPoint, validator } = subject
  const scope = keccak256(
    encodeAbiParameters(
      [
        { type: 'uint256' },
        { type: 'address' },
        { type: 'address' },
        { type: 'address' },
        { type: 'address' },
      ],
      [BigInt(chainId), entryPoint, account, validator, agent],
    ),
  )
  try {
    return createOperationStore({ directory, scope })
  } catch (error) {
    const variable = 'MANDATE_STATE_DIR'
    if (error instanceof ConfigurationError)
      throw new ConfigurationError({
        issues: error.issues.map((issue) => ({ ...issue, variable })),
      })
    throw refuse(
      variable,
      `The records in ${directory} cannot be used: ${getSystemReason(error)}.`,
      'Set it to a folder that this user may write to.',
      error as Error,
    )
  }
}

function refuse(
  variable: ConfigurationIssue['variable'],
  message: string,
  fix: string,
  cause?: Error | undefined,
): ConfigurationError {
  return new ConfigurationError({ cause, issues: [{ fix, message, variable }] })
}
