import { type Hex, toFunctionSelector } from 'viem'

import { expandPreset } from '../presets/presets.ts'
import type { ViewRule } from '../view/policyView.ts'

/** A rule of a preset as one of the call that the preset stands for. */
export function toCallRule(rule: ViewRule, selector: Hex): ViewRule {
  const { source } = rule
  if (source === undefined || !('preset' in source)) return rule
  const call = expandPreset(source).find(
    (one) => toFunctionSelector(one.function) === selector,
  )
  if (call === undefined) return rule
  const bound = [...call.pins, ...call.amounts].map(
    ({ argument }) => [argument, '0'] as const,
  )
  return {
    ...rule,
    source: {
      call: call.contract,
      function: call.function,
      // What it is bound to is read from the conditions; here counts that it is.
      where: { ...Object.fromEntries(bound), ...call.where },
    },
  }
}
