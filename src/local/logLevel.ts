/** How much of what anvil and Alto print goes to standard error. */
export type LogLevel = 'silent' | 'info' | 'debug'

/**
 * Returns what forwards the lines of a program to standard error, or nothing
 * if they are not to be shown.
 */
export function toLineWriter(name: string, logLevel: LogLevel) {
  if (logLevel === 'silent') return undefined
  return (line: string) => process.stderr.write(`[${name}] ${line}\n`)
}
