import { BaseError as ViemBaseError } from 'viem'

import { version } from '../version.ts'

const docsBaseUrl = 'https://github.com/mandate-labs/mandate/blob/main/docs'

export type BaseErrorParameters = NonNullable<
  ConstructorParameters<typeof ViemBaseError>[1]
>

/**
 * Base class of every error that this package throws.
 *
 * Extends viem's `BaseError`, so `instanceof` checks and `walk` written for
 * viem keep working. Do not redeclare `name` as a field here: a field would be
 * initialised after `super()` and overwrite the name that a subclass passes.
 */
export class BaseError extends ViemBaseError {
  constructor(shortMessage: string, parameters: BaseErrorParameters = {}) {
    const { cause } = parameters
    const docsPath =
      parameters.docsPath ??
      (cause instanceof BaseError ? cause.docsPath : undefined)

    super(shortMessage, {
      ...(docsPath ? { docsBaseUrl } : {}),
      name: 'BaseError',
      ...parameters,
    })

    this.message = this.message.replace(
      /^Version: .*$/m,
      `Version: mandate@${version}`,
    )
    this.version = `mandate@${version}`

    // viem prefers its cause's path, which is no page of this package's docs.
    if (docsPath) {
      const url = `${parameters.docsBaseUrl ?? docsBaseUrl}${docsPath}`
      this.docsPath = docsPath
      this.message = this.message.replace(/^Docs: .*$/m, `Docs: ${url}`)
    }
  }
}
