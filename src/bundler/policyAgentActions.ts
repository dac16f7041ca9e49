import type { Account, Chain, Client, Transport } from 'viem'

import {
  type CheckCallsParameters,
  type CheckCallsReturnType,
  checkCalls,
} from '../actions/read/checkCalls.ts'
import {
  type AnnounceCallsParameters,
  type AnnounceCallsReturnType,
  announceCalls,
} from './announceCalls.ts'
import {
  type GetOperationStatusParameters,
  type GetOperationStatusReturnType,
  getOperationStatus,
} from './getOperationStatus.ts'
import {
  type PrepareApprovalParameters,
  type PrepareApprovalReturnType,
  prepareApproval,
} from './prepareApproval.ts'
import {
  type PrepareCallsParameters,
  type PrepareCallsReturnType,
  prepareCalls,
} from './prepareCalls.ts'
import {
  type SendCallsParameters,
  type SendCallsReturnType,
  sendCalls,
} from './sendCalls.ts'
import {
  type SendPreparedCallsParameters,
  type SendPreparedCallsReturnType,
  sendPreparedCalls,
} from './sendPreparedCalls.ts'
import {
  type WaitForOperationParameters,
  type WaitForOperationReturnType,
  waitForOperation,
} from './waitForOperation.ts'

export type PolicyAgentActions = {
  /** {@inheritDoc announceCalls} */
  announceCalls: <const calls extends readonly unknown[]>(
    parameters: AnnounceCallsParameters<calls>,
  ) => Promise<AnnounceCallsReturnType>
  /** {@inheritDoc checkCalls} */
  checkCalls: <const calls extends readonly unknown[]>(
    parameters: CheckCallsParameters<calls>,
  ) => Promise<CheckCallsReturnType>
  /** {@inheritDoc getOperationStatus} */
  getOperationStatus: (
    parameters: GetOperationStatusParameters,
  ) => Promise<GetOperationStatusReturnType>
  /** {@inheritDoc prepareApproval} */
  prepareApproval: <const calls extends readonly unknown[]>(
    parameters: PrepareApprovalParameters<calls>,
  ) => Promise<PrepareApprovalReturnType>
  /** {@inheritDoc prepareCalls} */
  prepareCalls: <const calls extends readonly unknown[]>(
    parameters: PrepareCallsParameters<calls>,
  ) => Promise<PrepareCallsReturnType>
  /** {@inheritDoc sendCalls} */
  sendCalls: <const calls extends readonly unknown[]>(
    parameters: SendCallsParameters<calls>,
  ) => Promise<SendCallsReturnType>
  /** {@inheritDoc sendPreparedCalls} */
  sendPreparedCalls: (
    parameters: SendPreparedCallsParameters,
  ) => Promise<SendPreparedCallsReturnType>
  /** {@inheritDoc waitForOperation} */
  waitForOperation: (
    parameters: WaitForOperationParameters,
  ) => Promise<WaitForOperationReturnType>
}

/**
 * Actions of an agent, for a bundler client with the agent's account.
 *
 * @example
 * const agentClient = createBundlerClient({ account, client, transport }).extend(
 *   policyAgentActions(),
 * )
 */
export function policyAgentActions() {
  return <
    transport extends Transport,
    chain extends Chain | undefined,
    account extends Account | undefined,
  >(
    client: Client<transport, chain, account>,
  ): PolicyAgentActions => ({
    announceCalls: (parameters) => announceCalls(client, parameters),
    checkCalls: (parameters) => checkCalls(client, parameters),
    getOperationStatus: (parameters) => getOperationStatus(client, parameters),
    prepareApproval: (parameters) => prepareApproval(client, parameters),
    prepareCalls: (parameters) => prepareCalls(client, parameters),
    sendCalls: (parameters) => sendCalls(client, parameters),
    sendPreparedCalls: (parameters) => sendPreparedCalls(client, parameters),
    waitForOperation: (parameters) => waitForOperation(client, parameters),
  })
}
