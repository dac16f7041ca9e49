import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { isHex, type PrivateKeyAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { ApprovalFileError } from './errors.ts'

/** A file with more in it is no key. */
const maxSize = 4_096

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
  const text = readPrivately(path).trim()
  const key = text.startsWith('0x') ? text : `0x${text}`

  // The library's own error would repeat the key.
  const account = isHex(key, { strict: true }) ? toAccount(key) : undefined
  return (
    account ??
    refuse(
      `The file ${path} does not hold a private key.`,
      'Have it hold 64 hexadecimal digits and nothing else.',
    )
  )
}

function toAccount(key: `0x${string}`): PrivateKeyAccount | undefined {
  if (key.length !== 66) return undefined
  try {
    return privateKeyToAccount(key)
  } catch {
    return undefined
  }
}

/** Reads a file through one handle, so that what was checked is what is read. */
function readPrivately(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const code = (error as { code?: unknown } | undefined)?.code
    return refuse(
      `The file ${path} cannot be read (${code ?? 'unknown reason'}).`,
      "Pass the path of the file with the approver's private key.",
    )
  }
  try {
    const status = fstatSync(file)
    if (!status.isFile() || status.size > maxSize)
      refuse(
        `${path} is not a file with a private key.`,
        "Pass the path of the file with the approver's private key.",
      )
    const user = process.getuid?.()
    if (user !== undefined && status.uid !== user)
      refuse(
        `${path} belongs to another user (${status.uid}) than this one (${user}).`,
        'Approve as that user, or `chown` the file; if others could read it, replace the key.',
      )
    // Windows has no such modes; there, the folder's access list protects it.
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0)
      refuse(
        `Others than its owner may open ${path} (mode ${(status.mode & 0o777).toString(8).padStart(4, '0')}).`,
        `Run \`chmod 600 ${path}\`; if others could read it, replace the key.`,
      )
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function refuse(message: string, fix: string): never {
  throw new ApprovalFileError({ field: 'path', fix, message })
}
