import { encodeFunctionData, type Hash, size } from 'viem'
import {
  entryPoint08Abi,
  getUserOperationHash,
  toPackedUserOperation,
} from 'viem/account-abstraction'
import { estimateFeesPerGas, getChainId } from 'viem/actions'
import { getAction } from 'viem/utils'

import { encodeStubSignature } from '../accounts/encodeStubSignature.ts'
import type { WindowMargin } from '../accounts/getSigningWindow.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { estimateCallGas } from '../actions/estimateCallGas.ts'
import {
  encodeValidateUserOp,
  simulateValidation,
} from '../actions/simulateOperation.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import type { AdmittedCalls } from './admitCalls.ts'
import { getOperationWindow } from './getOperationWindow.ts'
import { getSettleGas } from './getSettleGas.ts'
import type { OperationGasParameters } from './operationGas.ts'
import type { AgentOperation } from './prepareOperation.ts'
import { settleCalls } from './settleCalls.ts'
import type { Settle } from './withSettle.ts'

/**
 * Seconds that the window must have left: some blocks; and have had: EntryPoint
 * 0.8 and later refuse its first.
 */
const margin = { after: 15, before: 1 } as const satisfies WindowMargin

/** Gas of every transaction. */
export const transactionGas = 21_000n

/** Gas that the EntryPoint uses and does not meter. */
const entryPointGas = 10_000n

/** Gas that the EntryPoint uses within `verificationGasLimit`. */
const entryPointVerificationGas = 50_000n

export type PrepareDirectOperationParameters = AdmittedCalls &
  OperationGasParameters & {
    account: PolicyAgentAccount
    context: PolicyErrorContext
    settle: Settle
  }

/** Prepares, signs and checks an operation that a wallet will send. */
export async function prepareDirectOperation(
  parameters: PrepareDirectOperationParameters,
): Promise<{
  userOperation: AgentOperation
  userOpHash: Hash
  window: SignedWindow
}> {
  const { account, approvals, context, settle } = parameters
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
    getOperationWindow(account, { ...parameters, margin }),
  ])
  const { calls, charges } = await settleCalls({
    account,
    approvals,
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
    signature: encodeStubSignature({
      ...window,
      agent: account.agent.address,
      approvals: approvals?.encoded,
    }),
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
    approvals: approvals?.encoded,
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

function widen(gas: bigint) {
  return (gas * 12n) / 10n
}

function min(a: bigint, b: bigint) {
  return a < b ? a : b
}
