import { z } from 'zod'

import { groupSchema, textSchema } from './scalars.ts'

/** What every permission may say beside what it permits. */
export const sharedFields = {
  group: groupSchema.optional().describe('A group, which has its own limits.'),
  name: textSchema.optional(),
  onDeny: textSchema
    .optional()
    .describe('What the agent is told when this permission denies.'),
  tier: z
    .enum(
      ['notify', 'delay', 'approval'],
      'This is no tier.\nWrite notify, delay or approval.',
    )
    .optional()
    .describe('What always happens, whatever the amount.'),
}
