import type { PrivateKeyAccount } from 'viem'

import { readPrivateKey } from '../../node/readPrivateKey.ts'
import { ConfigurationError } from '../errors.ts'

const variable = 'MANDATE_AGENT_KEY_FILE'

/**
 * Reads the agent's private key from a file that nobody else may read.
 *
 * What the file holds is repeated nowhere, in no error either.
 *
 * @param path - File with 64 hexadecimal digits, with or without 0x; mode 0600
 * @returns Account that signs with the key
 */
export function readAgentKey(path: string): PrivateKeyAccount {
  return readPrivateKey(
    path,
    (fault) => new ConfigurationError({ issues: [{ ...fault, variable }] }),
  )
}
