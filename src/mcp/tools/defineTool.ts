import type {
  CallToolResult,
  McpServer,
  StandardSchemaWithJSON,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

import type { PolicyErrorJson } from '../../errors/policyErrorJson.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import type { DeepReadonly } from '../../policy/document/deepReadonly.ts'
import { parseInput } from '../input/parseInput.ts'
import type { PolicyMcpServerConfig } from '../policyMcpServerConfig.ts'
import { errorSchema } from './schemas.ts'

type ToolAnnotations = {
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
  readOnlyHint: boolean
}

export type ToolParameters<
  input extends z.ZodObject,
  output extends z.ZodRawShape,
> = {
  /** What the tool does to the world; hosts ask their users by it. */
  annotations: ToolAnnotations
  description: string
  input: input
  name: string
  /** Fields of the answer. All of them may be missing beside an error. */
  output: output
  run: (
    config: PolicyMcpServerConfig,
    input: z.output<input>,
  ) => Promise<Answer<output>>
  title: string
}

type Answer<output extends z.ZodRawShape> = DeepReadonly<
  Partial<z.input<z.ZodObject<output>>>
> & {
  /** An answer that is also a failure, as of an operation that reverted. */
  readonly error?: PolicyErrorJson | undefined
}

/** A tool, ready to be offered by a server. */
export type Tool = {
  name: string
  register: (server: McpServer, config: PolicyMcpServerConfig) => void
}

/**
 * Defines a tool whose every answer has one form: `{ ok, …fields, error? }`, as
 * structured content and as the same JSON in a text. One form, because clients
 * check failures against the schema of the answer too.
 */
export function defineTool<
  input extends z.ZodObject,
  output extends z.ZodRawShape,
>(parameters: ToolParameters<input, output>): Tool {
  const { annotations, description, input, name, run, title } = parameters

  const outputSchema = z.object({
    ok: z.boolean().describe('Whether it went as asked'),
    ...makeOptional(parameters.output),
    error: errorSchema
      .optional()
      .describe('Why it did not, and what would help'),
  })

  const fields = Object.keys(outputSchema.shape)

  return {
    name,
    register(server, config) {
      server.registerTool(
        name,
        {
          annotations: { title, ...annotations },
          description,
          inputSchema: toLenient(input),
          outputSchema,
          title,
        },
        async (args) => {
          try {
            const answer = await run(config, parseInput(input, args))
            return toResult(fields, {
              ok: answer.error === undefined,
              ...answer,
            })
          } catch (error) {
            const { account } = config
            const { address: agent } = account.agent
            const context = { account: account.address, agent }
            const envelope = toPolicyError(error, context).toJSON()
            return toResult(fields, { ok: false, error: envelope })
          }
        },
      )
    },
  }
}

/** Answers in the order of the schema, which begins with what matters most. */
function toResult(
  fields: readonly string[],
  answer: { ok: boolean } & Readonly<Record<string, unknown>>,
): CallToolResult {
  // Once through JSON, so that both forms are surely the same.
  const text = JSON.stringify(
    Object.fromEntries(fields.map((field) => [field, answer[field]])),
  )
  return {
    content: [{ text, type: 'text' }],
    isError: !answer.ok,
    structuredContent: JSON.parse(text),
  }
}

function makeOptional(shape: z.ZodRawShape): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      z.optional(schema as z.ZodType),
    ]),
  )
}

/**
 * Offers a schema that lets everything through: the server's own check answers in
 * plain text, where an agent needs the same form as everywhere.
 */
function toLenient(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = (schema as unknown as StandardSchemaWithJSON)['~standard']
  return {
    '~standard': { ...standard, validate: (value) => ({ value: value ?? {} }) },
  }
}
