import { type Address, type Hex, slice } from 'viem'

import { isSelector } from '../document/permissionSchema.ts'
import type {
  PolicyView,
  ViewPermission,
  ViewTarget,
} from '../view/policyView.ts'
import type { PolicyChange } from './change.ts'
import type { Views } from './diffRule.ts'
import { diffRules } from './diffRules.ts'
import { sayNames } from './sayCondition.ts'

/** Says how the calls that are permitted differ, whatever tells them apart. */
export function diffPermissions(views: Views): readonly PolicyChange[] {
  const toKey = ({ kind, selector }: ViewPermission) => `${kind} ${selector}`
  const keys = new Set(
    [...views.before.permissions, ...views.after.permissions].map(toKey),
  )
  return [...keys].flatMap((key) => {
    const of = ({ permissions }: PolicyView) =>
      permissions.filter((permission) => toKey(permission) === key)
    const [before, after] = [of(views.before), of(views.after)]
    return [...before, ...after].some(isUnknown)
      ? diffUnknown(views, before, after)
      : diffTargets(views, before, after)
  })
}

function isUnknown({ target }: ViewPermission): boolean {
  return target.type === 'set' && target.set.elements === undefined
}

/** What the targets that are named, and all others, had and have. */
type Pair = {
  after: ViewPermission | undefined
  before: ViewPermission | undefined
  /** Addresses; undefined for every other one. */
  targets: (Address | undefined)[]
}

/**
 * Looks at each target by itself, since a permission that is gone may uncover
 * another one for the same target.
 */
function diffTargets(
  views: Views,
  before: readonly ViewPermission[],
  after: readonly ViewPermission[],
): readonly PolicyChange[] {
  const targets = new Set<Address | undefined>([undefined])
  for (const { target } of [...before, ...after])
    for (const address of getAddresses(target)) targets.add(address)

  const pairs: Pair[] = []
  for (const target of targets) {
    const [was, is] = [find(before, target), find(after, target)]
    if (was === undefined && is === undefined) continue
    const pair = pairs.find((one) => one.before === was && one.after === is)
    if (pair === undefined)
      pairs.push({ after: is, before: was, targets: [target] })
    else pair.targets.push(target)
  }
  return pairs.flatMap((pair) => diffPair(views, pairs, pair))
}

function diffPair(
  views: Views,
  pairs: readonly Pair[],
  { after, before, targets }: Pair,
): readonly PolicyChange[] {
  if (before !== undefined && after !== undefined)
    return diffRules(views, before.rules, after.rules)
  if (after !== undefined) {
    const isKnown = pairs.some(
      (pair) => pair.after === after && pair.before !== undefined,
    )
    return [
      {
        kind: 'looser',
        message: `${sayTargets(views.after, targets)} ${sayVerb(after, 'may')}.`,
        path: getPath(after, isKnown),
      },
    ]
  }
  if (before === undefined) return []
  const isKnown = pairs.some(
    (pair) => pair.before === before && pair.after !== undefined,
  )
  return [
    {
      kind: 'tighter',
      message: `${sayTargets(views.before, targets)} ${sayVerb(before, 'may no more')}.`,
      path: getPath(before, isKnown),
    },
  ]
}

/** The permission that is taken for a target. */
function find(
  permissions: readonly ViewPermission[],
  target: Address | undefined,
): ViewPermission | undefined {
  const exact = permissions.find((permission) => {
    const own = permission.target
    return own.type === 'one' && own.address === target
  })
  return (
    exact ??
    permissions.find(({ target: own }) => {
      if (own.type !== 'set') return own.type === 'any'
      const isIn = target !== undefined && getAddresses(own).includes(target)
      return isIn !== own.except
    })
  )
}

/** Sets are looked into again and again. */
const addressesOf = new WeakMap<ViewTarget, readonly Address[]>()

function getAddresses(target: ViewTarget): readonly Address[] {
  if (target.type !== 'set')
    return target.type === 'one' ? [target.address] : []
  const known = addressesOf.get(target)
  if (known !== undefined) return known
  const addresses = (target.set.elements ?? []).map((element) =>
    slice(element, 12),
  )
  addressesOf.set(target, addresses)
  return addresses
}

/** Where nobody knows whom a set holds, only the same set is the same. */
function diffUnknown(
  views: Views,
  before: readonly ViewPermission[],
  after: readonly ViewPermission[],
): readonly PolicyChange[] {
  const [first] = before
  if (after.length === 0 && first !== undefined)
    return [
      {
        kind: 'tighter',
        message: `Nobody ${sayVerb(first, 'may')} any more.`,
        path: getPath(first, false),
      },
    ]
  const keys = after.map(({ target }) => getKey(target))
  const olds = new Map(
    before.map((permission) => [getKey(permission.target), permission]),
  )
  const isSame =
    keys.length === before.length &&
    before.every(({ target }, index) => getKey(target) === keys[index])
  return [
    ...after.flatMap((permission) => {
      const old = olds.get(getKey(permission.target))
      return old === undefined
        ? []
        : diffRules(views, old.rules, permission.rules)
    }),
    ...(isSame || after[0] === undefined
      ? []
      : [
          {
            kind: 'looser',
            message:
              'It is for other targets, some of a set of which only the id is known.',
            path: getPath(after[0], false),
          } as const,
        ]),
  ]
}

function getKey(target: ViewTarget): string {
  if (target.type === 'any') return 'any'
  if (target.type === 'one') return target.address
  return `${target.except ? 'except' : 'set'} ${target.set.key}`
}

function getPath({ kind, rules }: ViewPermission, isKnown: boolean): string {
  const path = rules[0]?.path ?? 'permissions'
  if (!isKnown) return path.replace(/\.spenders.*$/, '')
  return kind === 'transfer' ? `${path}.to` : `${path}.call`
}

function sayTargets(
  { getName }: PolicyView,
  targets: readonly (Address | undefined)[],
): string {
  const named = targets.flatMap((target) =>
    target === undefined ? [] : [getName(target)],
  )
  if (named.length < targets.length)
    return named.length === 0 ? 'Every other address' : 'Every address'
  return sayNames(named)
}

function sayVerb(
  { kind, rules, selector }: ViewPermission,
  may: string,
): string {
  if (kind === 'transfer') return `${may} be paid in the native asset`
  return `${may} be called with ${getFunction(rules[0]?.source, selector)}`
}

function getFunction(
  source: ViewPermission['rules'][number]['source'],
  selector: Hex,
): string {
  if (source === undefined) return selector
  if ('call' in source)
    return isSelector(source.function)
      ? source.function
      : source.function.replace(/^function |\(.*$/g, '')
  const [key = selector] = [
    'transfer',
    'transferFrom',
    'approve',
    'wrap',
    'unwrap',
  ].filter((name) => name in source)
  return key
}
