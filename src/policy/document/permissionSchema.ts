import { z } from 'zod'

import { presetSchemas } from '../presets/presets.ts'
import { conditionSchema } from './conditionSchema.ts'
import {
  amountSchema,
  nameSchema,
  referenceSchema,
  toChecksummed,
  writtenReferenceSchema,
} from './scalars.ts'
import { sharedFields } from './sharedFields.ts'
import { strictObject } from './strictObject.ts'

/** A set by name, one address, or a list. */
const addressesSchema = z
  .union([referenceSchema, z.array(referenceSchema).min(1)], {
    error:
      'These are no addresses.\nName a set or a contract, or list names and addresses.',
  })
  .describe('A set, a contract, an address, or a list of names and addresses.')

const recipientsSchema = addressesSchema.describe(
  'A set, a contract, an address, or a list of them; `any` for everybody.',
)

/** The amount of each spender: two spellings of one would hide an amount. */
const spendersSchema = z
  .record(writtenReferenceSchema, amountSchema)
  .superRefine((spenders, { addIssue }) => {
    const known = new Set<string>()
    for (const spender of Object.keys(spenders)) {
      const address = toChecksummed(spender)
      if (known.has(address))
        addIssue({
          code: 'custom',
          message: 'The spender is there already.\nName it once.',
          path: [spender],
        })
      known.add(address)
    }
  })
  .overwrite((spenders) =>
    Object.fromEntries(
      Object.entries(spenders).map(([spender, amount]) => [
        toChecksummed(spender),
        amount,
      ]),
    ),
  )

const wordSchema = z.int().min(0).max(65_535)

const spendSchema = strictObject({
  asset: nameSchema.describe('Name of an asset.'),
  amount: z
    .union([z.string(), z.literal(1)], {
      error: 'This is no amount.\nName the argument that is the amount, or 1.',
    })
    .describe('Name of the argument that is the amount, or 1.'),
})

const selectorSchema = /^0x[0-9a-fA-F]{8}$/

export const permissionSchema = z.union([
  strictObject({
    transfer: nameSchema.describe('Name of an asset.'),
    to: recipientsSchema,
    except: addressesSchema.optional().describe('These are not paid by it.'),
    max: amountSchema
      .optional()
      .describe(
        'Most of the native asset in one call. Default: its smallest limit.',
      ),
    ...sharedFields,
  }),
  strictObject({
    transferFrom: nameSchema.describe(
      'Name of an ERC-20 or ERC-721 asset, moved from the account itself.',
    ),
    to: recipientsSchema,
    except: addressesSchema.optional().describe('These are not paid by it.'),
    ...sharedFields,
  }),
  strictObject({
    approve: nameSchema.describe('Name of an ERC-20 asset.'),
    spenders: spendersSchema.describe(
      'Each spender, with the most that it may be approved.',
    ),
    ...sharedFields,
  }),
  strictObject({
    wrap: nameSchema.describe('The wrapped token: an ERC-20 asset.'),
    max: amountSchema
      .optional()
      .describe('Most in one call. Default: the smallest native limit.'),
    ...sharedFields,
  }),
  strictObject({
    unwrap: nameSchema.describe('The wrapped token: an ERC-20 asset.'),
    ...sharedFields,
  }),
  strictObject({
    call: z
      .union([referenceSchema, strictObject({ set: addressesSchema })])
      .describe('A contract, an address, or a set of them.'),
    function: z
      .string()
      .min(1)
      .describe(
        'Human-readable signature with the names of the arguments, or a selector of 4 bytes.',
      ),
    where: z
      .record(z.string(), conditionSchema)
      .optional()
      .describe('What the arguments must be, by name or path.'),
    spends: z
      .array(spendSchema)
      .optional()
      .describe('What the call spends beside its value.'),
    value: amountSchema
      .optional()
      .describe('Most of the native asset in one call. Default: 0.'),
    exact: z
      .boolean()
      .optional()
      .describe(
        'Whether nothing may follow the arguments. Default: where all are static.',
      ),
    headWords: wordSchema
      .optional()
      .describe('Words of the ABI head, with a selector of 4 bytes.'),
    ...sharedFields,
  }),
  ...presetSchemas,
])

/** Whether a call's function is given by its selector alone. */
export function isSelector(text: string): text is `0x${string}` {
  return selectorSchema.test(text)
}
