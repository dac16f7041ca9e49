import type { FormatFault } from './fault.ts'
import { tokenCalls } from './tokenCalls.ts'
import type { PolicyData, PolicyPlainRule } from './types.ts'

/** Checks that the tiers and the table entries are there for something. */
export function checkUse(policy: PolicyData): readonly FormatFault[] {
  const rules = getPlainRules(policy)
  const actions = new Set<string>([
    ...policy.limits.map(({ action }) => action),
    ...rules.map(({ tier }) => tier),
  ])
  return [...checkTiers(policy, actions), ...checkTables(policy, rules)]
}

/** Every plain rule, those of switches included. */
export function getPlainRules({
  permissions,
  setPermissions,
}: PolicyData): readonly PolicyPlainRule[] {
  return [...permissions, ...setPermissions].flatMap(({ rule }) =>
    rule.type === 'plain'
      ? [rule]
      : rule.alternatives.map(({ rule: plain }) => plain),
  )
}

function checkTiers(
  { sets, tiers }: PolicyData,
  actions: ReadonlySet<string>,
): readonly FormatFault[] {
  const delays = actions.has('delay')
  const approves = actions.has('approval')
  const refuse = (message: string, fix: string) => [
    { at: ['tiers'], fix, message },
  ]
  if (tiers === undefined)
    return delays || approves
      ? refuse(
          'A limit or a permission delays or asks for approval, and nothing says how.',
          'Add `tiers`.',
        )
      : []

  const { approvers, delay, lifetime, threshold } = tiers
  const set = approvers === undefined ? undefined : sets[approvers]
  const count = set?.kind === 'addresses' ? set.addresses.length : threshold
  const isValid =
    (delays || approves) &&
    (delays ? delay > 0 && lifetime > 0 : delay === 0 && lifetime === 0) &&
    (approves
      ? threshold > 0 &&
        threshold <= count &&
        set?.kind.startsWith('addresses') === true
      : threshold === 0 && approvers === undefined)
  return isValid
    ? []
    : refuse(
        'The tiers do not fit what the limits and permissions ask for.',
        'Have a delay and a lifetime where something delays, and as many approvers as the threshold where something asks for approval.',
      )
}

function checkTables(
  policy: PolicyData,
  rules: readonly PolicyPlainRule[],
): readonly FormatFault[] {
  const native = policy.assets.findIndex(({ kind }) => kind === 'native')
  const assets = new Set<number>()
  const groups = new Set<number | undefined>()
  const sets = new Set<number | undefined>([
    policy.paymasters,
    policy.tiers?.approvers,
    ...policy.setPermissions.map(({ set }) => set),
  ])
  for (const { conditions, group, spends, valueCap } of rules) {
    if (valueCap > 0n) assets.add(native)
    groups.add(group)
    for (const { asset } of spends) assets.add(asset)
    for (const condition of conditions)
      if (condition.op === 'in' || condition.op === 'notIn')
        sets.add(condition.set)
  }
  for (const { kind, selector, target } of policy.permissions) {
    // What is wrapped spends value, and is limited by its asset's rules.
    if (kind !== 'call' || selector !== tokenCalls.deposit.selector) continue
    policy.assets.forEach(({ address }, index) => {
      if (address.toLowerCase() === target.toLowerCase()) assets.add(index)
    })
  }
  const limited = new Set(policy.limits.map(({ group }) => group))
  return [
    ...policy.assets.flatMap(({ kind }, index) =>
      kind === 'operations' || kind === 'gas' || assets.has(index)
        ? []
        : [
            {
              at: ['assets', index],
              fix: 'Permit something that moves it, or take its limits out.',
              message: 'The asset has a limit, and nothing may move it.',
            },
          ],
    ),
    ...policy.groups.flatMap((_, index) =>
      groups.has(index) && limited.has(index)
        ? []
        : [
            {
              at: ['groups', index],
              fix: 'Give it both a permission and a limit, or take it out.',
              message: 'The group has no permission or no limit.',
            },
          ],
    ),
    ...policy.sets.flatMap((_, index) =>
      sets.has(index)
        ? []
        : [
            {
              at: ['sets', index],
              fix: 'Take it out.',
              message: 'Nothing names the set.',
            },
          ],
    ),
  ]
}
