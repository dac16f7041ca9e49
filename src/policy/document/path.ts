/** Place in the document. */
export type DocumentPath = readonly (number | string)[]

/** Writes a place as `permissions[2].where.amountIn`. */
export function formatPath(path: DocumentPath): string {
  return path
    .map((part, index) =>
      typeof part === 'number'
        ? `[${part}]`
        : index === 0
          ? part
          : /^[\w$-]+$/.test(part)
            ? `.${part}`
            : `[${JSON.stringify(part)}]`,
    )
    .join('')
}
