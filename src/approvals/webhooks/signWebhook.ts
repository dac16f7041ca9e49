import { createHmac } from 'node:crypto'

/** Header that a webhook is signed in: `t=<Unix seconds>,v1=<64 hex digits>`. */
export const signatureHeader = 'mandate-signature'

/**
 * Returns the HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal.
 *
 * @param parameters - Body as it is sent, byte for byte
 */
export function getWebhookMac(parameters: {
  body: string
  secret: string
  /** Unix seconds. */
  timestamp: number
}): string {
  const { body, secret, timestamp } = parameters
  return createHmac('sha256', secret)
    .update(`${timestamp}.${body}`, 'utf8')
    .digest('hex')
}
