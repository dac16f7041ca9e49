import { createRequire } from 'node:module'

import { PackageNotInstalledError } from './errors.ts'

/** An optional package that the local chain needs. */
export type OptionalPackage = {
  /** Name to import it by. */
  name: string
  /** What to give to `npm install`. */
  spec: string
}

/**
 * Returns the path of a file in an optional package.
 *
 * @param optionalPackage - {@link OptionalPackage}
 * @param file - Path inside the package. Its main file if left out
 * @param from - Path or URL of the file to look from. This file if left out
 */
export function resolvePackageFile(
  optionalPackage: OptionalPackage,
  file?: string,
  from: string = import.meta.url,
): string {
  const { name, spec } = optionalPackage
  try {
    return createRequire(from).resolve(file ? `${name}/${file}` : name)
  } catch (error) {
    throw new PackageNotInstalledError({
      cause: error as Error,
      installCommand: `npm install --save-dev ${spec}`,
      packageName: name,
    })
  }
}
