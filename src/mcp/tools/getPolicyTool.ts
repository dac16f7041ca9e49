import { z } from 'zod'

import { getChainTime } from '../../accounts/getChainTime.ts'
import { explainPermission } from '../../policy/explain/explainPermission.ts'
import { explainPolicy } from '../../policy/explainPolicy.ts'
import { describeLimits } from '../policy/describeLimits.ts'
import { loadPolicy } from '../policy/loadPolicy.ts'
import { toDocument } from '../policy/toDocument.ts'
import { defineTool } from './defineTool.ts'
import { integerText, limitSchema, timestamp } from './schemas.ts'

export const getPolicyTool = defineTool({
  annotations: {
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
    readOnlyHint: true,
  },
  description:
    'Reads from the chain what this agent may do: who may be paid, what may be called, every limit, how long it holds, and whether the agent is frozen. Call it before anything else, and again after a denial that says the policy has changed.',
  input: z.strictObject({}),
  name: 'get_policy',
  output: {
    account: z.string().describe('Smart account that the agent acts for'),
    agent: z.string().describe("Address of the agent's key"),
    chainId: z.int(),
    entryPoint: z.string(),
    validator: z.string().describe('Contract that enforces the policy'),
    policyHash: z.string().describe("Id of the policy's bytes on chain"),
    name: z.string().optional().describe("The owner's name for the policy"),
    version: z.int().describe('Grows with every act of the owner'),
    frozen: z.boolean().describe('A frozen agent is denied everything'),
    validity: z.object({
      from: timestamp('First second'),
      until: timestamp('Last second'),
      status: z.enum(['not_yet_valid', 'valid', 'expired']),
    }),
    sentences: z
      .array(z.string())
      .describe('The whole policy in words, made from the bytes on chain'),
    permissions: z
      .array(
        z.object({
          name: z.string().optional(),
          allows: z.string(),
          onDeny: z.string().optional(),
        }),
      )
      .describe('What is allowed; everything else is denied'),
    limits: z.array(limitSchema),
    gas: z
      .object({
        budgetPerDay: integerText('Most maximal prefund a UTC day, in wei'),
        maxFeePerGas: integerText('Highest price of gas, in wei'),
        maxGas: integerText('Most gas of one operation'),
      })
      .describe('Limits on gas. The server keeps to them by itself'),
    maxCalls: z.int().describe('Most calls in one operation'),
    document: z
      .looseObject({})
      .describe(
        'The same as a policy document, with every address of every set',
      ),
    warnings: z.array(z.string()),
  },
  async run(config) {
    const { account } = config
    const [loaded, now] = await Promise.all([
      loadPolicy(config),
      getChainTime(account.client),
    ])
    const { data, policyHash } = loaded.policy
    const document = toDocument(config, loaded)
    const { validAfter, validUntil } = data

    return {
      account: account.address,
      agent: account.agent.address,
      chainId: data.chainId,
      document: { ...document },
      entryPoint: account.entryPoint.address,
      frozen: loaded.grant.frozen,
      gas: {
        budgetPerDay: `${loaded.names.gasBudget}`,
        maxFeePerGas: `${data.maxFeePerGas}`,
        maxGas: `${data.maxGas}`,
      },
      limits: describeLimits(loaded),
      maxCalls: data.maxCalls,
      ...(loaded.compiled ? { name: document.name } : {}),
      permissions: document.permissions.map((permission) => ({
        allows: explainPermission(document, permission),
        ...(permission.name === undefined ? {} : { name: permission.name }),
        ...(permission.onDeny === undefined
          ? {}
          : { onDeny: permission.onDeny }),
      })),
      policyHash,
      sentences: [...explainPolicy(document)],
      validator: account.validator,
      validity: {
        from: validAfter,
        status: getStatus(now, data),
        until: validUntil,
      },
      version: loaded.grant.version,
      warnings: [
        ...(loaded.grant.frozen
          ? ['The agent is frozen: everything is denied until the owner acts.']
          : []),
        ...(loaded.documentMatches === false
          ? [
              'The policy document of this server is not what is granted, so its names and texts are left out. The owner has granted another policy since.',
            ]
          : []),
      ],
    }
  },
  title: 'Read the policy',
})

function getStatus(
  now: number,
  { validAfter, validUntil }: { validAfter: number; validUntil: number },
): 'expired' | 'not_yet_valid' | 'valid' {
  if (now < validAfter) return 'not_yet_valid'
  return now > validUntil ? 'expired' : 'valid'
}
