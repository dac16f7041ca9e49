/** A document is read, and never changed. */
export type DeepReadonly<T> = T extends readonly [unknown, ...unknown[]]
  ? { readonly [key in keyof T]: DeepReadonly<T[key]> }
  : T extends readonly (infer element)[]
    ? readonly DeepReadonly<element>[]
    : T extends object
      ? { readonly [key in keyof T]: DeepReadonly<T[key]> }
      : T
