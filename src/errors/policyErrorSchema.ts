import { z } from 'zod'

import { errorTable, type PolicyErrorCode } from './errorTable.ts'

const codes = Object.keys(errorTable) as [PolicyErrorCode, ...PolicyErrorCode[]]

/**
 * Schema of the envelope that `PolicyError.toJSON` returns. It has neither
 * bigints nor references nor unions, so that every MCP client can read the
 * JSON Schema made from it.
 */
export const policyErrorSchema = z.object({
  code: z.enum(codes).describe('Stable code of the error'),
  category: z.enum([
    'policy',
    'limit',
    'validation',
    'auth',
    'flow',
    'funds',
    'execution',
    'upstream',
    'not_available',
    'internal',
  ]),
  message: z.string().describe('What happened, with human and exact amounts'),
  requiredAction: z.string().describe('What would let it pass'),
  retryable: z
    .boolean()
    .describe('Whether the agent may try again without anybody else acting'),
  retry: z
    .enum(['never', 'same', 'rebuild', 'after', 'reconcile'])
    .describe(
      'How: same request; freshly prepared; from retryAfter on; or look up the first attempt before anything else',
    ),
  retryAfter: z.int().optional().describe('Unix seconds'),
  actor: z.enum(['agent', 'owner', 'operator']).describe('Who has to act'),
  phase: z.enum([
    'input',
    'preflight',
    'estimate',
    'validation',
    'execution',
    'inclusion',
  ]),
  ownerMessage: z
    .string()
    .optional()
    .describe("The owner's own words for this rule"),
  details: z
    .looseObject({})
    .optional()
    .describe(
      'Arguments of the error; integers are decimal strings, amounts in base units',
    ),
  source: z
    .object({
      kind: z.enum(['custom_error', 'entrypoint', 'rpc', 'sdk']),
      errorName: z.string().optional(),
      aa: z.string().optional(),
      rpcCode: z.number().optional(),
      rawData: z.string().optional(),
      rawDataLength: z.int().optional(),
    })
    .optional(),
  userOpHash: z.string().optional(),
  transactionHash: z.string().optional(),
  violations: z
    .array(
      z.looseObject({
        code: z.string(),
        message: z.string(),
        requiredAction: z.string(),
      }),
    )
    .optional()
    .describe('Everything that a dry run found, each an envelope like this'),
})
