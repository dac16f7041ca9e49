/**
 * Returns the mode of a file or folder that others than its owner may open, in
 * octal, such as `0644`; undefined where nobody else may.
 *
 * Windows has no such modes; there, the folder's access list protects it.
 *
 * @param mode - Mode as the operating system has it, with or without the type's bits
 */
export function getLooseMode(mode: number): string | undefined {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined
  return (mode & 0o777).toString(8).padStart(4, '0')
}
