export type {
  ApprovalChange,
  ApprovalDecision,
  ApprovalRecord,
  HeldAmount,
} from './approvalRecord.ts'
export {
  type ApprovalAct,
  type ApprovalState,
  approvalStates,
  approvalTransitions,
  openStates,
} from './approvalStates.ts'
export type {
  ApprovalStore,
  ApproveParameters,
  DenyParameters,
  GetHeldParameters,
  ListApprovalsParameters,
  RequestApprovalParameters,
  ResumeApprovalParameters,
} from './approvalStore.ts'
export {
  ApprovalFileError,
  type ApprovalFileErrorType,
  WebhookEndpointError,
  type WebhookEndpointErrorType,
  type WebhookRefusal,
  WebhookRefusedError,
  type WebhookRefusedErrorType,
} from './errors.ts'
export {
  type AvailableLimit,
  type GetAvailableParameters,
  getAvailable,
} from './getAvailable.ts'
export { type GetSpendsParameters, getSpends } from './getSpends.ts'
export { readApproverKey } from './readApproverKey.ts'
export {
  type CreateApprovalStoreParameters,
  createApprovalStore,
} from './store/createApprovalStore.ts'
export {
  type CreateSeenEventsParameters,
  createSeenEvents,
  type SeenEvents,
} from './webhooks/createSeenEvents.ts'
export {
  type CreateWebhookSenderParameters,
  createWebhookSender,
  type DeliveryReport,
  type WebhookSender,
} from './webhooks/createWebhookSender.ts'
export type { AbandonedEvent } from './webhooks/outbox.ts'
export type { WebhookEndpoint } from './webhooks/parseEndpoint.ts'
export {
  type VerifyWebhookParameters,
  type VerifyWebhookReturnType,
  verifyWebhook,
} from './webhooks/verifyWebhook.ts'
export type { WebhookEvent, WebhookEventType } from './webhooks/webhookEvent.ts'
