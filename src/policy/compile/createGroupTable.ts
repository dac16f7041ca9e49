import { type Hex, keccak256, slice, stringToHex } from 'viem'

import type { DocumentPath } from '../document/path.ts'
import { type CompileContext, CompileFault } from './context.ts'

export type GroupTable = {
  /** Index of a group; undefined for none, and for one without a limit. */
  getIndex: (name: string | undefined, path: DocumentPath) => number | undefined
  /** Ids in the policy's order. */
  groups: readonly Hex[]
}

/** Returns the 16 bytes that a policy has of a group's name. */
export function getGroupId(name: string): Hex {
  return /^0x[0-9a-f]{32}$/.test(name)
    ? (name as Hex)
    : slice(keccak256(stringToHex(name)), 0, 16)
}

/** Orders the groups that have a limit by their ids, as the policy does. */
export function createGroupTable({
  document,
  faults,
}: CompileContext): GroupTable {
  const names = document.groups ?? []
  const limited = new Set(document.limits.map(({ group }) => group))
  const permitted = new Set(document.permissions.map(({ group }) => group))
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      faults.push({
        fix: 'Name it once.',
        message: `The group "${name}" is there twice.`,
        path: ['groups', index],
      })
    if (limited.has(name) && !permitted.has(name))
      faults.push({
        fix: 'Put a permission into it, or take its limits out.',
        message: `The group "${name}" has limits, and no permission.`,
        path: ['groups', index],
      })
  })
  const table = [...new Set(names)]
    .filter((name) => limited.has(name))
    .map((name) => ({ id: getGroupId(name), name }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  return {
    getIndex: (name, path) => {
      if (name === undefined) return undefined
      if (!names.includes(name))
        throw new CompileFault(
          path,
          `No group is named "${name}".`,
          'Add it to `groups`.',
        )
      const index = table.findIndex((group) => group.name === name)
      return index === -1 ? undefined : index
    },
    groups: table.map(({ id }) => id),
  }
}
