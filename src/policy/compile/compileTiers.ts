import type { DocumentPath } from '../document/path.ts'
import { parseDuration } from '../document/times.ts'
import type { PolicyData } from '../format/types.ts'
import { type CompileContext, CompileFault } from './context.ts'
import { getAddressSet } from './getAddresses.ts'

const path: DocumentPath = ['tiers']

/**
 * Compiles how operations are delayed and approved. The set of approvers is
 * named by its handle.
 */
export function compileTiers(context: CompileContext): PolicyData['tiers'] {
  const { limits, permissions, tiers } = context.document
  const actions = [
    ...limits.map(({ action }) => action),
    ...permissions.map(({ tier }) => tier),
  ]
  const delays = actions.includes('delay')
  const approves = actions.includes('approval')
  if (tiers === undefined) {
    if (!delays && !approves) return undefined
    throw new CompileFault(
      path,
      'A limit or a permission delays or asks for approval, and nothing says how.',
      'Add `tiers` with a `delay`, or with `approvals`.',
    )
  }
  const { approvals, delay, lifetime } = tiers
  demand(
    (delay !== undefined || lifetime !== undefined) === delays &&
      (delay !== undefined) === delays,
    'delay',
    delays ? 'Something delays, and nothing says how long.' : 'Nothing delays.',
    delays ? 'Add a `delay`.' : 'Leave `delay` and `lifetime` out.',
  )
  demand(
    (approvals !== undefined) === approves,
    'approvals',
    approves
      ? 'Something asks for approval, and nothing says whose.'
      : 'Nothing asks for approval.',
    approves ? 'Add `approvals`.' : 'Leave `approvals` out.',
  )
  return {
    ...(approvals === undefined
      ? { threshold: 0 }
      : compileApprovals(context, approvals)),
    delay: getSeconds(delay, 'delay'),
    lifetime: delays ? getSeconds(lifetime ?? '1d', 'lifetime') : 0,
  }
}

function compileApprovals(
  context: CompileContext,
  approvals: NonNullable<
    NonNullable<CompileContext['document']['tiers']>['approvals']
  >,
) {
  const { approvers, threshold } = approvals
  const place = [...path, 'approvals', 'approvers']
  const source = getAddressSet(context, approvers, place)
  if ('elements' in source && source.elements.length < threshold)
    throw new CompileFault(
      [...path, 'approvals', 'threshold'],
      `${threshold} must approve, and there are ${source.elements.length} approvers.`,
      'Have as many approvers as must approve.',
    )
  return { approvers: context.sets.add(source), threshold }
}

function getSeconds(duration: string | undefined, key: string): number {
  if (duration === undefined) return 0
  const seconds = parseDuration(duration)
  demand(
    seconds >= 1 && seconds < 2 ** 32,
    key,
    `${duration} is too short or too long.`,
    'Have a second or more, and 136 years at most.',
  )
  return seconds
}

function demand(
  holds: boolean,
  key: string,
  message: string,
  fix: string,
): void {
  if (!holds) throw new CompileFault([...path, key], message, fix)
}
