import type { PolicyView } from '../view/policyView.ts'

/**
 * Whether anything in a policy waits for a delay. An approval stands for a delay,
 * so that asking for one where calls had to wait may let them run at once.
 */
export function isDelayed({ limits, permissions }: PolicyView): boolean {
  return (
    limits.some(({ action }) => action === 'delay') ||
    permissions.some(({ rules }) => rules.some(({ tier }) => tier === 'delay'))
  )
}
