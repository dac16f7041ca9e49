import { concatHex, type Hex, numberToHex } from 'viem'

import { callKinds } from './constants.ts'
import type { PolicyPermission, PolicySetPermission } from './types.ts'

/** The first 25 bytes of a permission, by which permissions are sorted. */
export function encodePermissionKey({
  kind,
  selector,
  target,
}: Omit<PolicyPermission, 'rule'>): Hex {
  return concatHex([
    target.toLowerCase() as Hex,
    numberToHex(callKinds.indexOf(kind), { size: 1 }),
    selector,
  ])
}

/** The first 6 bytes of a set permission, by which they are sorted. */
export function encodeSetPermissionKey({
  except,
  kind,
  selector,
  set,
}: Omit<PolicySetPermission, 'rule'>): Hex {
  const reference = set === undefined ? 0xff : set | (except ? 0x80 : 0)
  return concatHex([
    numberToHex(callKinds.indexOf(kind), { size: 1 }),
    selector,
    numberToHex(reference, { size: 1 }),
  ])
}
