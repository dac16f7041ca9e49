import { z } from 'zod'

import { policyErrorSchema } from '../../errors/policyErrorSchema.ts'

/** An integer of any size. JSON has none, and no schema here has a bigint. */
export const integerText = (description: string) =>
  z.string().describe(`${description}; an integer as text`)

export const timestamp = (description: string) =>
  z.int().describe(`${description}; Unix seconds`)

/** Budgets as `get_policy` and `get_budget` show them. */
export const limitSchema = z.object({
  name: z.string().optional().describe("The owner's name for it"),
  asset: z.string().describe('Symbol of the asset, `operations` or `gas`'),
  token: z.string().optional().describe('Address of the token'),
  per: z
    .string()
    .describe('Period: operation, hour, day, week, month, lifetime, …'),
  scope: z
    .enum(['agent', 'account'])
    .describe('Whether this agent has it alone, or all agents share it'),
  group: z.string().optional(),
  beyond: z
    .enum(['approval', 'delay', 'deny', 'notify'])
    .describe('What happens beyond the amount'),
  amount: integerText('Most in a period, in base units'),
  formatted: z.string().describe('The same in whole units'),
})

/**
 * The envelope of every failure, as far as an agent decides by it. The rest is
 * there too, but every tool's schema would repeat it to every model: the list of
 * codes alone is longer than all of them together.
 */
export const errorSchema = policyErrorSchema
  .pick({
    actor: true,
    message: true,
    ownerMessage: true,
    requiredAction: true,
    retry: true,
    retryAfter: true,
  })
  .extend({
    code: z.string().describe('Stable code, such as BUDGET_EXCEEDED'),
    violations: z
      .array(z.looseObject({}))
      .optional()
      .describe('Everything that was found, each an envelope like this'),
  })
  .loose()
