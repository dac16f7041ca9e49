import { z } from 'zod'

import {
  amountSchema,
  durationSchema,
  groupSchema,
  nameSchema,
  textSchema,
  timeSchema,
} from './scalars.ts'
import { strictObject } from './strictObject.ts'

const periodSchema = z
  .union([
    z.enum(
      ['operation', 'hour', 'day', 'week', 'month', 'lifetime'],
      'This is not a period.\nWrite operation, hour, day, week, month, lifetime, { every, from } or { rolling }.',
    ),
    strictObject({ every: durationSchema, from: timeSchema.optional() }),
    strictObject({ rolling: durationSchema }),
  ])
  .describe(
    'Hours, days and months are those of UTC; a week begins on Monday. `operation` is the sum over the calls of one operation.',
  )

const shared = {
  group: groupSchema
    .optional()
    .describe('Counts only what the permissions of this group spend.'),
  name: textSchema.optional(),
  onDeny: textSchema
    .optional()
    .describe('What the agent is told when this limit denies.'),
  per: periodSchema,
  scope: z
    .enum(['agent', 'account'], 'This is no scope.\nWrite agent or account.')
    .optional()
    .describe('Who shares the limit: this agent (default), or all agents.'),
  action: z
    .enum(
      ['notify', 'delay', 'approval'],
      'This is no action.\nWrite notify, delay or approval; leave it out to deny.',
    )
    .optional()
    .describe('What happens beyond the amount. Default: the call is denied.'),
}

export const limitSchema = z.union([
  strictObject({
    asset: nameSchema.describe('Name of an asset.'),
    amount: amountSchema.describe('Decimal, in whole units of the asset.'),
    ...shared,
  }),
  strictObject({
    operations: z
      .int({ error: 'This is not a number of operations.\nWrite digits only.' })
      .min(0)
      .describe('Most operations in a period.'),
    ...shared,
  }),
  strictObject({
    gas: amountSchema.describe('Most maximal prefund, in native units.'),
    ...shared,
  }),
])
