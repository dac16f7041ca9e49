import type { Address } from 'viem'

import { addressSchema } from '../../policy/document/scalars.ts'
import { refuse } from './inputFault.ts'
import type { KnownNames } from './knownNames.ts'

/**
 * Reads an address, or a name of the policy document that stands for one.
 *
 * @param input - Address or name
 * @param parameters - Names, and the place in the arguments
 */
export function parseAddress(
  input: string,
  parameters: { names: KnownNames; path: string },
): Address {
  const { names, path } = parameters

  const named =
    (Object.hasOwn(names.contracts, input)
      ? names.contracts[input]
      : undefined) ??
    names.assets.find(({ symbol }) => symbol === input)?.address
  if (named) return named

  const result = addressSchema.safeParse(input)
  if (result.success) return result.data as Address

  const [message = '', fix = ''] = (
    result.error.issues[0]?.message ?? ''
  ).split('\n')
  const known = Object.keys(names.contracts)
  return refuse(
    path,
    message,
    input.startsWith('0x') || known.length === 0
      ? fix
      : `${fix} The names known here are ${known.slice(0, 20).join(', ')}.`,
  )
}
