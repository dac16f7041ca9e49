import type { Hex } from 'viem'

import { getWordName } from '../view/getArguments.ts'
import type { ViewRule } from '../view/policyView.ts'
import type { PolicyChange } from './change.ts'
import { diffRule, type Views } from './diffRule.ts'
import { sayWord } from './sayCondition.ts'

/** Compares the alternatives of a permission with those in whose place they are. */
export function diffRules(
  views: Views,
  before: readonly ViewRule[],
  after: readonly ViewRule[],
): readonly PolicyChange[] {
  const [old, now] = [before[0], after[0]]
  if (old === undefined || now === undefined) return []
  if (before.length === 1 && after.length === 1)
    return diffRule(views, old, now)

  // The first condition of an alternative is the switch's.
  const word = (before.length > 1 ? old : now).conditions[0]?.word
  const olds = toMap(before, word)
  const nows = toMap(after, word)
  if (olds === undefined || nows === undefined || word === undefined)
    return diffAny(views, before, after)

  const values = new Set([...olds.keys(), ...nows.keys()])
  return [...values].flatMap((value): readonly PolicyChange[] => {
    const [was, is] = [olds.get(value), nows.get(value)]
    if (was !== undefined && is !== undefined) return diffRule(views, was, is)
    if (is !== undefined)
      return [
        {
          kind: 'looser',
          message: `It is permitted with ${getWordName(is, word)} ${sayWord(views.after, value)} too.`,
          path: is.path,
        },
      ]
    if (was === undefined) return []
    return [
      {
        kind: 'tighter',
        message: `It is no more permitted with ${getWordName(was, word)} ${sayWord(views.before, value)}.`,
        path: was.path,
      },
    ]
  })
}

/** Rules by what they want of a word; undefined where one wants no value. */
function toMap(
  rules: readonly ViewRule[],
  word: number | undefined,
): ReadonlyMap<Hex, ViewRule> | undefined {
  const map = new Map<Hex, ViewRule>()
  for (const rule of rules) {
    const equal = rule.conditions.find(
      (condition) => condition.word === word && condition.op === 'equal',
    )
    if (equal?.op !== 'equal' || map.has(equal.value)) return undefined
    map.set(equal.value, rule)
  }
  return map
}

/** Where the alternatives do not match, each must lie within another one. */
function diffAny(
  views: Views,
  before: readonly ViewRule[],
  after: readonly ViewRule[],
): readonly PolicyChange[] {
  const turned: Views = { after: views.before, before: views.after }
  const looser = after.filter(
    (rule) => !before.some((old) => isNoLooser(views, old, rule)),
  )
  const tighter = before.filter(
    (rule) => !after.some((now) => isNoLooser(turned, now, rule)),
  )
  return [
    ...looser.map(
      ({ path }): PolicyChange => ({
        kind: 'looser',
        message: 'It may permit what was not permitted before.',
        path,
      }),
    ),
    ...tighter.map(
      ({ path }): PolicyChange => ({
        kind: 'tighter',
        message: 'Some of what it permitted is permitted no more.',
        path,
      }),
    ),
  ]
}

function isNoLooser(views: Views, before: ViewRule, after: ViewRule): boolean {
  return diffRule(views, before, after).every(({ kind }) => kind !== 'looser')
}
