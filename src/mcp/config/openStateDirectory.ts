import { mkdirSync, statSync } from 'node:fs'

import { getLooseMode } from '../../node/getLooseMode.ts'
import { getSystemReason } from '../../node/getSystemReason.ts'
import { ConfigurationError } from '../errors.ts'

const variable = 'MANDATE_STATE_DIR'

/**
 * Creates the folder for what the server remembers, or checks that nobody else
 * may open the one that is there.
 *
 * @param path - Folder
 */
export function openStateDirectory(path: string): void {
  let mode: number
  try {
    mkdirSync(path, { mode: 0o700, recursive: true })
    mode = statSync(path).mode
  } catch (error) {
    throw new ConfigurationError({
      issues: [
        {
          fix: 'Set it to a folder that this user may write to.',
          message: `The folder ${path} cannot be used: ${getSystemReason(error)}.`,
          variable,
        },
      ],
    })
  }

  const looseMode = getLooseMode(mode)
  if (looseMode)
    throw new ConfigurationError({
      issues: [
        {
          fix: `Run \`chmod 700 ${path}\`, or set it to another folder.`,
          message: `Others than its owner may open ${path} (mode ${looseMode}).`,
          variable,
        },
      ],
    })
}
