import { z } from 'zod'

import { assetSchema, locationSchema } from './assetSchema.ts'
import type { DeepReadonly } from './deepReadonly.ts'
import { limitSchema } from './limitSchema.ts'
import { permissionSchema } from './permissionSchema.ts'
import {
  amountSchema,
  chainSchema,
  countSchema,
  durationSchema,
  feeSchema,
  groupSchema,
  nameSchema,
  referenceSchema,
  textSchema,
  timeSchema,
} from './scalars.ts'
import { scheduleSchema } from './scheduleSchema.ts'
import { strictObject } from './strictObject.ts'

const membersSchema = z.array(referenceSchema).min(1)

const setSchema = z
  .union([
    membersSchema,
    strictObject({
      members: membersSchema,
      external: z
        .boolean()
        .optional()
        .describe(
          'Whether the set is a blob of its own. Default: by its size.',
        ),
    }),
    strictObject({
      values: z.array(z.union([z.string(), z.int()])).min(1),
      external: z.boolean().optional(),
    }),
    strictObject({
      published: z
        .string()
        .regex(
          /^0x[0-9a-f]{64}$/,
          'This is no id of a set.\nWrite 0x and 64 hexadecimal digits.',
        )
        .describe('Id of a set that is published already.'),
      type: z.enum(['addresses', 'words']),
    }),
  ])
  .describe('Addresses and names; or the values that an argument may have.')

const nonceSchema = z
  .string()
  .regex(
    /^0x[0-9a-f]{48}$/,
    'This is no nonce key.\nWrite 0x and 48 hexadecimal digits.',
  )

/** Schema of the policy document. Types and JSON Schema derive from it. */
export const policySchema = strictObject({
  $schema: z.string().optional(),
  version: z.literal(1, {
    error: 'The version of the document is not 1.\nWrite `version: 1`.',
  }),
  name: textSchema.describe('What the owner calls the policy.'),
  description: textSchema.optional(),
  labels: z.array(textSchema).optional(),
  chains: z
    .array(chainSchema)
    .min(1)
    .describe('Chains that the policy is for (CAIP-2).'),
  validity: strictObject({
    from: timeSchema
      .optional()
      .describe('First second. Default: valid at once.'),
    until: timeSchema.describe('First second in which it no longer holds.'),
  }),
  window: durationSchema
    .optional()
    .describe('Greatest window that the agent may sign. Default: 1h.'),
  maxCalls: countSchema(255)
    .optional()
    .describe('Most calls in one operation. Default: 8.'),
  guardian: referenceSchema
    .optional()
    .describe(
      'May freeze the agent and cancel what it has announced, and nothing else.',
    ),
  assets: z
    .record(nameSchema, assetSchema)
    .describe('What may be spent or named, by symbol.'),
  contracts: z
    .record(nameSchema, locationSchema)
    .optional()
    .describe('Names of addresses.'),
  sets: z
    .record(nameSchema, setSchema)
    .optional()
    .describe('Names of sets of addresses or values.'),
  groups: z
    .array(groupSchema)
    .optional()
    .describe('Names of groups of permissions.'),
  limits: z.array(limitSchema).describe('All of them hold together.'),
  permissions: z
    .array(permissionSchema)
    .min(1, 'The policy permits nothing.\nPermit a transfer or a call.')
    .describe('What the agent may do. Everything else is denied.'),
  gas: strictObject({
    maxFeePerGas: feeSchema.describe('Highest price of gas, with its unit.'),
    perDay: amountSchema.describe(
      'Most maximal prefund a UTC day, in native units.',
    ),
    maxGas: countSchema(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('Gas limits of one operation added up. Default: 3000000.'),
    maxPreVerificationGas: countSchema(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('Default: 500000.'),
    paymasters: z
      .union([referenceSchema, z.array(referenceSchema).min(1)])
      .optional()
      .describe('Who may pay the gas instead. Default: nobody.'),
  }).describe('Limits on gas, which the account pays too.'),
  schedule: scheduleSchema.optional(),
  tiers: strictObject({
    delay: durationSchema
      .optional()
      .describe('How long a delayed operation waits.'),
    lifetime: durationSchema
      .optional()
      .describe('How long it may run after that. Default: 1d.'),
    approvals: strictObject({
      approvers: z.union([referenceSchema, z.array(referenceSchema).min(1)]),
      threshold: countSchema(255),
    }).optional(),
  })
    .optional()
    .describe('How an operation is delayed or approved.'),
  settlement: z
    .literal('demanded')
    .optional()
    .describe('Every operation must settle.'),
  account: strictObject({
    nonceMask: nonceSchema.optional(),
    nonceValue: nonceSchema.optional(),
    executeUserOp: z.boolean().optional(),
  })
    .optional()
    .describe('Pins what the account adapter would say. Rarely needed.'),
})

/** A policy as its owner writes it, with human units. */
export type PolicyDocument = DeepReadonly<z.infer<typeof policySchema>>
