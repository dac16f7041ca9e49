import { BaseError } from '../errors/base.ts'

/** What is wrong with one field. */
type FieldFault = { field: string; fix: string; message: string }

/** An error about one field, which says what to do about it. */
class FieldError extends BaseError {
  /** Name of the field or parameter that is at fault. */
  readonly field: string
  /** What to do about it. */
  readonly fix: string

  constructor(
    shortMessage: string,
    {
      docsPath,
      fault: { field, fix, message },
      name,
    }: { docsPath: string; fault: FieldFault; name: string },
  ) {
    super(shortMessage, {
      docsPath,
      metaMessages: [`- ${field}: ${message} ${fix}`],
      name,
    })
    this.field = field
    this.fix = fix
  }
}

export type ApprovalFileErrorType = ApprovalFileError & {
  name: 'ApprovalFileError'
}
/** A file of the approvals cannot be used: the store, or an approver's key. */
export class ApprovalFileError extends FieldError {
  /** Name of the parameter that leads to the file. */
  declare readonly field: string

  constructor(fault: FieldFault) {
    super('A file of the approvals cannot be used.', {
      docsPath: '/errors.md#approvalfileerror',
      fault,
      name: 'ApprovalFileError',
    })
  }
}

export type WebhookEndpointErrorType = WebhookEndpointError & {
  name: 'WebhookEndpointError'
}
/** An endpoint for webhooks is not set up as it must be. */
export class WebhookEndpointError extends FieldError {
  /** Name of the field, such as `endpoints[0].url`. */
  declare readonly field: string

  constructor(fault: FieldFault) {
    super('No webhook can be sent with this configuration.', {
      docsPath: '/errors.md#webhookendpointerror',
      fault,
      name: 'WebhookEndpointError',
    })
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
export class WebhookRefusedError extends FieldError {
  readonly reason: WebhookRefusal

  constructor({ reason, ...fault }: FieldFault & { reason: WebhookRefusal }) {
    super('The webhook is not taken.', {
      docsPath: '/errors.md#webhookrefusederror',
      fault,
      name: 'WebhookRefusedError',
    })
    this.reason = reason
  }
}
