import { maxRollingCount, minPeriodLength, timeLimit } from './constants.ts'
import { encodeLimitKey } from './encodePolicy.ts'
import type { FormatFault } from './fault.ts'
import type { PolicyAsset, PolicyData, PolicyLimit } from './types.ts'

/** Checks the limits, and that nothing can move without a budget. */
export function checkLimits(policy: PolicyData): readonly FormatFault[] {
  const { assets, limits } = policy
  return [
    ...limits.flatMap((limit, index) => {
      const before = limits[index - 1]
      const isAscending =
        before === undefined || encodeLimitKey(before) < encodeLimitKey(limit)
      return [
        ...(isAscending
          ? []
          : [
              {
                fix: 'Keep the smaller one.',
                message: 'Another limit counts the same over the same time.',
              },
            ]),
        ...checkLimit(policy, limit),
      ].map((fault) => ({ at: ['limits', index], ...fault }))
    }),
    ...assets.flatMap((asset, index) =>
      limits.some((limit) => isBudget(asset, index, limit))
        ? []
        : [
            {
              at: ['assets', index],
              fix: 'Add a limit per day, week, month or lifetime, without a group and without `action`.',
              message: 'The asset has no budget, and so must not move.',
            },
          ],
    ),
  ]
}

type LimitFault = Omit<FormatFault, 'at'>

function checkLimit(
  policy: PolicyData,
  limit: PolicyLimit,
): readonly LimitFault[] {
  const faults: LimitFault[] = []
  const refuse = (message: string, fix: string) => faults.push({ fix, message })
  const asset = policy.assets[limit.asset]
  if (asset === undefined) {
    refuse('The limit is on no asset of the policy.', 'Name an asset.')
    return faults
  }
  if (limit.group !== undefined && policy.groups[limit.group] === undefined)
    refuse('The group does not exist.', 'Name a group of the policy.')
  if (limit.kind === 'operation' && limit.scope === 'account')
    refuse(
      'One operation has one agent, so that this limit cannot be shared.',
      'Leave `scope` out.',
    )
  if (limit.action === 'deny' && limit.amount === 0n)
    refuse(
      'The amount is zero.',
      'Have it above zero; to permit nothing, permit nothing.',
    )
  checkPeriod(limit, refuse)
  checkKind(asset, limit, refuse)
  return faults
}

function checkPeriod(
  { action, amount, anchor, kind, length }: PolicyLimit,
  refuse: (message: string, fix: string) => void,
): void {
  const hasLength =
    kind === 'fixed' || kind === 'rollingAmount' || kind === 'rollingCount'
  if (hasLength && length < minPeriodLength)
    refuse('The period is too short.', 'Have a minute or more.')
  if (!hasLength && length !== 0)
    refuse('The period has a length that it cannot have.', 'Leave it out.')
  if (kind === 'fixed' ? anchor >= timeLimit : anchor !== 0)
    refuse('The period begins where it cannot.', 'Leave `from` out.')
  if (
    (kind === 'rollingAmount' || kind === 'rollingCount') &&
    action !== 'deny'
  )
    refuse(
      'A rolling limit can only deny.',
      'Leave `action` out, or limit fixed periods: per hour, day, week, month, lifetime or { every }.',
    )
  if (kind === 'rollingCount' && (amount < 1n || amount > maxRollingCount))
    refuse(
      `A rolling count is not 1 to ${maxRollingCount}.`,
      'Have a smaller number, or a fixed period.',
    )
}

function checkKind(
  asset: PolicyAsset,
  { action, group, kind }: PolicyLimit,
  refuse: (message: string, fix: string) => void,
): void {
  const isCounted = kind === 'fixed' || kind === 'month' || kind === 'lifetime'
  if (asset.kind === 'operations') {
    if (!isCounted && kind !== 'rollingCount')
      refuse(
        'Operations cannot be counted so.',
        'Count them per hour, day, week, month, lifetime or rolling.',
      )
  } else if (asset.kind === 'gas') {
    if (!isCounted)
      refuse(
        'Gas cannot be counted so.',
        'Count it per hour, day, week, month or lifetime.',
      )
    if (action !== 'deny')
      refuse('A limit on gas can only deny.', 'Leave `action` out.')
    if (group !== undefined)
      refuse('Gas belongs to no group of calls.', 'Leave `group` out.')
  } else if (kind === 'rollingCount')
    refuse('A rolling count is for operations.', 'Limit the amount.')
}

function isBudget(
  asset: PolicyAsset,
  index: number,
  limit: PolicyLimit,
): boolean {
  if (limit.asset !== index) return false
  if (asset.kind === 'gas' || asset.kind === 'operations') return true
  return (
    limit.kind !== 'operation' &&
    limit.action === 'deny' &&
    limit.group === undefined
  )
}
