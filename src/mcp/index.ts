export { createPolicyMcpServer } from './createPolicyMcpServer.ts'
export {
  ConfigurationError,
  type ConfigurationErrorType,
  type ConfigurationIssue,
} from './errors.ts'
export type {
  Attempt,
  OperationOutcome,
  OperationRecord,
} from './operations/operationRecord.ts'
export {
  type CreateOperationStoreParameters,
  createOperationStore,
  type OperationStore,
} from './operations/operationStore.ts'
export type { PolicyMcpServerConfig } from './policyMcpServerConfig.ts'
