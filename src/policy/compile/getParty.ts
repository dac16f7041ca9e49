import { pad } from 'viem'

import type { DocumentPath } from '../document/path.ts'
import type { PolicyCondition } from '../format/types.ts'
import { type CompileContext, CompileFault } from './context.ts'
import type { SetSource } from './createSetTable.ts'
import {
  type Addresses,
  getAddresses,
  getAddressSet,
  getElements,
} from './getAddresses.ts'
import type { PermissionTarget } from './permissionEntry.ts'

/** Whom a transfer may pay, as the owner writes it. */
export type Party = {
  readonly except?: readonly string[] | string | undefined
  readonly to: readonly string[] | string
}

/** Compiles whom a token may go to into a condition on the recipient. */
export function bindParty(
  context: CompileContext,
  party: Party,
  word: number,
  path: DocumentPath,
): readonly PolicyCondition[] {
  const { except, to } = party
  if (to === 'account') return [{ op: 'account', word }]
  if (to === 'any') {
    if (except === undefined) return [{ op: 'address', word }]
    const denied = getAddressSet(context, except, [...path, 'except'])
    return [{ op: 'notIn', set: context.sets.add(denied), word }]
  }
  const allowed = getAllowed(context, party, path)
  return allowed.type === 'one'
    ? [{ op: 'equal', value: pad(allowed.address, { size: 32 }), word }]
    : [{ op: 'in', set: context.sets.add(allowed.source), word }]
}

/** Compiles whom the native asset may go to into the call's target. */
export function getTransferTarget(
  context: CompileContext,
  party: Party,
  path: DocumentPath,
): PermissionTarget {
  const { except, to } = party
  if (to === 'any') {
    if (except === undefined) return { type: 'any' }
    const denied = getAddressSet(context, except, [...path, 'except'])
    return { except: true, handle: context.sets.add(denied), type: 'set' }
  }
  const allowed = getAllowed(context, party, path)
  return allowed.type === 'one'
    ? allowed
    : {
        except: false,
        handle: context.sets.add(allowed.source),
        type: 'set',
      }
}

function getAllowed(
  context: CompileContext,
  { except, to }: Party,
  path: DocumentPath,
): Addresses {
  const allowed = getAddresses(context, to, [...path, 'to'])
  if (except === undefined) return allowed

  const place = [...path, 'except']
  const denied = getElements(getAddressSet(context, except, place), place)
  const elements = (
    allowed.type === 'one'
      ? [allowed.address]
      : getElements(allowed.source, [...path, 'to'])
  ).filter((element) => !denied.includes(element))
  const [address] = elements
  if (address === undefined)
    throw new CompileFault(
      place,
      'Nobody is left to be paid.',
      'Take somebody out of `except`.',
    )
  if (elements.length === 1) return { address, type: 'one' }
  const source: SetSource = {
    elements,
    external:
      allowed.type === 'set' && 'elements' in allowed.source
        ? allowed.source.external
        : undefined,
    kind: 'addresses',
  }
  return { source, type: 'set' }
}
