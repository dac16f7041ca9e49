import type { z } from 'zod'

import type { DeepReadonly } from '../document/deepReadonly.ts'
import { aaveV3 } from './aaveV3.ts'
import { gainsV10 } from './gainsV10.ts'
import type { PresetCall } from './preset.ts'
import { synthetixPerpsV2 } from './synthetixPerpsV2.ts'
import { uniswapV2 } from './uniswapV2.ts'
import { uniswapV3 } from './uniswapV3.ts'

const presets = { aaveV3, gainsV10, synthetixPerpsV2, uniswapV2, uniswapV3 }

export const presetSchemas = [
  aaveV3.schema,
  gainsV10.schema,
  synthetixPerpsV2.schema,
  uniswapV2.schema,
  uniswapV3.schema,
] as const

/** A permission by the name of a preset. */
export type PresetPermission = DeepReadonly<
  z.infer<(typeof presetSchemas)[number]>
>

/** A preset with any permission, which must be one of its own. */
type AnyPreset = {
  explain(permission: PresetPermission): string
  expand(permission: PresetPermission): readonly PresetCall[]
}

/** Returns the calls that a preset stands for, in the order of its fields. */
export function expandPreset(
  permission: PresetPermission,
): readonly PresetCall[] {
  const preset: AnyPreset = presets[permission.preset]
  return preset.expand(permission)
}

/** Says what a preset permits, as what follows `It may`. */
export function explainPreset(permission: PresetPermission): string {
  const preset: AnyPreset = presets[permission.preset]
  return preset.explain(permission)
}
