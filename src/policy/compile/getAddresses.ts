import type { Address, Hex } from 'viem'

import { isList } from '../document/isList.ts'
import type { DocumentPath } from '../document/path.ts'
import { maxBlobElements } from '../format/constants.ts'
import { type CompileContext, CompileFault, getOwn } from './context.ts'
import type { SetSource } from './createSetTable.ts'
import { getAddressOf } from './getAddressOf.ts'

/** Addresses that a document names. */
export type Addresses =
  | { address: Address; type: 'one' }
  | { source: SetSource; type: 'set' }

/**
 * Resolves a set, a name, an address, or a list of them.
 *
 * A list of one is that one; a named set stays a set, whatever its size.
 */
export function getAddresses(
  context: CompileContext,
  reference: string | readonly string[],
  path: DocumentPath,
): Addresses {
  if (typeof reference === 'string') {
    const source = getNamedAddresses(context, reference, path)
    return source === undefined
      ? { address: getAddressOf(context, reference, path), type: 'one' }
      : { source, type: 'set' }
  }
  const elements = getMembers(context, reference, path, [])
  const [address] = elements
  if (elements.length === 1 && address !== undefined)
    return { address, type: 'one' }
  return { source: toSource(elements, undefined, path), type: 'set' }
}

/** Like {@link getAddresses}, where one address is a set of one. */
export function getAddressSet(
  context: CompileContext,
  reference: string | readonly string[],
  path: DocumentPath,
): SetSource {
  const addresses = getAddresses(context, reference, path)
  return addresses.type === 'set'
    ? addresses.source
    : { elements: [addresses.address], kind: 'addresses' }
}

/** Returns the elements of a set of addresses that the document lists. */
export function getElements(
  source: SetSource,
  path: DocumentPath,
): readonly Hex[] {
  if ('elements' in source) return source.elements
  throw new CompileFault(
    path,
    'The elements of a published set are not known here.',
    'List them in the document.',
  )
}

/** A named set as the document has it, in one shape. */
type NamedSet = {
  external?: boolean | undefined
  members?: readonly string[] | undefined
  published?: string | undefined
  type?: 'addresses' | 'words' | undefined
  values?: readonly (number | string)[] | undefined
}

/** Returns the set of this name; undefined where there is none. */
export function getNamedSet(
  { document }: CompileContext,
  name: string,
): NamedSet | undefined {
  const set = getOwn(document.sets, name)
  return set !== undefined && isList(set) ? { members: set } : set
}

function getNamedAddresses(
  context: CompileContext,
  name: string,
  path: DocumentPath,
  parents: readonly string[] = [],
): SetSource | undefined {
  const set = getNamedSet(context, name)
  if (set === undefined) return undefined
  if (parents.includes(name))
    throw new CompileFault(
      ['sets', name],
      `The set "${name}" holds itself.`,
      'Take it out of its own members.',
    )
  if (set.published !== undefined && set.type === 'addresses')
    return { blobHash: set.published as Hex, kind: 'addressesBlob' }
  if (set.members === undefined)
    throw new CompileFault(
      path,
      `The set "${name}" holds values and no addresses.`,
      'Name a set of addresses.',
    )
  const place = [
    'sets',
    name,
    ...(isList(getOwn(context.document.sets, name)) ? [] : ['members']),
  ]
  return toSource(
    getMembers(context, set.members, place, [...parents, name]),
    set.external,
    place,
  )
}

function getMembers(
  context: CompileContext,
  members: readonly string[],
  path: DocumentPath,
  parents: readonly string[],
): readonly Address[] {
  const addresses = members.flatMap((member, index) => {
    const place = [...path, index]
    const inner = getNamedAddresses(context, member, place, parents)
    return inner === undefined
      ? [getAddressOf(context, member, place)]
      : getElements(inner, place)
  })
  return [...new Set(addresses)]
}

function toSource(
  elements: readonly Address[],
  external: boolean | undefined,
  path: DocumentPath,
): SetSource {
  if (elements.length > maxBlobElements.addresses)
    throw new CompileFault(
      path,
      `The set has ${elements.length} addresses, and a blob holds ${maxBlobElements.addresses}.`,
      'Split it into several sets, with a permission for each.',
    )
  return { elements, external, kind: 'addresses' }
}
