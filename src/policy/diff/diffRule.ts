import type { Hex } from 'viem'

import { formatAmount } from '../document/amounts.ts'
import { getWordName, getWordPath } from '../view/getArguments.ts'
import type {
  PolicyView,
  ViewCondition,
  ViewLimit,
  ViewRule,
} from '../view/policyView.ts'
import { compareMost, type PolicyChange } from './change.ts'
import { isDelayed } from './isDelayed.ts'
import { isImplied } from './isImplied.ts'
import { sayConditions, sayNames, sayWord } from './sayCondition.ts'

/** What two policies are, where one of their rules is compared. */
export type Views = { after: PolicyView; before: PolicyView }

/** Says how a rule differs from the one in whose place it is. */
export function diffRule(
  views: Views,
  before: ViewRule,
  after: ViewRule,
): readonly PolicyChange[] {
  return [
    ...diffConditions(views, before, after),
    ...diffData(before, after),
    ...diffValue(before, after),
    ...diffSpends(views, before, after),
    ...diffTier(views, before, after),
    ...diffGroup(views, before, after),
  ]
}

function diffConditions(
  views: Views,
  before: ViewRule,
  after: ViewRule,
): readonly PolicyChange[] {
  const words = new Set(
    [...before.conditions, ...after.conditions].map(({ word }) => word),
  )
  return [...words].flatMap((word) => {
    const old = before.conditions.filter((condition) => condition.word === word)
    const now = after.conditions.filter((condition) => condition.word === word)
    const isLooser = old.some((demand) => !isImplied(now, demand))
    const isTighter = now.some((demand) => !isImplied(old, demand))
    if (!isLooser && !isTighter) return []
    return [
      {
        kind: isLooser ? ('looser' as const) : ('tighter' as const),
        message: sayChange(views, getWordName(after, word), old, now),
        path: getWordPath(after, word),
      },
    ]
  })
}

function sayChange(
  { after, before }: Views,
  name: string,
  old: readonly ViewCondition[],
  now: readonly ViewCondition[],
): string {
  const [were, are] = [getListed(old), getListed(now)]
  const subject = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  if (were === undefined || are === undefined)
    return `${subject} may be ${sayConditions(after, now)}, and could be ${sayConditions(before, old)}.`
  const added = are.filter((word) => !were.includes(word))
  const removed = were.filter((word) => !are.includes(word))
  const parts = [
    ...(added.length === 0
      ? []
      : [`may also be ${sayNames(added.map((word) => sayWord(after, word)))}`]),
    ...(removed.length === 0
      ? []
      : [
          `may no more be ${sayNames(removed.map((word) => sayWord(before, word)))}`,
        ]),
  ]
  return `${subject} ${parts.join(', and ')}.`
}

function getListed(
  conditions: readonly ViewCondition[],
): readonly Hex[] | undefined {
  const [condition] = conditions
  if (condition === undefined || conditions.length > 1) return undefined
  if (condition.op === 'equal') return [condition.value]
  return condition.op === 'in' ? condition.set.elements : undefined
}

/** How long a call's data may be. */
function diffData(before: ViewRule, after: ViewRule): readonly PolicyChange[] {
  const isLooser = !isWithin(after, before)
  if (!isLooser && isWithin(before, after)) return []
  const say = ({ exact, headWords }: ViewRule) =>
    `${exact ? 'exactly' : 'at least'} ${headWords} words`
  return [
    {
      kind: isLooser ? 'looser' : 'tighter',
      message: `The call has ${say(after)} of arguments, and had ${say(before)}.`,
      path: after.path,
    },
  ]
}

function isWithin(one: ViewRule, other: ViewRule): boolean {
  return other.exact
    ? one.exact && one.headWords === other.headWords
    : one.headWords >= other.headWords
}

function diffValue(before: ViewRule, after: ViewRule): readonly PolicyChange[] {
  const kind = compareMost(before.valueCap, after.valueCap)
  if (kind === undefined) return []
  const { source } = after
  const key = source !== undefined && 'call' in source ? 'value' : 'max'
  return [
    {
      kind,
      message: `One call carries at most ${formatAmount(after.valueCap, 18)} of the native asset, and could carry ${formatAmount(before.valueCap, 18)}.`,
      path: `${after.path}.${key}`,
    },
  ]
}

function diffSpends(
  views: Views,
  before: ViewRule,
  after: ViewRule,
): readonly PolicyChange[] {
  const toKey = ({ asset, word }: ViewRule['spends'][number]) =>
    `${asset.key} ${word ?? 'one'}`
  const find = (one: ViewRule, other: ViewRule) => {
    const keys = new Set(other.spends.map(toKey))
    return one.spends.filter((spend) => !keys.has(toKey(spend)))
  }
  const path = `${after.path}.spends`
  return [
    ...find(before, after).map(
      ({ asset }): PolicyChange => ({
        kind: 'looser',
        message: `What it takes of ${asset.symbol} is no more counted as it was.`,
        path,
      }),
    ),
    ...find(after, before).map(
      ({ asset }): PolicyChange =>
        tellCounted(
          views,
          `What it takes of ${asset.symbol} is counted too`,
          path,
          (limit) => limit.asset.key === asset.key,
        ),
    ),
  ]
}

/**
 * What more limits count is tighter, unless one of them asks for an approval: that
 * would stand for the delay that the call had to wait for.
 */
function tellCounted(
  { after, before }: Views,
  message: string,
  path: string,
  isCounting: (limit: ViewLimit) => boolean,
): PolicyChange {
  const isSpared =
    isDelayed(before) &&
    after.limits.some(
      (limit) => limit.action === 'approval' && isCounting(limit),
    )
  return isSpared
    ? {
        kind: 'looser',
        message: `${message}, and an approval may stand for its delay.`,
        path,
      }
    : { kind: 'tighter', message: `${message}.`, path }
}

/** From what is loosest to what is strictest. */
const tiers = ['none', 'notify', 'delay', 'approval'] as const

const tierNames = {
  approval: 'needs an approval',
  delay: 'waits for the delay',
  none: 'runs at once',
  notify: 'is reported',
} as const

function diffTier(
  views: Views,
  before: ViewRule,
  after: ViewRule,
): readonly PolicyChange[] {
  const kind = compareMost(
    -tiers.indexOf(before.tier),
    -tiers.indexOf(after.tier),
  )
  if (kind === undefined) return []
  return [
    {
      // Whoever approves spares the calls their delay.
      kind:
        after.tier === 'approval' && isDelayed(views.before) ? 'looser' : kind,
      message: `It ${tierNames[after.tier]}; before, it ${tierNames[before.tier]}.`,
      path: `${after.path}.tier`,
    },
  ]
}

/** A group that has no limits on the other side is told of by these. */
function diffGroup(
  views: Views,
  before: ViewRule,
  after: ViewRule,
): readonly PolicyChange[] {
  if (before.group === after.group) return []
  const isLimited = (view: PolicyView, group: Hex | undefined) =>
    group !== undefined && view.limits.some((limit) => limit.group === group)
  const path = `${after.path}.group`
  if (isLimited(views.after, before.group))
    return [
      {
        kind: 'looser',
        message: `The limits of "${views.before.getGroupName(before.group as Hex)}" no more count it.`,
        path,
      },
    ]
  if (isLimited(views.before, after.group))
    return [
      tellCounted(
        views,
        `The limits of "${views.after.getGroupName(after.group as Hex)}" count it too`,
        path,
        (limit) => limit.group === after.group,
      ),
    ]
  return []
}
