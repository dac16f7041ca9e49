import { isList } from '../document/isList.ts'
import { createFinding } from './finding.ts'
import type { LintCheck } from './lintContext.ts'

/** Names that nothing uses. */
export const lintNames: LintCheck = ({ document }) => {
  const { gas, groups = [], guardian, limits, permissions, tiers } = document
  const used = new Set<string>()
  for (const part of [gas.paymasters, guardian, limits, permissions, tiers])
    addTexts(part, used)
  // What a set holds is used where the set is.
  const sets = Object.entries(document.sets ?? {})
  for (let count = -1; count !== used.size; ) {
    count = used.size
    for (const [name, set] of sets) if (used.has(name)) addTexts(set, used)
  }
  const find = (kind: string, section: string, names: readonly string[]) =>
    names.flatMap((name, index) =>
      used.has(name)
        ? []
        : [
            createFinding(
              'NAME_UNUSED',
              section === 'groups'
                ? `groups[${index}]`
                : `${section}.${/^[\w$-]+$/.test(name) ? name : JSON.stringify(name)}`,
              `Nothing uses the ${kind} "${name}".`,
            ),
          ],
    )
  return [
    ...find('asset', 'assets', Object.keys(document.assets)),
    ...find('contract', 'contracts', Object.keys(document.contracts ?? {})),
    ...find(
      'set',
      'sets',
      sets.map(([name]) => name),
    ),
    ...find('group', 'groups', groups),
  ]
}

/** Adds every text and every key within a value. */
function addTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value)
  else if (isList(value)) for (const item of value) addTexts(item, texts)
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      texts.add(key)
      // What people are told names nothing.
      if (key !== 'name' && key !== 'onDeny') addTexts(item, texts)
    }
}
