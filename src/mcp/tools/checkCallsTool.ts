import { z } from 'zod'

import { checkCalls } from '../../actions/read/checkCalls.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import { parseCalls } from '../input/parseCalls.ts'
import { callsSchema } from '../input/schemas.ts'
import { loadPolicy } from '../policy/loadPolicy.ts'
import { defineTool } from './defineTool.ts'
import { errorSchema } from './schemas.ts'

export const checkCallsTool = defineTool({
  annotations: {
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
    readOnlyHint: true,
  },
  description:
    'Asks the chain whether it would accept these calls now, without sending anything. Lists every violation at once, each with what would help. Verdict `unknown` means that the node did not answer: take it neither as yes nor as no.',
  input: z.strictObject({ calls: callsSchema }),
  name: 'check_calls',
  output: {
    verdict: z
      .enum(['allowed', 'denied', 'unknown'])
      .describe('What the chain says of the calls as one operation'),
    calls: z
      .array(z.string())
      .describe('What the calls do, in words. Compare it with what you want'),
    violations: z
      .array(errorSchema)
      .describe('Everything that stands against it, each as in `error`'),
  },
  async run(config, input) {
    try {
      const loaded = await loadPolicy(config)
      const calls = parseCalls(input.calls, loaded.known)
      const check = await checkCalls(config.account.client, {
        account: config.account,
        calls: calls as readonly unknown[],
        names: loaded.names,
      })
      const summaries = calls.map(({ summary }) => summary)
      if (check.verdict === 'unknown')
        return {
          calls: summaries,
          error: check.error.toJSON(),
          verdict: 'unknown' as const,
          violations: [],
        }
      return {
        calls: summaries,
        verdict: check.verdict,
        violations: check.violations.map((violation) => violation.toJSON()),
      }
    } catch (cause) {
      const { account } = config
      const error = toPolicyError(cause, {
        account: account.address,
        agent: account.agent.address,
      })
      // Without a grant nothing is allowed. Whatever else went wrong, the chain
      // has not answered.
      if (error.code === 'INPUT_INVALID') throw error
      return error.code === 'AGENT_NOT_GRANTED'
        ? { verdict: 'denied' as const, violations: [error.toJSON()] }
        : { error: error.toJSON(), verdict: 'unknown' as const, violations: [] }
    }
  },
  title: 'Try calls without sending',
})
