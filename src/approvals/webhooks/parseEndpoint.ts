import { WebhookEndpointError } from '../errors.ts'

/** Fewer characters than this can be guessed. */
const minSecretLength = 32

export type WebhookEndpoint = {
  /**
   * Names the endpoint in the store: what was delivered to it is remembered under
   * this name. Small letters, digits and hyphens.
   */
  name: string
  /** Shared with the receiver, at least 32 characters. It is stored nowhere. */
  secret: string
  /** https; http for this machine only. */
  url: string
}

/**
 * Checks an endpoint. Neither its secret nor its URL is repeated in an error.
 *
 * @param endpoint - Endpoint
 * @param index - Its place among the others
 */
export function parseEndpoint(
  endpoint: WebhookEndpoint,
  index: number,
): WebhookEndpoint {
  const { name, secret, url } = endpoint
  const place = `endpoints[${index}]`

  if (typeof name !== 'string' || !/^[a-z0-9-]{1,50}$/.test(name))
    refuse(
      `${place}.name`,
      'It is no name.',
      'Write 1 to 50 small letters, digits and hyphens.',
    )
  if (typeof secret !== 'string' || secret.length < minSecretLength)
    refuse(
      `${place}.secret`,
      `It is shorter than ${minSecretLength} characters.`,
      'Make one at random, such as with `openssl rand -hex 32`.',
    )
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed)
    return refuse(`${place}.url`, 'It is no URL.', 'Write a whole URL.')
  const isHere =
    /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname) &&
    parsed.protocol === 'http:'
  if (parsed.protocol !== 'https:' && !isHere)
    refuse(
      `${place}.url`,
      'Anybody on the way could read it.',
      'Use https; http is for this machine only (localhost, 127.0.0.1, ::1).',
    )
  if (parsed.username !== '' || parsed.password !== '')
    refuse(
      `${place}.url`,
      'It carries a user or a password.',
      'Leave them out: the receiver checks the signature.',
    )
  return { name, secret, url: parsed.href }
}

function refuse(field: string, message: string, fix: string): never {
  throw new WebhookEndpointError({ field, fix, message })
}
