/** Returns an object without what is undefined in it. */
export function omitUndefined<type extends object>(value: type): type {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as type
}
