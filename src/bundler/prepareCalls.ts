import type {
  Account,
  Address,
  Calls,
  Chain,
  Client,
  Hash,
  Hex,
  Narrow,
  Transport,
} from 'viem'
import {
  type BundlerClient,
  estimateUserOperationGas,
  getUserOperationHash,
  type PrepareUserOperationParameters,
  prepareUserOperation,
  type SmartAccount,
  type UserOperation,
} from 'viem/account-abstraction'
import { estimateFeesPerGas, getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import { decodeAgentSignature } from '../accounts/decodeAgentSignature.ts'
import { encodeContractCalls } from '../accounts/encodeContractCalls.ts'
import type { NoCallsErrorType } from '../accounts/errors.ts'
import type { PolicyEntryPointVersion } from '../accounts/getEntryPoint.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { AgentAccountMissingErrorType } from '../actions/errors.ts'
import { checkCalls } from '../actions/read/checkCalls.ts'
import { simulateValidation } from '../actions/simulateOperation.ts'
import type { PolicyErrorType } from '../errors/policyError.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { PolicyData } from '../policy/format/types.ts'
import type { EncodedCall } from '../types/call.ts'
import type { Charge } from '../types/charge.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { getAgentAccount } from './getAgentAccount.ts'
import { getErrorContext } from './getErrorContext.ts'
import { getSettleGas } from './getSettleGas.ts'
import { settleCalls } from './settleCalls.ts'
import { type Settle, withSettle } from './withSettle.ts'

/** Added to the bundler's estimates of gas limits, in percent. */
const gasMargin = 10n

/**
 * Gas for the account's payment to the EntryPoint, a first deposit included.
 * Bundlers estimate at a gas price of 0, when there is nothing to pay: without it
 * Alto rejects the operation as one that runs out of gas.
 */
const paymentGas = 35_000n

export type PrepareCallsParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  /** The agent's account. @default client.account */
  account?: PolicyAgentAccount | undefined
  callGasLimit?: bigint | undefined
  calls: Calls<Narrow<calls>>
  /** In wei. @default the network's, at most the policy's cap */
  maxFeePerGas?: bigint | undefined
  /** In wei. @default the network's, at most `maxFeePerGas` */
  maxPriorityFeePerGas?: bigint | undefined
  /** Names for what errors speak of. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /**
   * Nonce of an earlier attempt, whose outcome is not known. Of two operations
   * with one nonce at most one is included. @default the next one
   */
  nonce?: bigint | undefined
  paymaster?: PrepareUserOperationParameters['paymaster'] | undefined
  paymasterContext?: unknown
  preVerificationGas?: bigint | undefined
  /**
   * Whether the budget is given back when the calls fail, for about 6,000 gas a
   * budget. @default 'auto': for batches, and where the policy demands it
   */
  settle?: Settle | undefined
  verificationGasLimit?: bigint | undefined
}

type AgentOperation = UserOperation<PolicyEntryPointVersion>

/** A signed operation that has not been sent. */
export type PreparedCalls = {
  /** The calls that were asked for. */
  calls: readonly EncodedCall[]
  /** What the `settle` behind them carries; nothing where there is none. */
  charges?: readonly Charge[] | undefined
  entryPoint: Address
  /** With the agent's signature. */
  userOperation: AgentOperation
  userOpHash: Hash
  /** Time in which it may run. After it, it never will. */
  window: SignedWindow
}

export type PrepareCallsReturnType = PreparedCalls

export type PrepareCallsErrorType =
  | AgentAccountMissingErrorType
  | NoCallsErrorType
  | PolicyErrorType

/**
 * Prepares and signs an agent's operation, without sending it.
 *
 * The calls are checked first, so that a denial is found before anything else
 * happens; the signed operation is checked again, with its gas. Fees are kept
 * within the policy's caps. A batch ends in a call that gives its budget back when
 * the others fail, see `settle`.
 *
 * @param client - Bundler client of the agent
 * @param parameters - {@link PrepareCallsParameters}
 * @returns Signed operation. {@link PrepareCallsReturnType}
 */
export async function prepareCalls<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: PrepareCallsParameters<calls>,
): Promise<PrepareCallsReturnType> {
  const account = getAgentAccount(client, parameters)
  const calls = encodeContractCalls(parameters.calls)
  const context = getErrorContext(account, parameters)

  const check = await checkCalls(account.client, {
    account,
    calls: parameters.calls as readonly unknown[],
    names: parameters.names,
  })
  if (check.verdict !== 'allowed') throw check.error

  try {
    return await withSettle(parameters, (settle) =>
      signOperation(
        client as Client<
          Transport,
          Chain | undefined,
          SmartAccount | undefined
        >,
        {
          ...parameters,
          account,
          calls,
          context,
          settle,
        } as PrepareOperationParameters,
      ),
    )
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

type PrepareOperationParameters = Omit<
  PrepareCallsParameters,
  'account' | 'calls' | 'settle'
> & {
  account: PolicyAgentAccount
  calls: readonly EncodedCall[]
  context: PolicyErrorContext
  settle: Settle
}

/** Signs the operation, and checks what was signed. */
async function signOperation(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: PrepareOperationParameters,
): Promise<PreparedCalls> {
  const { account, calls, context } = parameters

  const { charges, userOperation } = await prepareOperation(client, parameters)
  const [chainId, signature] = await Promise.all([
    account.client.chain?.id ??
      getAction(account.client, getChainId, 'getChainId')({}),
    account.signUserOperation(userOperation),
  ])
  const { validAfter, validUntil } = decodeAgentSignature(signature)
  const prepared = {
    calls,
    charges,
    entryPoint: account.entryPoint.address,
    userOperation: { ...userOperation, signature },
    userOpHash: getUserOperationHash({
      chainId,
      entryPointAddress: account.entryPoint.address,
      entryPointVersion: account.entryPoint.version,
      userOperation,
    }),
    window: { validAfter, validUntil },
  }
  const denial = await simulateValidation(account.client, {
    ...prepared,
    context,
    isSigned: true,
    validator: account.validator,
  })
  if (denial) throw denial
  return prepared
}

/** Fills in everything but the signature, which stays a stub. */
async function prepareOperation(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: PrepareOperationParameters,
): Promise<Pick<PreparedCalls, 'charges' | 'userOperation'>> {
  const { account, context, paymaster, paymasterContext, settle } = parameters
  const prepare = getAction(
    client,
    prepareUserOperation,
    'prepareUserOperation',
  )

  // Each of these stands still from here on: the estimate must be of the
  // operation that is sent, and a paymaster signs over all of it.
  const [data, nonce, signature] = await Promise.all([
    account.getPolicyData(),
    parameters.nonce ?? account.getNonce(),
    account.getStubSignature(),
  ])
  const { calls, charges } = await settleCalls({
    account,
    calls: parameters.calls,
    context,
    nonce,
    settle,
    window: decodeAgentSignature(signature),
  })
  const callData = await account.encodeCalls(calls)
  const fees = capFees(
    parameters,
    await getNetworkFees(client, { account, callData, nonce }),
    data,
  )
  const request = {
    account,
    callData,
    nonce,
    paymaster,
    paymasterContext,
    signature,
    ...fees,
  }
  const [gas, settleGas] = await Promise.all([
    getAction(
      client,
      estimateUserOperationGas,
      'estimateUserOperationGas',
    )({
      ...request,
      callGasLimit: 0n,
      preVerificationGas: 0n,
      verificationGasLimit: 0n,
    } as never),
    getSettleGas(account.client, {
      account: account.address,
      charges,
      validator: account.validator,
    }),
  ])

  const userOperation = pickFields(
    await prepare({
      ...request,
      ...addMargin(parameters, { ...gas, settleGas }, data),
    } as never),
  )
  return { charges, userOperation }
}

/** Leaves out what viem keeps of the request. */
function pickFields(operation: AgentOperation): AgentOperation {
  const {
    callData,
    callGasLimit,
    maxFeePerGas,
    maxPriorityFeePerGas,
    nonce,
    paymaster,
    paymasterData,
    paymasterPostOpGasLimit,
    paymasterVerificationGasLimit,
    preVerificationGas,
    sender,
    signature,
    verificationGasLimit,
  } = operation
  return {
    callData,
    callGasLimit,
    maxFeePerGas,
    maxPriorityFeePerGas,
    nonce,
    preVerificationGas,
    sender,
    signature,
    verificationGasLimit,
    ...(paymaster
      ? {
          paymaster,
          paymasterData,
          paymasterPostOpGasLimit,
          paymasterVerificationGasLimit,
        }
      : {}),
  }
}

type Fees = Pick<AgentOperation, 'maxFeePerGas' | 'maxPriorityFeePerGas'>

/** What the client's own estimate says; else twice the network's, as viem has it. */
async function getNetworkFees(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: { account: PolicyAgentAccount; callData: Hex; nonce: bigint },
): Promise<Fees> {
  const { account, ...userOperation } = parameters
  const { userOperation: hooks } = client as unknown as BundlerClient
  if (hooks?.estimateFeesPerGas)
    return hooks.estimateFeesPerGas({
      account: account as never,
      bundlerClient: client,
      userOperation: { ...userOperation, sender: account.address } as never,
    })

  const { maxFeePerGas, maxPriorityFeePerGas } = await getAction(
    account.client,
    estimateFeesPerGas,
    'estimateFeesPerGas',
  )({ chain: account.client.chain, type: 'eip1559' })
  // Bundlers refuse fees that the next blocks may exceed.
  return {
    maxFeePerGas: 2n * maxFeePerGas,
    maxPriorityFeePerGas: 2n * maxPriorityFeePerGas,
  }
}

/** What the caller asks for; else what the network asks for, up to the cap. */
function capFees(
  asked: PrepareOperationParameters,
  network: Fees,
  data: PolicyData | undefined,
): Fees {
  const maxFeePerGas =
    asked.maxFeePerGas ??
    min(network.maxFeePerGas, data?.maxFeePerGas ?? network.maxFeePerGas)
  return {
    maxFeePerGas,
    maxPriorityFeePerGas:
      asked.maxPriorityFeePerGas ??
      min(network.maxPriorityFeePerGas, maxFeePerGas),
  }
}

type Gas = Pick<
  AgentOperation,
  | 'callGasLimit'
  | 'paymasterPostOpGasLimit'
  | 'paymasterVerificationGasLimit'
  | 'preVerificationGas'
  | 'verificationGasLimit'
>

/**
 * Widens the estimates, unless that would break the policy's cap. What a `settle`
 * needs is no margin: without it the calls may fail.
 */
function addMargin(
  asked: PrepareOperationParameters,
  { settleGas, ...estimate }: Gas & { settleGas: bigint },
  data: PolicyData | undefined,
): Gas {
  const getGas = (margin: bigint) => ({
    ...estimate,
    callGasLimit:
      asked.callGasLimit ?? widen(estimate.callGasLimit, margin) + settleGas,
    preVerificationGas: asked.preVerificationGas ?? estimate.preVerificationGas,
    verificationGasLimit:
      asked.verificationGasLimit ??
      widen(estimate.verificationGasLimit, margin) +
        (asked.paymaster ? 0n : paymentGas),
  })
  const gas = getGas(gasMargin)
  return data && addUp(gas) > data.maxGas ? getGas(0n) : gas
}

function widen(gas: bigint, margin: bigint) {
  return gas + (gas * margin) / 100n
}

function addUp(gas: Gas) {
  return (
    gas.callGasLimit +
    gas.preVerificationGas +
    gas.verificationGasLimit +
    (gas.paymasterPostOpGasLimit ?? 0n) +
    (gas.paymasterVerificationGasLimit ?? 0n)
  )
}

function min(a: bigint, b: bigint) {
  return a < b ? a : b
}
