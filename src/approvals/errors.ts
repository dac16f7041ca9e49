import { BaseError } from '../errors/base.ts'

export type ApprovalFileErrorType = ApprovalFileError & {
  name: 'ApprovalFileError'
}
/** A file of the approvals cannot be used: the store, or an approver's key. */
export class ApprovalFileError extends BaseError {
  /** Name of the parameter that leads to the file. */
  readonly field: string
  /** What to do about it. */
  readonly fix: string

  constructor({
    field,
    fix,
    message,
  }: { field: string; fix: string; message: string }) {
    super('A file of the approvals cannot be used.', {
      docsPath: '/errors.md#approvalfileerror',
      metaMessages: [`- ${field}: ${message} ${fix}`],
      name: 'ApprovalFileError',
    })
    this.field = field
    this.fix = fix
  }
}

export type WebhookEndpointErrorType = WebhookEndpointError & {
  name: 'WebhookEndpointError'
}
/** An endpoint for webhooks is not set up as it must be. */
export class WebhookEndpointError extends BaseError {
  /** Name of the field, such as `endpoints[0].url`. */
  readonly field: string
  /** What to do about it. */
  readonly fix: string

  constructor({
    field,
    fix,
    message,
  }: { field: string; fix: string; message: string }) {
    super('No webhook can be sent with this configuration.', {
      docsPath: '/errors.md#webhookendpointerror',
      metaMessages: [`- ${field}: ${message} ${fix}`],
      name: 'WebhookEndpointError',
    })
    this.field = field
    this.fix = fix
  }
}

/** Why a webhook is not taken. */
export type WebhookRefusal =
  /** An event with this id was taken before. */
  | 'replayed'
  /** The body is signed, but is no event. */
  | 'body_malformed'
  /** The header is missing, given twice, or cannot be read. */
  | 'header_malformed'
  /** No signature is of this body with one of the secrets. */
  | 'signature_mismatch'
  /** It was signed too long ago, or in the future. */
  | 'timestamp_out_of_tolerance'

export type WebhookRefusedErrorType = WebhookRefusedError & {
  name: 'WebhookRefusedError'
}
/**
 * A webhook is not authentic, not recent, or not new. Answer a replayed one with
 * 200, since it may be a delivery whose answer was lost; all others with 400.
 */
export class WebhookRefusedError extends BaseError {
  /** Field that is at fault. */
  readonly field: string
  /** What to do about it. */
  readonly fix: string
  readonly reason: WebhookRefusal

  constructor({
    field,
    fix,
    message,
    reason,
  }: {
    field: string
    fix: string
    message: string
    reason: WebhookRefusal
  }) {
    super('The webhook is not taken.', {
      docsPath: '/errors.md#webhookrefusederror',
      metaMessages: [`- ${field}: ${message} ${fix}`],
      name: 'WebhookRefusedError',
    })
    this.field = field
    this.fix = fix
    this.reason = reason
  }
}
