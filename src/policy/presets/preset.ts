import { z } from 'zod'

import type {
  DocumentCondition,
  DocumentScalar,
} from '../document/conditionSchema.ts'
import type { DeepReadonly } from '../document/deepReadonly.ts'
import type { DocumentPath } from '../document/path.ts'

/** An argument that equals a value, by which calls may be told apart. */
export type PresetPin = {
  argument: string
  /** Place in the permission, as are those below. */
  path: DocumentPath
  value: DocumentScalar
}

/** An argument that is an amount of an ERC-20 token. */
export type PresetAmount = {
  argument: string
  asset: string
  /**
   * Least, in whole units: never zero, which some contracts read as "all".
   *
   * @default one base unit
   */
  least?: number | string | undefined
  /** Most in one call, in whole units. Undefined for any amount. */
  most?: number | string | undefined
  path: DocumentPath
  /**
   * Whether the call spends it: always, or where no permission lets the
   * contract be approved, since an approval has counted it then.
   */
  spends?: 'always' | 'unlessApproved' | undefined
}

/** One call that a preset permits, as a `call` that is yet to be written. */
export type PresetCall = {
  amounts: readonly PresetAmount[]
  /** Name or address of the contract. */
  contract: string
  contractPath: DocumentPath
  /** Human-readable signature with the names of the arguments. */
  function: string
  /** Where the document says that the call is permitted. */
  path: DocumentPath
  pins: readonly PresetPin[]
  /** What else is demanded, by argument. */
  where: Readonly<Record<string, DocumentCondition>>
}

/** A protocol whose calls a document may permit by their meaning. */
export type Preset<schema extends z.ZodType> = {
  /** What `It may` is followed by, without the contract's name at the end. */
  explain(permission: DeepReadonly<z.infer<schema>>): string
  expand(permission: DeepReadonly<z.infer<schema>>): readonly PresetCall[]
  schema: schema
}

/** Infers the schema. */
export function definePreset<schema extends z.ZodType>(
  preset: Preset<schema>,
): Preset<schema> {
  return preset
}

const presetNames = [
  'aaveV3',
  'gainsV10',
  'synthetixPerpsV2',
  'uniswapV2',
  'uniswapV3',
] as const

/** The key by which a permission is one of this preset. */
export function presetKey<name extends (typeof presetNames)[number]>(
  name: name,
) {
  return z.literal(
    name,
    `This is no preset.\nWrite one of: ${presetNames.join(', ')}.`,
  )
}
