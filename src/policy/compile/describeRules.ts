import { getAddress } from 'viem'

import { formatPath } from '../document/path.ts'
import type { EncodedPolicy, RuleOffset } from '../format/encodePolicy.ts'
import type { AssembledPolicy } from './assemblePolicy.ts'
import type { CompiledRule } from './compiledPolicy.ts'
import type { MergedPermission } from './mergePermissions.ts'
import type { PermissionEntry } from './permissionEntry.ts'

/** Tells which rule of the bytes comes from where in the document. */
export function describeRules(
  { permissions, setPermissions }: AssembledPolicy,
  encoded: EncodedPolicy,
): readonly CompiledRule[] {
  const describe = (
    merged: readonly MergedPermission[],
    offsets: readonly RuleOffset[],
  ) =>
    merged.flatMap((permission, index) => {
      const offset = offsets[index]
      return offset === undefined ? [] : describePermission(permission, offset)
    })
  return [
    ...describe(permissions, encoded.permissions),
    ...describe(setPermissions, encoded.setPermissions),
  ]
}

function describePermission(
  { entries, kind, rule, selector, target }: MergedPermission,
  { alternatives, offset }: RuleOffset,
): readonly CompiledRule[] {
  const describe = (
    sources: readonly PermissionEntry[],
    type: CompiledRule['type'],
    place: number,
  ): CompiledRule => {
    const name = getShared(sources.map(({ source }) => source.name))
    const onDeny = getShared(sources.map(({ source }) => source.onDeny))
    return {
      kind,
      ...(name === undefined ? {} : { name }),
      offset: place,
      ...(onDeny === undefined ? {} : { onDeny }),
      path: formatPath(sources[0]?.path ?? []),
      selector,
      ...(target.type === 'one' ? { target: getAddress(target.address) } : {}),
      type,
    }
  }
  if (rule.type === 'plain') return [describe(entries, 'plain', offset)]
  return [
    describe(entries, 'switch', offset),
    ...entries.map((entry, index) =>
      describe([entry], 'plain', alternatives[index] ?? 0),
    ),
  ]
}

/** What all say; undefined where they differ. */
function getShared(texts: readonly (string | undefined)[]): string | undefined {
  return new Set(texts).size === 1 ? texts[0] : undefined
}
