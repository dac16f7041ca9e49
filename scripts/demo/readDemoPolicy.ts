import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Address } from 'viem'

import { BaseError } from '../../src/errors/base.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { parsePolicy } from '../../src/policy/parsePolicy.ts'

/** Symbols and names that the demo's payments speak of. */
const needed = {
  assets: ['ETH', 'TUSD'],
  contracts: ['landlord', 'subscriptions', 'vendor'],
} as const

/**
 * Reads the demo's policy from its file.
 *
 * @param path - JSON or YAML file
 */
export function readDemoPolicy(path: string): PolicyDocument {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    throw new BaseError(`The policy file ${path} cannot be read (${code}).`, {
      metaMessages: [
        'Name a file with `--policy`, or leave it out to take examples/demo/policy.yaml.',
      ],
    })
  }

  const format = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml'
  const document = parsePolicy(text, { format })
  for (const section of ['assets', 'contracts'] as const)
    for (const name of needed[section])
      if (!document[section]?.[name])
        throw new BaseError(
          `The policy file ${path} has no \`${section}.${name}\`.`,
          {
            metaMessages: [
              'The demo pays and asks by these names: add it, as in examples/demo/policy.yaml.',
            ],
          },
        )
  return document
}

/** Puts the address of the local chain's token into the policy. */
export function withToken(
  document: PolicyDocument,
  token: Address,
): PolicyDocument {
  return definePolicy({
    ...document,
    assets: {
      ...document.assets,
      TUSD: { address: token, decimals: 6, type: 'erc20' },
    },
  })
}

/** Returns the policy with another daily budget of dollars. */
export function withDailyDollars(
  document: PolicyDocument,
  amount: string,
): PolicyDocument {
  return definePolicy({
    ...document,
    limits: document.limits.map((limit) =>
      'asset' in limit && limit.asset === 'TUSD' && limit.per === 'day'
        ? { ...limit, amount }
        : limit,
    ),
  })
}
