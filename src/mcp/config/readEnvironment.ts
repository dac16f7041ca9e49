import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Address } from 'viem'
import { z } from 'zod'

import type { PolicyEntryPointVersion } from '../../accounts/getEntryPoint.ts'
import { policyValidatorAddress } from '../../constants/addresses.ts'
import { addressSchema } from '../../policy/document/scalars.ts'
import { ConfigurationError, type ConfigurationIssue } from '../errors.ts'

// A message is what is wrong, then, on a line of its own, what to do.

const urlError =
  'This is not an HTTP URL.\nSet it to one such as https://rpc.example.org.'

const urlSchema = z.url({ error: urlError, protocol: /^https?$/ })

const pathSchema = z.string()

const environmentSchema = z.object({
  MANDATE_ACCOUNT: addressSchema,
  MANDATE_AGENT_KEY_FILE: pathSchema,
  MANDATE_BUNDLER_URL: urlSchema,
  MANDATE_ENTRY_POINT: z
    .enum(['0.7', '0.8'], {
      error: 'This is not an EntryPoint.\nSet it to 0.7 or 0.8.',
    })
    .default('0.7'),
  MANDATE_MODE: z
    .literal('agent', {
      error: 'This is not a mode.\nSet it to agent, or leave it out.',
    })
    .default('agent'),
  MANDATE_POLICY_FILE: pathSchema.optional(),
  MANDATE_POLICY_STORE: addressSchema.optional(),
  MANDATE_RPC_URL: urlSchema,
  MANDATE_STATE_DIR: pathSchema.optional(),
  MANDATE_VALIDATOR: addressSchema.default(policyValidatorAddress),
})

/** What each variable is for, as the fix for one that is missing. */
const purposes: { readonly [variable: string]: string } = {
  MANDATE_ACCOUNT: 'Set it to the address of the smart account.',
  MANDATE_AGENT_KEY_FILE:
    "Set it to the path of the file with the agent's private key.",
  MANDATE_BUNDLER_URL: 'Set it to the URL of an ERC-4337 bundler.',
  MANDATE_RPC_URL: 'Set it to the URL of a node of the chain.',
}

/** Variables that look as if they hold a key rather than name its file. */
const secretName = /^MANDATE_(?!AGENT_KEY_FILE$).*(?:KEY|MNEMONIC|SECRET|SEED)/

export type ServerEnvironment = {
  account: Address
  agentKeyFile: string
  bundlerUrl: string
  entryPoint: PolicyEntryPointVersion
  policyFile: string | undefined
  policyStore: Address | undefined
  rpcUrl: string
  stateDirectory: string
  validator: Address
}

/**
 * Reads the server's settings from environment variables, and finds every fault
 * at once. A variable that is empty counts as not set.
 *
 * @param variables - Such as `process.env`
 * @returns {@link ServerEnvironment}
 */
export function readEnvironment(variables: {
  readonly [name: string]: string | undefined
}): ServerEnvironment {
  const given = Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) =>
        name.startsWith('MANDATE_') && value !== undefined && value !== '',
    ),
  )

  const result = environmentSchema.safeParse(given)
  const issues = [
    ...Object.keys(given)
      .filter((name) => secretName.test(name))
      .map(toSecretIssue),
    ...Object.keys(given)
      .filter(
        (name) =>
          !secretName.test(name) &&
          !Object.hasOwn(environmentSchema.shape, name),
      )
      .map(toUnknownIssue),
    ...(result.error?.issues ?? []).map((issue) => toIssue(issue, given)),
  ]
  if (issues.length > 0 || !result.success)
    throw new ConfigurationError({ issues })

  const { data } = result
  return {
    account: data.MANDATE_ACCOUNT as Address,
    agentKeyFile: data.MANDATE_AGENT_KEY_FILE,
    bundlerUrl: data.MANDATE_BUNDLER_URL,
    entryPoint: data.MANDATE_ENTRY_POINT,
    policyFile: data.MANDATE_POLICY_FILE,
    policyStore: data.MANDATE_POLICY_STORE as Address | undefined,
    rpcUrl: data.MANDATE_RPC_URL,
    stateDirectory: data.MANDATE_STATE_DIR ?? join(homedir(), '.mandate'),
    validator: data.MANDATE_VALIDATOR as Address,
  }
}

function toIssue(
  issue: z.core.$ZodIssue,
  given: { readonly [name: string]: string | undefined },
): ConfigurationIssue {
  const variable = String(issue.path[0])
  if (given[variable] === undefined)
    return {
      fix: purposes[variable] ?? 'Set it.',
      message: 'It is not set.',
      variable,
    }
  const [message = '', fix = ''] = issue.message.split('\n')
  return { fix, message, variable }
}

function toUnknownIssue(variable: string): ConfigurationIssue {
  const names = Object.keys(environmentSchema.shape)
  return {
    fix: `Take it out, or correct its name to one of ${names.join(', ')}.`,
    message: 'There is no such variable; it is likely misspelt.',
    variable,
  }
}

function toSecretIssue(variable: string): ConfigurationIssue {
  return {
    fix: 'Take it out, and name a file of mode 0600 in MANDATE_AGENT_KEY_FILE; if it held a key, replace that key.',
    message: 'Keys are not read from the environment, which others can see.',
    variable,
  }
}
