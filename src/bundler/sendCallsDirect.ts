import {
  type Account,
  type Address,
  type Calls,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hash,
  type Narrow,
  size,
  type TransactionReceipt,
  type Transport,
} from 'viem'
import {
  entryPoint08Abi,
  getUserOperationHash,
  toPackedUserOperation,
  type UserOperation,
} from 'viem/account-abstraction'
import {
  estimateFeesPerGas,
  getChainId,
  sendTransaction,
  waitForTransactionReceipt,
} from 'viem/actions'
import { getAction, parseAccount } from 'viem/utils'

import { encodeContractCalls } from '../accounts/encodeContractCalls.ts'
import { encodeStubSignature } from '../accounts/encodeStubSignature.ts'
import type { NoCallsErrorType } from '../accounts/errors.ts'
import type { PolicyEntryPointVersion } from '../accounts/getEntryPoint.ts'
import type { WindowMargin } from '../accounts/getSigningWindow.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { WalletAccountMissingError } from '../actions/errors.ts'
import { estimateCallGas } from '../actions/estimateCallGas.ts'
import { checkCalls } from '../actions/read/checkCalls.ts'
import {
  type SimulateCallParameters,
  simulateCall,
} from '../actions/simulateCall.ts'
import {
  encodeValidateUserOp,
  simulateValidation,
} from '../actions/simulateOperation.ts'
import { PolicyError, type PolicyErrorType } from '../errors/policyError.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { EncodedCall } from '../types/call.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { readOperation, toOperationReceipt } from './findOperation.ts'
import { getErrorContext } from './getErrorContext.ts'
import { getOperationStatus } from './getOperationStatus.ts'
import { getSettleGas } from './getSettleGas.ts'
import { settleCalls } from './settleCalls.ts'
import { type Settle, withSettle } from './withSettle.ts'

/**
 * Seconds that the window must have left: some blocks; and have had: EntryPoint
 * 0.8 and later refuse its first.
 */
const margin = { after: 15, before: 1 } as const satisfies WindowMargin

/** Gas of every transaction. */
const transactionGas = 21_000n

/** Gas that the EntryPoint uses and does not meter. */
const entryPointGas = 10_000n

/** Gas that the EntryPoint uses within `verificationGasLimit`. */
const entryPointVerificationGas = 50_000n

export type SendCallsDirectParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  /** The agent's account. */
  account: PolicyAgentAccount
  /** Who gets what the account pays for gas. @default the sender */
  beneficiary?: Address | undefined
  callGasLimit?: bigint | undefined
  calls: Calls<Narrow<calls>>
  /** In wei. @default the network's, at most the policy's cap */
  maxFeePerGas?: bigint | undefined
  /** In wei. @default the network's, at most `maxFeePerGas` */
  maxPriorityFeePerGas?: bigint | undefined
  /** Names for what errors speak of. @default those of the account */
  names?: PolicyErrorPolicy | undefined
  /** Nonce of an earlier attempt. @default the next one */
  nonce?: bigint | undefined
  /** @default what the transaction costs, at most the policy's cap */
  preVerificationGas?: bigint | undefined
  /** Externally owned account that sends. @default client.account */
  sender?: Account | Address | undefined
  /**
   * Whether the budget is given back when the calls fail, for about 6,000 gas a
   * budget. @default 'auto': for batches, and where the policy demands it
   */
  settle?: Settle | undefined
  /** Longest wait for the inclusion, in ms. @default 120_000 */
  timeout?: number | undefined
  verificationGasLimit?: bigint | undefined
}

export type SendCallsDirectReturnType = {
  /** Nonce of the operation. */
  nonce: bigint
  receipt: TransactionReceipt
  transactionHash: Hash
  userOpHash: Hash
}

export type SendCallsDirectErrorType = NoCallsErrorType | PolicyErrorType

type AgentOperation = UserOperation<PolicyEntryPointVersion>

/**
 * Makes calls as an agent without a bundler: a wallet sends the operation to the
 * EntryPoint itself. The wallet pays for the transaction, and the account pays the
 * beneficiary for the operation, as it would pay a bundler.
 *
 * @param client - Client of the wallet that sends
 * @param parameters - {@link SendCallsDirectParameters}
 * @returns Receipt. {@link SendCallsDirectReturnType}
 */
export async function sendCallsDirect<
  chain extends Chain | undefined,
  account extends Account | undefined,
  const calls extends readonly unknown[],
>(
  client: Client<Transport, chain, account>,
  parameters: SendCallsDirectParameters<calls>,
): Promise<SendCallsDirectReturnType> {
  const { account, sender = client.account } = parameters
  const calls = encodeContractCalls(parameters.calls)
  const context = getErrorContext(account, parameters)

  const check = await checkCalls(account.client, {
    account,
    calls: parameters.calls as readonly unknown[],
    names: parameters.names,
  })
  if (check.verdict !== 'allowed') throw check.error

  try {
    if (!sender) throw new WalletAccountMissingError()
    const from = parseAccount(sender)
    const { userOperation, userOpHash, window } = await withSettle(
      parameters,
      (settle) =>
        prepareOperation({
          ...parameters,
          calls,
          context,
          settle,
        } as PrepareOperationParameters),
    )
    const transaction = {
      data: encodeFunctionData({
        abi: entryPoint08Abi,
        args: [
          [toPackedUserOperation(userOperation)],
          parameters.beneficiary ?? from.address,
        ],
        functionName: 'handleOps',
      }),
      to: account.entryPoint.address,
    }
    const known = { ...context, userOpHash }

    const simulation = { ...transaction, from: from.address }
    const operation = { nonce: userOperation.nonce, userOpHash, window }
    const reason = await simulateTransaction(account, simulation, known)
    if (reason?.code === 'NONCE_CONFLICT')
      return await findResult(account, operation, reason)
    if (reason) throw reason

    const transactionHash = await getAction(
      client,
      sendTransaction,
      'sendTransaction',
    )({
      ...transaction,
      account: sender,
      chain: client.chain,
      gas: getTransactionGas(userOperation),
      maxFeePerGas: userOperation.maxFeePerGas,
      maxPriorityFeePerGas: userOperation.maxPriorityFeePerGas,
    } as never)
    const receipt = await getAction(
      client,
      waitForTransactionReceipt,
      'waitForTransactionReceipt',
    )({ hash: transactionHash, timeout: parameters.timeout ?? 120_000 }).catch(
      (cause: Error) => {
        throw new PolicyError({
          arguments: { userOpHash },
          cause,
          code: 'OUTCOME_UNKNOWN',
          context: { ...known, phase: 'inclusion', transactionHash },
          source: { kind: 'sdk' },
        })
      },
    )

    const included = { ...known, transactionHash }
    if (receipt.status === 'reverted')
      return await findResult(
        account,
        operation,
        (await simulateTransaction(account, simulation, included)) ??
          new PolicyError({
            arguments: { reason: 'the transaction reverted' },
            code: 'UNKNOWN_REVERT',
            context: included,
            source: { kind: 'entrypoint' },
          }),
      )
    const operationReceipt = toOperationReceipt(account, {
      receipt,
      userOpHash,
    })
    // The wallet's user may have put another transaction in its place.
    if (!operationReceipt)
      return await findResult(
        account,
        operation,
        new PolicyError({
          arguments: { reason: 'the transaction has no such operation' },
          code: 'UNKNOWN_REVERT',
          context: included,
          source: { kind: 'entrypoint' },
        }),
      )
    if (!operationReceipt.success)
      throw toPolicyError(operationReceipt, { ...included, phase: 'inclusion' })
    return {
      nonce: userOperation.nonce,
      receipt,
      transactionHash,
      userOpHash,
    }
  } catch (error) {
    throw toPolicyError(error, context)
  }
}

type PrepareOperationParameters = Omit<
  SendCallsDirectParameters,
  'calls' | 'settle'
> & {
  calls: readonly EncodedCall[]
  context: PolicyErrorContext
  settle: Settle
}

async function prepareOperation(
  parameters: PrepareOperationParameters,
): Promise<{
  userOperation: AgentOperation
  userOpHash: Hash
  window: SignedWindow
}> {
  const { account, context, settle } = parameters
  const { client, entryPoint } = account

  const [chainId, data, network, nonce, window] = await Promise.all([
    client.chain?.id ?? getAction(client, getChainId, 'getChainId')({}),
    account.getPolicyData(),
    getAction(
      client,
      estimateFeesPerGas,
      'estimateFeesPerGas',
    )({
      chain: client.chain,
    }),
    parameters.nonce ?? account.getNonce(),
    account.getWindow({ margin }),
  ])
  const { calls, charges } = await settleCalls({
    account,
    calls: parameters.calls,
    context,
    nonce,
    settle,
    window,
  })
  const callData = await account.encodeCalls(calls)
  const maxFeePerGas =
    parameters.maxFeePerGas ??
    min(network.maxFeePerGas, data?.maxFeePerGas ?? network.maxFeePerGas)
  const draft = {
    callData,
    callGasLimit: 0n,
    maxFeePerGas,
    maxPriorityFeePerGas:
      parameters.maxPriorityFeePerGas ??
      min(network.maxPriorityFeePerGas, maxFeePerGas),
    nonce,
    preVerificationGas: 0n,
    sender: account.address,
    signature: encodeStubSignature({ ...window, agent: account.agent.address }),
    verificationGasLimit: 0n,
  }

  const estimate = (callData: `0x${string}`) =>
    estimateCallGas(client, {
      data: callData,
      from: entryPoint.address,
      to: account.address,
    })
  const [callGas, verificationGas, settleGas] = await Promise.all([
    parameters.callGasLimit ?? estimate(callData),
    parameters.verificationGasLimit ??
      // 1 wei stands for what the account has to deposit.
      estimate(encodeValidateUserOp(draft, { missingAccountFunds: 1n })),
    getSettleGas(client, {
      account: account.address,
      charges,
      validator: account.validator,
    }),
  ])
  const preVerificationGas = transactionGas + entryPointGas + getDataGas(draft)
  const unsigned = {
    ...draft,
    callGasLimit:
      parameters.callGasLimit ?? widen(callGas - transactionGas) + settleGas,
    preVerificationGas:
      parameters.preVerificationGas ??
      min(
        preVerificationGas,
        data?.maxPreVerificationGas ?? preVerificationGas,
      ),
    verificationGasLimit:
      parameters.verificationGasLimit ??
      widen(verificationGas - transactionGas) + entryPointVerificationGas,
  }

  const userOpHash = getUserOperationHash({
    chainId,
    entryPointAddress: entryPoint.address,
    entryPointVersion: entryPoint.version,
    userOperation: unsigned,
  })
  const signature = await account.signUserOperationInWindow({
    ...window,
    userOpHash,
  })
  const userOperation = { ...unsigned, signature }
  const denial = await simulateValidation(client, {
    context,
    entryPoint: entryPoint.address,
    isSigned: true,
    userOperation,
    userOpHash,
    validator: account.validator,
    window,
  })
  if (denial) throw denial
  return { userOperation, userOpHash, window }
}

/** A transaction's gas for the bytes of an operation, once it is signed. */
function getDataGas(userOperation: AgentOperation): bigint {
  const data = encodeFunctionData({
    abi: entryPoint08Abi,
    args: [[toPackedUserOperation(userOperation)], userOperation.sender],
    functionName: 'handleOps',
  })
  // As if no byte were zero, since the gas limits are not known yet.
  return BigInt(size(data)) * 16n
}

/** Enough for the EntryPoint to hand on what the operation is promised. */
function getTransactionGas(userOperation: AgentOperation): bigint {
  const { callGasLimit, verificationGasLimit } = userOperation
  // A call gets at most 63 of 64 parts of the gas that is left.
  const promised = ((callGasLimit + verificationGasLimit + 20_000n) * 64n) / 63n
  const data = BigInt(size(userOperation.callData) + 1_000) * 16n
  return promised + transactionGas + data + 60_000n
}

/**
 * Returns what a transaction would revert with in the block being built: at the
 * time of the last one, the window may not have begun. Says nothing where the node
 * cannot tell.
 */
async function simulateTransaction(
  account: PolicyAgentAccount,
  transaction: SimulateCallParameters,
  context: PolicyErrorContext,
): Promise<PolicyError | undefined> {
  const result = await simulateCall(account.client, {
    ...transaction,
    blockTag: 'pending',
  }).catch(() => undefined)
  return result?.status === 'reverted'
    ? toPolicyError(result.error, context)
    : undefined
}

/**
 * Returns what the operation has come to where somebody else has included it: once
 * sent, anybody may. Throws `error` where it surely never runs.
 */
async function findResult(
  account: PolicyAgentAccount,
  operation: { nonce: bigint; userOpHash: Hash; window: SignedWindow },
  error: PolicyError,
): Promise<SendCallsDirectReturnType> {
  const { nonce, userOpHash } = operation
  const found = await getOperationStatus(account.client, {
    ...operation,
    account,
  })
  if (found.status === 'expired' || found.status === 'replaced') throw error
  if (found.status === 'reverted') throw found.error
  const included =
    found.status === 'success'
      ? await readOperation(account, {
          transactionHash: found.transactionHash,
          userOpHash,
        }).catch(() => undefined)
      : undefined
  if (included) {
    const { receipt } = included
    const { transactionHash } = receipt
    return { nonce, receipt, transactionHash, userOpHash }
  }
  throw new PolicyError({
    arguments: { userOpHash },
    cause: error,
    code: 'OUTCOME_UNKNOWN',
    context: { ...error.parameters.context, phase: 'inclusion', userOpHash },
    source: error.source,
  })
}

function widen(gas: bigint) {
  return (gas * 12n) / 10n
}

function min(a: bigint, b: bigint) {
  return a < b ? a : b
}
