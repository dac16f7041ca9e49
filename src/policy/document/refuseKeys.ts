import type { DocumentFault } from './fault.ts'
import type { DocumentPath } from './path.ts'

const reservedKeys: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
]

/**
 * Finds keys that mean something to every object, and objects that inherit
 * keys: the schema would not see them, or take them for what they are not.
 */
export function refuseKeys(value: unknown): readonly DocumentFault[] {
  const faults: DocumentFault[] = []
  const seen = new Set<object>()
  const visit = (inner: unknown, path: DocumentPath): void => {
    if (typeof inner !== 'object' || inner === null || seen.has(inner)) return
    seen.add(inner)
    if (Array.isArray(inner)) {
      inner.forEach((element, index) => {
        visit(element, [...path, index])
      })
      return
    }
    if (!isPlain(inner))
      faults.push({
        fix: 'Write its keys in the object itself.',
        message: 'The object is not plain: it has a prototype.',
        path,
      })
    for (const key of Object.keys(inner)) {
      const place = [...path, key]
      if (reservedKeys.includes(key))
        faults.push({
          fix: 'Use another name, or leave it out.',
          message: `\`${key}\` cannot be a key.`,
          path: place,
        })
      else visit((inner as Record<string, unknown>)[key], place)
    }
  }
  visit(value, [])
  return faults
}

/** Whether an object inherits from no other than the root of all. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
