import { timingSafeEqual } from 'node:crypto'

import { type WebhookRefusal, WebhookRefusedError } from '../errors.ts'
import type { SeenEvents } from './createSeenEvents.ts'
import { getWebhookMac, signatureHeader } from './signWebhook.ts'
import type { WebhookEvent } from './webhookEvent.ts'

export type VerifyWebhookParameters = {
  /** Body as it has come, byte for byte: not parsed and written anew. */
  body: Uint8Array | string
  /** Headers of the request, as Node or `fetch` have them. */
  headers:
    | Headers
    | { readonly [name: string]: string | readonly string[] | undefined }
  /** Time of this machine, in Unix seconds. @default the present */
  now?: number | undefined
  /** The endpoint's secret; several while an old one is being replaced. */
  secret: string | readonly string[]
  /** Memory of the events that were taken. {@link SeenEvents} */
  seen: SeenEvents
  /**
   * Most seconds between the sender's clock and this machine's, either way.
   * @default 300
   */
  tolerance?: number | undefined
}

export type VerifyWebhookReturnType = WebhookEvent

/**
 * Checks that a webhook is authentic, recent and new, and returns its event. Throws
 * `WebhookRefusedError` where it is not.
 *
 * Where what you then do with the event fails, take its id out of `seen` again, so
 * that the next delivery is taken.
 *
 * @param parameters - {@link VerifyWebhookParameters}
 * @returns Event. {@link VerifyWebhookReturnType}
 */
export async function verifyWebhook(
  parameters: VerifyWebhookParameters,
): Promise<VerifyWebhookReturnType> {
  const {
    headers,
    now = Math.floor(Date.now() / 1_000),
    secret,
    seen,
    tolerance = 300,
  } = parameters
  const secrets = typeof secret === 'string' ? [secret] : secret
  const body =
    typeof parameters.body === 'string'
      ? parameters.body
      : new TextDecoder().decode(parameters.body)

  const { macs, timestamp } = parseHeader(readHeader(headers))
  const isAuthentic = secrets
    .filter((secret) => secret !== '')
    .map((secret) => getWebhookMac({ body, secret, timestamp }))
    // All are compared, so that the time tells nothing.
    .map((expected) => macs.filter((mac) => isEqual(mac, expected)).length)
    .some((count) => count > 0)
  if (!isAuthentic)
    refuse(
      'signature_mismatch',
      signatureHeader,
      'No signature is of this body with the secret.',
      'Pass the body byte for byte as it has come, and the secret of this endpoint.',
    )
  if (!(Math.abs(now - timestamp) <= tolerance))
    refuse(
      'timestamp_out_of_tolerance',
      signatureHeader,
      `It was signed at ${timestamp}, and it is ${now} here.`,
      'Set the clocks right; an old webhook that comes again is a replay.',
    )

  const event = parseEvent(body)
  if (!(await seen.add(event.id)))
    refuse(
      'replayed',
      'id',
      `Event ${event.id} was taken before.`,
      'Answer 200 and do nothing: its first answer may have been lost.',
    )
  return event
}

function readHeader(headers: VerifyWebhookParameters['headers']): string {
  const values =
    headers instanceof Headers
      ? [headers.get(signatureHeader)]
      : Object.entries(headers)
          .filter(([name]) => name.toLowerCase() === signatureHeader)
          .flatMap(([, value]) => value)
  const [value] = values
  if (values.length !== 1 || typeof value !== 'string')
    return refuse(
      'header_malformed',
      signatureHeader,
      'The header is not there once.',
      'Pass all headers of the request.',
    )
  return value
}

function parseHeader(header: string): {
  macs: readonly string[]
  timestamp: number
} {
  const parts = header.split(',').map((part) => part.split('='))
  const get = (name: string) =>
    parts.flatMap(([key, value]) => (key === name ? [value ?? ''] : []))
  const [time = '', ...times] = get('t')
  // Other versions are left to who knows them.
  const macs = get('v1')
  const isWell =
    /^[1-9]\d{0,11}$/.test(time) &&
    times.length === 0 &&
    macs.length > 0 &&
    macs.length <= 8 &&
    macs.every((mac) => /^[0-9a-f]{64}$/.test(mac)) &&
    parts.every((part) => part.length === 2)
  if (!isWell)
    refuse(
      'header_malformed',
      signatureHeader,
      'It is not `t=<Unix seconds>,v1=<64 hexadecimal digits>`.',
      'Pass the header as it has come.',
    )
  return { macs, timestamp: Number(time) }
}

/** Compares two MACs of one length in constant time. */
function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'))
}

function parseEvent(body: string): WebhookEvent {
  try {
    const event = JSON.parse(body) as WebhookEvent
    const isEvent =
      /^evt_[0-9a-f-]{36}$/.test(event.id) &&
      typeof event.type === 'string' &&
      typeof event.approval === 'object'
    if (isEvent) return event
  } catch {
    // Told below.
  }
  return refuse(
    'body_malformed',
    'body',
    'It is signed, but it is no event.',
    'Check that the sender and this receiver have one version.',
  )
}

function refuse(
  reason: WebhookRefusal,
  field: string,
  message: string,
  fix: string,
): never {
  throw new WebhookRefusedError({ field, fix, message, reason })
}
