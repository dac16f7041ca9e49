export {
  type AnnounceCallsErrorType,
  type AnnounceCallsParameters,
  type AnnounceCallsReturnType,
  announceCalls,
} from './announceCalls.ts'
export {
  type GetOperationStatusErrorType,
  type GetOperationStatusParameters,
  type GetOperationStatusReturnType,
  getOperationStatus,
} from './getOperationStatus.ts'
export {
  type PolicyAgentActions,
  policyAgentActions,
} from './policyAgentActions.ts'
export {
  type PrepareApprovalErrorType,
  type PrepareApprovalParameters,
  type PrepareApprovalReturnType,
  prepareApproval,
} from './prepareApproval.ts'
export {
  type PrepareCallsErrorType,
  type PrepareCallsParameters,
  type PrepareCallsReturnType,
  type PreparedCalls,
  prepareCalls,
} from './prepareCalls.ts'
export {
  type SendCallsErrorType,
  type SendCallsParameters,
  type SendCallsReturnType,
  sendCalls,
} from './sendCalls.ts'
export {
  type SendCallsDirectErrorType,
  type SendCallsDirectParameters,
  type SendCallsDirectReturnType,
  sendCallsDirect,
} from './sendCallsDirect.ts'
export {
  type SendPreparedCallsErrorType,
  type SendPreparedCallsParameters,
  type SendPreparedCallsReturnType,
  sendPreparedCalls,
} from './sendPreparedCalls.ts'
export {
  type WaitForOperationErrorType,
  type WaitForOperationParameters,
  type WaitForOperationReturnType,
  waitForOperation,
} from './waitForOperation.ts'
export type { Settle } from './withSettle.ts'
