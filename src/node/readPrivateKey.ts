import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { isHex, type PrivateKeyAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { getLooseMode } from './getLooseMode.ts'
import { getSystemReason } from './getSystemReason.ts'

/** Why a file cannot be used, as the caller's own error says it. */
export type FileFault = {
  /** What to do about it. */
  fix: string
  message: string
}

/** A file with more in it is no key. In bytes. */
const maxSize = 4_096

/**
 * Reads a private key from a file that nobody else may read.
 *
 * What the file holds is repeated nowhere, in no fault either.
 *
 * @param path - File with 64 hexadecimal digits, with or without 0x; mode 0600
 * @param toError - Makes the error that is thrown where the file is refused
 * @returns Account that signs with the key
 */
export function readPrivateKey(
  path: string,
  toError: (fault: FileFault) => Error,
): PrivateKeyAccount {
  const text = readPrivately(path, toError).trim()
  const key = text.startsWith('0x') ? text : `0x${text}`

  // The library's own error would repeat the key.
  const account = isHex(key, { strict: true }) ? toAccount(key) : undefined
  if (!account)
    throw toError({
      fix: 'Have it hold 64 hexadecimal digits and nothing else.',
      message: `The file ${path} does not hold a private key.`,
    })
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
function readPrivately(
  path: string,
  toError: (fault: FileFault) => Error,
): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw toError({
      fix: 'Give the path of the file with the private key.',
      message: `The file ${path} cannot be read: ${getSystemReason(error)}.`,
    })
  }
  try {
    const status = fstatSync(file)
    if (!status.isFile() || status.size > maxSize)
      throw toError({
        fix: 'Give the path of the file with the private key.',
        message: `${path} is not a file with a private key.`,
      })
    const user = process.getuid?.()
    if (user !== undefined && status.uid !== user)
      throw toError({
        fix: 'Run this as that user, or `chown` the file; if others could read it, replace the key.',
        message: `${path} belongs to another user (${status.uid}) than the one who runs this (${user}).`,
      })
    const looseMode = getLooseMode(status.mode)
    if (looseMode)
      throw toError({
        fix: `Run \`chmod 600 ${path}\`; if others could read it, replace the key.`,
        message: `Others than its owner may open ${path} (mode ${looseMode}).`,
      })
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}
