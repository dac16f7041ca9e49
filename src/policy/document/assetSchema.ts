import { z } from 'zod'

import { addressSchema, chainSchema } from './scalars.ts'
import { strictObject } from './strictObject.ts'

/** One address, or one for each chain. */
export const locationSchema = z
  .union([addressSchema, z.record(chainSchema, addressSchema)])
  .describe('One address, or one for each chain (CAIP-2).')

const tokenIdSchema = z
  .string({ error: 'This is not a token id.\nWrite its digits in quotes.' })
  .regex(/^\d{1,78}$/, 'This is not a token id.\nWrite its digits in quotes.')

const decimalsSchema = z
  .int({ error: 'This is not a number of decimals.\nWrite 0 to 36.' })
  .min(0)
  .max(36)

export const assetSchema = z.discriminatedUnion(
  'type',
  [
    strictObject({ type: z.literal('native') }),
    strictObject({
      address: locationSchema,
      decimals: decimalsSchema.describe("The token's own `decimals()`."),
      type: z.literal('erc20'),
    }),
    strictObject({ address: locationSchema, type: z.literal('erc721') }),
    strictObject({
      address: locationSchema,
      decimals: decimalsSchema.optional().describe('Default: 0.'),
      id: tokenIdSchema,
      type: z.literal('erc1155'),
    }),
  ],
  {
    error:
      'The asset has no known type.\nHave `type` be native, erc20, erc721 or erc1155.',
  },
)
