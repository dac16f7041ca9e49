import { z } from 'zod'

import { textSchema, timeSchema } from './scalars.ts'
import { strictObject } from './strictObject.ts'

export const weekdays = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const

const clockError =
  'This is not a time of day.\nWrite it as 09:00, or 24:00 for midnight at the end.'

const clockSchema = z
  .string({ error: clockError })
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|24:00)$/, clockError)

const startError =
  'Hours cannot begin then.\nWrite a time of day such as 09:00; midnight is 00:00, of the day that begins.'

const startSchema = z
  .string({ error: startError })
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, startError)

export const scheduleSchema = strictObject({
  timeZone: z
    .string()
    .min(1)
    .optional()
    .describe(
      'IANA time zone of `weekly`, such as Europe/Berlin. Default: UTC.',
    ),
  weekly: z
    .array(
      strictObject({
        days: z
          .array(
            z.enum(
              weekdays,
              'This is no day.\nWrite mon, tue, wed, thu, fri, sat or sun.',
            ),
          )
          .min(1),
        from: startSchema,
        to: clockSchema.describe(
          'Exclusive. At or before `from`, it is that of the next day.',
        ),
      }),
    )
    .min(1)
    .optional()
    .describe('The agent may act only then.'),
  blackouts: z
    .array(
      strictObject({
        from: timeSchema,
        until: timeSchema.describe('Exclusive.'),
        reason: textSchema.optional(),
      }),
    )
    .min(1)
    .optional()
    .describe('The agent may not act then.'),
  horizon: timeSchema
    .optional()
    .describe(
      'Offsets of the time zone count until then. Default: the end of the validity.',
    ),
})
