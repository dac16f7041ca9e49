import type { Address } from 'viem'

import type { DocumentPath } from '../document/path.ts'
import { addressSchema } from '../document/scalars.ts'
import { type CompileContext, CompileFault, getOwn } from './context.ts'

type Location = string | Readonly<Record<string, string>>

/** Resolves the name of a contract or a token, or an address, in lower case. */
export function getAddressOf(
  context: CompileContext,
  reference: string,
  path: DocumentPath,
): Address {
  if (/^0[xX]/.test(reference)) return parseAddress(reference, path)
  const { assets, contracts, sets } = context.document
  const contract = getOwn(contracts, reference)
  if (contract !== undefined)
    return getLocation(context, contract, reference, path)

  const asset = getOwn(assets, reference)
  if (asset !== undefined && asset.type !== 'native')
    return getLocation(context, asset.address, reference, path)
  if (asset !== undefined)
    throw new CompileFault(
      path,
      `"${reference}" is the native asset and has no address.`,
      'Name a contract or a token.',
    )
  if (getOwn(sets, reference) !== undefined)
    throw new CompileFault(
      path,
      `"${reference}" is a set, and one address is wanted.`,
      'Name a contract.',
    )
  if (reference === 'account' || reference === 'any')
    throw new CompileFault(
      path,
      `"${reference}" is no address that is known beforehand.`,
      'Name addresses.',
    )
  throw new CompileFault(
    path,
    `Nothing is named "${reference}".`,
    `Add it to \`contracts\`, or write one of: ${getNames(context).join(', ') || 'an address'}.`,
  )
}

/** Returns the address on the chain that is compiled for, in lower case. */
export function getLocation(
  { chainId }: CompileContext,
  location: Location,
  name: string,
  path: DocumentPath,
): Address {
  if (typeof location === 'string') return location.toLowerCase() as Address
  const address = getOwn(location, `eip155:${chainId}`)
  if (address !== undefined) return address.toLowerCase() as Address
  throw new CompileFault(
    path,
    `"${name}" has no address on eip155:${chainId}.`,
    'Add the one it has there.',
  )
}

/** Values of arguments are no addresses before their type is known. */
function parseAddress(text: string, path: DocumentPath): Address {
  const { data, error } = addressSchema.safeParse(text)
  if (data !== undefined) return data.toLowerCase() as Address
  const [message = '', fix = ''] = error?.issues[0]?.message.split('\n') ?? []
  throw new CompileFault(path, message, fix)
}

function getNames({ document }: CompileContext): readonly string[] {
  return [
    ...Object.keys(document.contracts ?? {}),
    ...Object.keys(document.sets ?? {}),
    ...Object.keys(document.assets),
  ]
}
