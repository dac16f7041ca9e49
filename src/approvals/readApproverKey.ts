import type { PrivateKeyAccount } from 'viem'

import { readPrivateKey } from '../node/readPrivateKey.ts'
import { ApprovalFileError } from './errors.ts'

/**
 * Reads an approver's private key from a file that nobody else may read, for
 * `signApproval`. It has no business on the agent's machine.
 *
 * What the file holds is repeated nowhere, in no error either.
 *
 * @param path - File with 64 hexadecimal digits, with or without 0x; mode 0600
 * @returns Account that signs with the key
 */
export function readApproverKey(path: string): PrivateKeyAccount {
  return readPrivateKey(
    path,
    (fault) => new ApprovalFileError({ field: 'path', ...fault }),
  )
}
