import { formatAmount } from '../document/amounts.ts'
import { formatDuration, formatTime } from '../document/times.ts'
import type { PolicyData } from '../format/types.ts'
import type { ViewSet } from '../view/policyView.ts'
import { compareMost, type PolicyChange } from './change.ts'
import type { Views } from './diffRule.ts'
import { sayNames, sayWord } from './sayCondition.ts'

/** Most operations that an account could get into blocks in a day. */
const mostOperations = 10n ** 6n

/** What a policy says beside limits, permissions and schedule. */
export function diffHeader(views: Views): readonly PolicyChange[] {
  const [before, after] = [views.before.data, views.after.data]
  return [
    ...diffNumbers(before, after),
    ...diffGasBudget(before, after),
    ...diffGuardian(before, after),
    ...diffSet(
      views,
      'gas.paymasters',
      [views.before.paymasters, views.after.paymasters],
      'pay the gas',
    ),
    ...diffSwitches(before, after),
    ...diffTiers(views),
  ]
}

/** Numbers of which less is tighter, or more where `isLeast`. */
function diffNumbers(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const compare = (
    path: string,
    key: keyof PolicyData,
    what: string,
    say: (value: bigint | number) => unknown,
    isLeast = false,
  ): readonly PolicyChange[] => {
    const [was, is] = [before[key], after[key]] as [bigint, bigint]
    const kind = isLeast ? compareMost(is, was) : compareMost(was, is)
    if (kind === undefined) return []
    return [
      { kind, message: `${what} is ${say(is)}, and was ${say(was)}.`, path },
    ]
  }
  return [
    ...compare(
      'validity.from',
      'validAfter',
      'Its first second',
      sayTime,
      true,
    ),
    ...compare('validity.until', 'validUntil', 'Its last second', sayTime),
    ...compare(
      'window',
      'maxWindow',
      'The greatest window that may be signed',
      (seconds) => formatDuration(Number(seconds)),
    ),
    ...compare('maxCalls', 'maxCalls', 'The most calls', String),
    ...compare(
      'gas.maxFeePerGas',
      'maxFeePerGas',
      'The highest price of gas',
      (wei) => `${wei} wei`,
    ),
    ...compare('gas.maxGas', 'maxGas', 'The most gas of an operation', String),
    ...compare(
      'gas.maxPreVerificationGas',
      'maxPreVerificationGas',
      'The most pre-verification gas',
      String,
    ),
  ]
}

function sayTime(seconds: bigint | number): unknown {
  return formatTime(Number(seconds))
}

/** A finer unit rounds less up, which only matters where budgets are close. */
function diffGasBudget(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const getWei = ({ gasBudget, gasExponent }: PolicyData) =>
    gasBudget * 10n ** BigInt(gasExponent)
  const [was, is] = [getWei(before), getWei(after)]
  if (was === is && before.gasExponent === after.gasExponent) return []
  const rounded =
    after.gasExponent < before.gasExponent
      ? mostOperations * 10n ** BigInt(before.gasExponent)
      : 0n
  return [
    {
      kind: is + rounded <= was ? 'tighter' : 'looser',
      message: `The gas of a day may cost ${formatAmount(is, 18)}, and could cost ${formatAmount(was, 18)}.`,
      path: 'gas.perDay',
    },
  ]
}

function diffGuardian(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const [was, is] = [before.guardian, after.guardian]
  if (was?.toLowerCase() === is?.toLowerCase()) return []
  const message =
    is === undefined
      ? `${was} may no more freeze the agent.`
      : was === undefined
        ? `${is} may freeze the agent.`
        : `${is} may freeze the agent, and ${was} no more.`
  return [
    {
      kind: was === undefined ? 'tighter' : 'looser',
      message,
      path: 'guardian',
    },
  ]
}

/** Sets of people, of whom fewer are tighter. */
function diffSet(
  views: Views,
  path: string,
  [was, is]: readonly [ViewSet | undefined, ViewSet | undefined],
  verb: string,
): readonly PolicyChange[] {
  if (was?.key === is?.key) return []
  const olds = was === undefined ? [] : was.elements
  const nows = is === undefined ? [] : is.elements
  if (olds === undefined || nows === undefined)
    return [
      {
        kind: is === undefined ? 'tighter' : 'looser',
        message:
          is === undefined
            ? `Nobody may ${verb} any more.`
            : `Others may ${verb}; a set is known by its id alone.`,
        path,
      },
    ]
  const added = nows.filter((element) => !olds.includes(element))
  const removed = olds.filter((element) => !nows.includes(element))
  const say = (view: Views['after'], elements: typeof added) =>
    sayNames(elements.map((element) => sayWord(view, element)))
  return [
    ...(added.length === 0
      ? []
      : [
          {
            kind: 'looser' as const,
            message: `${say(views.after, added)} may ${verb}.`,
            path,
          },
        ]),
    ...(removed.length === 0
      ? []
      : [
          {
            kind: 'tighter' as const,
            message: `${say(views.before, removed)} may no more ${verb}.`,
            path,
          },
        ]),
  ]
}

/** What belongs to the account or to the kind of policy. */
function diffSwitches(
  before: PolicyData,
  after: PolicyData,
): readonly PolicyChange[] {
  const changes: PolicyChange[] = []
  if (before.chainId !== after.chainId)
    changes.push({
      kind: 'looser',
      message: `It is for chain ${after.chainId}, and was for chain ${before.chainId}.`,
      path: 'chains',
    })
  if (before.settlement !== after.settlement)
    changes.push({
      kind: after.settlement ? 'tighter' : 'looser',
      message: after.settlement
        ? 'Every operation must settle.'
        : 'Operations need not settle any more.',
      path: 'settlement',
    })
  if (before.executeUserOp !== after.executeUserOp)
    changes.push({
      kind: 'looser',
      message: 'It is for accounts that are called in another way.',
      path: 'account.executeUserOp',
    })
  const isSame =
    before.nonceMask === after.nonceMask &&
    before.nonceValue === after.nonceValue
  const isWithin =
    (after.nonceMask & before.nonceMask) === before.nonceMask &&
    (after.nonceValue & before.nonceMask) === before.nonceValue
  if (!isSame)
    changes.push({
      kind: isWithin ? 'tighter' : 'looser',
      message: 'Other nonce keys are allowed.',
      path: 'account.nonceMask',
    })
  return changes
}

function diffTiers(views: Views): readonly PolicyChange[] {
  const [was, is] = [views.before.data.tiers, views.after.data.tiers]
  // What began to wait, or ended, is told of where it stands.
  if (was === undefined || is === undefined) return []
  const changes: PolicyChange[] = []
  const add = (
    kind: PolicyChange['kind'] | undefined,
    message: string,
    path: string,
  ) => {
    if (kind !== undefined) changes.push({ kind, message, path })
  }
  if (was.delay > 0 && is.delay > 0) {
    add(
      compareMost(is.delay, was.delay),
      `An operation waits for ${formatDuration(is.delay)}, and waited for ${formatDuration(was.delay)}.`,
      'tiers.delay',
    )
    add(
      compareMost(was.lifetime, is.lifetime),
      `After that it may run for ${formatDuration(is.lifetime)}, and could for ${formatDuration(was.lifetime)}.`,
      'tiers.lifetime',
    )
  }
  if (was.threshold > 0 && is.threshold > 0)
    add(
      compareMost(is.threshold, was.threshold),
      `${is.threshold} must approve, and ${was.threshold} had to.`,
      'tiers.approvals.threshold',
    )
  if (was.threshold === 0 || is.threshold === 0) return changes
  return [
    ...changes,
    ...diffSet(
      views,
      'tiers.approvals.approvers',
      [views.before.approvers, views.after.approvers],
      'approve',
    ),
  ]
}
