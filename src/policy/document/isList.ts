/** Whether a value is a list; `Array.isArray` knows no read-only ones. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
