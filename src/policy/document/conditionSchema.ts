import { z } from 'zod'

import type { DeepReadonly } from './deepReadonly.ts'
import { strictObject } from './strictObject.ts'

const scalarSchema = z.union([z.string(), z.number(), z.boolean()], {
  error:
    'This is not a value.\nWrite a number, a text, true or false, a name or an address.',
})

const scalarsSchema = z.union([z.string(), z.array(scalarSchema).min(1)], {
  error: 'This is no set.\nName a set, or list its values.',
})

const wordsSchema = z.int().min(0).max(65_535)

const comparisonSchema = strictObject({
  equal: scalarSchema.optional(),
  not: scalarSchema.optional(),
  atMost: scalarSchema.optional(),
  atLeast: scalarSchema.optional(),
  in: scalarsSchema.optional().describe('A set by name, or a list of values.'),
  notIn: scalarsSchema
    .optional()
    .describe('A set by name, or a list of values.'),
  mask: strictObject({ and: scalarSchema, equals: scalarSchema })
    .optional()
    .describe('The argument and-ed with the first equals the second.'),
  unit: z
    .string()
    .optional()
    .describe('Asset whose decimals the numbers have. Default: base units.'),
  is: z.enum(['account', 'address']).optional(),
  signedAtMost: scalarSchema.optional(),
  signedAtLeast: scalarSchema.optional(),
  pointer: strictObject({ offset: wordsSchema, size: wordsSchema }).optional(),
  length: strictObject({
    elementSize: wordsSchema,
    length: wordsSchema,
  }).optional(),
}).describe('Everything stated here must hold.')

type Condition =
  | Condition[]
  | z.infer<typeof comparisonSchema>
  | z.infer<typeof scalarSchema>

/** A value as the owner writes it. */
export type DocumentScalar = z.infer<typeof scalarSchema>
/** Comparisons, all of which must hold. */
export type DocumentComparison = DeepReadonly<z.infer<typeof comparisonSchema>>
/** What an argument must be. */
export type DocumentCondition =
  | DocumentComparison
  | DocumentScalar
  | readonly DocumentCondition[]

export const conditionSchema: z.ZodType<Condition, Condition> = z
  .union([
    scalarSchema,
    comparisonSchema,
    z.array(z.lazy(() => conditionSchema)).max(64),
  ])
  .meta({
    description:
      'A value that the argument must equal, `account`, comparisons, or, for an array, one of these for each element.',
    id: 'condition',
  })
