import { isSelector } from '../document/permissionSchema.ts'
import { type CallArgument, getArguments } from '../view/getArguments.ts'
import type { ViewRule } from '../view/policyView.ts'
import { isTarget } from './argumentNames.ts'
import { dangerousCalls, findByName, isCaller } from './dangerousCalls.ts'
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
  const name = getFunctionName(rule)
  const arguments_ = getArguments(rule) ?? []
  const code = name === undefined ? undefined : findByName(name)
  // A right is somebody's: what names nobody is approved for another reason.
  const isMeant =
    code !== 'CALL_GRANTS_RIGHTS' ||
    arguments_.some(({ type }) => type === 'address')
  if (name !== undefined && code !== undefined && isMeant)
    return [createFinding(code, path, says[code](name))]

  const open = arguments_.filter((one) => !isBound(rule, one))
  const calls = open.find(({ type }) => type === 'bytes[]')
  if (calls !== undefined)
    return [
      createFinding(
        'CALL_HIDES_CALLS',
        path,
        `"${calls.name}" is a list of bytes, as calls within a call are.`,
      ),
    ]
  // Bytes for a target of the agent's own, or for a function that calls.
  const bytes = open.find(({ type }) => type === 'bytes')
  const target = open.find(
    (one) => one.type === 'address' && isTarget(one.name),
  )
  if (bytes === undefined) return []
  if (target === undefined && !(name !== undefined && isCaller(name))) return []
  return [
    createFinding(
      'CALL_HIDES_CALLS',
      path,
      target === undefined
        ? `"${name}" may call what "${bytes.name}" says.`
        : `"${bytes.name}" may be a call of whatever "${target.name}" names.`,
    ),
  ]
}

/** Name of the function, where the document gives its signature. */
function getFunctionName({ source }: ViewRule): string | undefined {
  if (source === undefined || !('call' in source)) return undefined
  if (isSelector(source.function)) return undefined
  return source.function.replace(/^function |\(.*$/gs, '').trim()
}

/** Whether anything is demanded of an argument. */
function isBound(rule: ViewRule, { name, word }: CallArgument): boolean {
  return word === undefined
    ? isMentioned(rule, name)
    : rule.conditions.some(
        (condition) => condition.word === word && condition.op !== 'address',
      )
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

/**
 * Whether `where` says what an argument must be, or each element of it. How many
 * elements there are says nothing of what they are.
 */
export function isMentioned(rule: ViewRule, name: string): boolean {
  const { source } = rule
  if (source === undefined || !('call' in source)) return false
  const where = new Map<string, unknown>(Object.entries(source.where ?? {}))
  const condition = where.get(name)
  if (Array.isArray(condition)) return !condition.includes('any')
  if (condition !== undefined) return condition !== 'any'

  const length = where.get(`${name}.length`)
  const keys = [...where]
    .filter(([, condition]) => condition !== 'any')
    .map(([key]) => key)
  if (length === undefined)
    return keys.some(
      (key) => key.startsWith(`${name}.`) || key.startsWith(`${name}[`),
    )
  const elements = new Set(
    keys
      .filter((key) => key.startsWith(`${name}[`))
      .map((key) => key.slice(0, key.indexOf(']', name.length) + 1)),
  )
  return (
    elements.size === Number(length) &&
    [...elements].every((element) => isMentioned(rule, element))
  )
}

function findUnnamed(rule: ViewRule): readonly PolicyFinding[] {
  const { conditions, headWords, source } = rule
  if (source === undefined || !('call' in source)) return []
  const bound = new Set(conditions.map(({ word }) => word))
  if (!isSelector(source.function)) {
    const nameless = (getArguments(rule) ?? []).filter(
      ({ name, word }) =>
        /^\d+(?:\[|$)/.test(name) &&
        (word === undefined ? !isMentioned(rule, name) : !bound.has(word)),
    )
    if (nameless.length === 0) return []
    return [
      createFinding(
        'ARGUMENTS_UNNAMED',
        `${rule.path}.function`,
        `Nothing says what ${nameless.map(({ name }) => `"${name}"`).join(', ')} of ${source.function} may be, nor what it is.`,
      ),
    ]
  }
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
