import { readFileSync } from 'node:fs'
import { extname } from 'node:path'

import { PolicyDocumentError } from '../../errors/policyDocument.ts'
import { getSystemReason } from '../../node/getSystemReason.ts'
import type { PolicyDocument } from '../../policy/document/policySchema.ts'
import { parsePolicy } from '../../policy/parsePolicy.ts'
import { ConfigurationError } from '../errors.ts'

const variable = 'MANDATE_POLICY_FILE'

/**
 * Reads a policy document from a `.json` or `.yaml` file.
 *
 * @param path - File
 * @returns Document, checked
 */
export function readPolicyFile(path: string): PolicyDocument {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError({
      issues: [
        {
          fix: 'Set it to the path of a policy document, or leave it out.',
          message: `The file ${path} cannot be read: ${getSystemReason(error)}.`,
          variable,
        },
      ],
    })
  }

  try {
    const format = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml'
    return parsePolicy(text, { format })
  } catch (error) {
    if (!(error instanceof PolicyDocumentError))
      throw new ConfigurationError({
        cause: error as Error,
        issues: [
          {
            fix: 'Set it to a policy document that is written plainly, or leave it out.',
            message: `The file ${path} cannot be read as a policy document${error instanceof RangeError ? ': it is nested too deeply' : ''}.`,
            variable,
          },
        ],
      })
    throw new ConfigurationError({
      cause: error,
      issues: error.issues.map(({ fix, line, message, path: place }) => ({
        fix,
        message: `${path}${line === undefined ? '' : `, line ${line}`}${place === '' ? '' : `, ${place}`}: ${message}`,
        variable,
      })),
    })
  }
}
