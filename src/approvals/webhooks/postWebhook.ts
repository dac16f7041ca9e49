import { version } from '../../version.ts'
import type { WebhookEndpoint } from './parseEndpoint.ts'
import { getWebhookMac, signatureHeader } from './signWebhook.ts'

/**
 * Sends an event once, signed now.
 *
 * @returns Why it has not arrived, in words that repeat neither secret nor URL;
 * nothing where it has
 */
export async function postWebhook(parameters: {
  body: string
  endpoint: WebhookEndpoint
  /** In ms. */
  now: number
  /** In ms. */
  timeout: number
}): Promise<string | undefined> {
  const { body, endpoint, now, timeout } = parameters
  const timestamp = Math.floor(now / 1_000)
  const mac = getWebhookMac({ body, secret: endpoint.secret, timestamp })

  try {
    const response = await fetch(endpoint.url, {
      body,
      headers: {
        'content-type': 'application/json',
        [signatureHeader]: `t=${timestamp},v1=${mac}`,
        'user-agent': `mandate/${version}`,
      },
      method: 'POST',
      // Elsewhere, nobody has the secret.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    // What it says is of no use, and may be without end.
    await response.body?.cancel()
    return response.ok ? undefined : `answered ${response.status}`
  } catch (error) {
    return getReason(error)
  }
}

function getReason(error: unknown): string {
  if ((error as Error | undefined)?.name === 'TimeoutError')
    return 'no answer in time'
  const cause = (error as { cause?: { code?: unknown } } | undefined)?.cause
  return typeof cause?.code === 'string'
    ? `no connection (${cause.code})`
    : 'no connection'
}
