import type { Chain, Client, Transport } from 'viem'
import {
  estimateUserOperationGas,
  type PrepareUserOperationParameters,
  prepareUserOperation,
  type SmartAccount,
  type UserOperation,
} from 'viem/account-abstraction'
import { getAction } from 'viem/utils'

import { encodeStubSignature } from '../accounts/encodeStubSignature.ts'
import type { PolicyEntryPointVersion } from '../accounts/getEntryPoint.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { Charge } from '../types/charge.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import { addGasMargin } from './addGasMargin.ts'
import type { AdmittedCalls } from './admitCalls.ts'
import { capFees, getNetworkFees } from './getOperationFees.ts'
import { getOperationWindow } from './getOperationWindow.ts'
import { getSettleGas } from './getSettleGas.ts'
import type { OperationGasParameters } from './operationGas.ts'
import { settleCalls } from './settleCalls.ts'
import type { Settle } from './withSettle.ts'

export type AgentOperation = UserOperation<PolicyEntryPointVersion>

export type PrepareOperationParameters = AdmittedCalls &
  OperationGasParameters & {
    account: PolicyAgentAccount
    context: PolicyErrorContext
    paymaster?: PrepareUserOperationParameters['paymaster'] | undefined
    paymasterContext?: unknown
    settle: Settle
  }

/** Fills in everything but the signature, which stays a stub. */
export async function prepareOperation(
  client: Client<Transport, Chain | undefined, SmartAccount | undefined>,
  parameters: PrepareOperationParameters,
): Promise<{
  charges: readonly Charge[] | undefined
  userOperation: AgentOperation
  /** Window that was estimated with. */
  window: SignedWindow
}> {
  const { account, approvals, context, paymaster, paymasterContext, settle } =
    parameters
  const prepare = getAction(
    client,
    prepareUserOperation,
    'prepareUserOperation',
  )

  // Each of these stands still from here on: the estimate must be of the
  // operation that is sent, and a paymaster signs over all of it.
  const [data, nonce, window] = await Promise.all([
    account.getPolicyData(),
    parameters.nonce ?? account.getNonce(),
    getOperationWindow(account, parameters),
  ])
  const signature = encodeStubSignature({
    agent: account.agent.address,
    approvals: approvals?.encoded,
    ...window,
  })
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
      ...addGasMargin(parameters, { ...gas, settleGas }, data),
    } as never),
  )
  return { charges, userOperation, window }
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
