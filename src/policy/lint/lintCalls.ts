import { isSelector } from '../document/permissionSchema.ts'
import { getArguments } from '../view/getArguments.ts'
import type { ViewRule } from '../view/policyView.ts'
import { dangerousCalls } from './dangerousCalls.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, isCall, type LintCheck } from './lintContext.ts'

/** Calls that hand out what no permission looks into. */
export const lintCalls: LintCheck = ({ view }) =>
  getRules(view).flatMap(({ permission: { selector }, rule }) => {
    if (!isCall(rule)) return []
    return [...findDanger(rule, selector), ...findUnnamed(rule)]
  })

function findDanger(
  rule: ViewRule,
  selector: `0x${string}`,
): readonly PolicyFinding[] {
  const known = dangerousCalls.get(selector)
  const path = `${rule.path}.function`
  if (known !== undefined) {
    if (known.code === 'CALL_HIDES_CALLS' && isPinned(rule)) return []
    return [createFinding(known.code, path, says[known.code](known.signature))]
  }
  // Names of one's own for the same thing: a list of bytes, or of calls.
  const hidden = (getArguments(rule) ?? []).find(
    ({ type }) => type === 'bytes[]',
  )
  if (hidden === undefined || isMentioned(rule, hidden.name)) return []
  return [
    createFinding(
      'CALL_HIDES_CALLS',
      path,
      `"${hidden.name}" is a list of bytes, as calls within a call are.`,
    ),
  ]
}

const says = {
  CALL_ADMINISTERS: (signature: string) =>
    `${signature} changes who governs the contract, or what its code is.`,
  CALL_GRANTS_RIGHTS: (signature: string) =>
    `${signature} hands out a right, or moves tokens, and no meter counts it.`,
  CALL_HIDES_CALLS: (signature: string) =>
    `${signature} carries other calls, which no permission looks into.`,
  CALL_MANAGES_MODULES: (signature: string) =>
    `${signature} is a call of accounts and of their modules.`,
} as const

/** Whether the document says what every argument of dynamic type must be. */
function isPinned(rule: ViewRule): boolean {
  const dynamic = (getArguments(rule) ?? []).filter(
    ({ word }) => word === undefined,
  )
  return (
    dynamic.length > 0 && dynamic.every(({ name }) => isMentioned(rule, name))
  )
}

/** Whether `where` says anything of an argument, or of a part of it. */
export function isMentioned({ source }: ViewRule, name: string): boolean {
  if (source === undefined || !('call' in source)) return false
  return Object.entries(source.where ?? {}).some(
    ([key, condition]) =>
      condition !== 'any' &&
      (key === name ||
        key.startsWith(`${name}.`) ||
        key.startsWith(`${name}[`)),
  )
}

function findUnnamed(rule: ViewRule): readonly PolicyFinding[] {
  const { conditions, headWords, source } = rule
  if (source === undefined || !('call' in source)) return []
  if (!isSelector(source.function)) return []
  const bound = new Set(conditions.map(({ word }) => word))
  const open = Array.from({ length: headWords }, (_, word) => word).filter(
    (word) => !bound.has(word),
  )
  if (open.length === 0 && rule.exact) return []
  return [
    createFinding(
      'ARGUMENTS_UNNAMED',
      `${rule.path}.function`,
      open.length === 0
        ? `Anything may follow the words of ${source.function}.`
        : `Nothing says what ${open.map((word) => `#${word}`).join(', ')} of ${source.function} may be.`,
    ),
  ]
}
