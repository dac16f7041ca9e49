/** Reads a property of anything, whatever it is and whatever that throws. */
export function readProperty(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null
      ? (value as { readonly [name: string]: unknown })[name]
      : undefined
  } catch {
    return undefined
  }
}
