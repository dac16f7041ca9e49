import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { isHex, type PrivateKeyAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { ConfigurationError } from '../errors.ts'
import { getSystemReason } from './getSystemReason.ts'

const variable = 'MANDATE_AGENT_KEY_FILE'

/** A file with more in it is no key. */
const maxSize = 4_096

/**
 * Reads the agent's private key from a file that nobody else may read.
 *
 * What the file holds is repeated nowhere, in no error either.
 *
 * @param path - File with 64 hexadecimal digits, with or without 0x
 * @returns Account that signs with the key
 */
export function readAgentKey(path: string): PrivateKeyAccount {
  const text = readPrivateFile(path).trim()
  const key = text.startsWith('0x') ? text : `0x${text}`

  // The library's own error would repeat the key.
  const account = isHex(key, { strict: true }) ? toAccount(key) : undefined
  if (!account)
    throw refuse(
      'The file does not hold a private key.',
      'Have it hold 64 hexadecimal digits and nothing else.',
    )
  return account
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
function readPrivateFile(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw refuse(
      `The file ${path} cannot be read: ${getSystemReason(error)}.`,
      "Set it to the path of the file with the agent's private key.",
    )
  }
  try {
    const status = fstatSync(file)
    if (!status.isFile() || status.size > maxSize)
      throw refuse(
        `${path} is not a file with a private key.`,
        "Set it to the path of the file with the agent's private key.",
      )
    const user = process.getuid?.()
    if (user !== undefined && status.uid !== user)
      throw refuse(
        `${path} belongs to another user (${status.uid}) than the one who runs the server (${user}).`,
        `Run the server as that user, or \`chown\` the file; if others could read it, replace the key.`,
      )
    // Windows has no such modes; there, the folder's access list protects it.
    const isOpenToOthers =
      process.platform !== 'win32' && (status.mode & 0o077) !== 0
    if (isOpenToOthers)
      throw refuse(
        `Others than its owner may open ${path} (mode ${(status.mode & 0o777).toString(8).padStart(4, '0')}).`,
        `Run \`chmod 600 ${path}\`; if others could read it, replace the key.`,
      )
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function refuse(message: string, fix: string): ConfigurationError {
  return new ConfigurationError({ issues: [{ fix, message, variable }] })
}
