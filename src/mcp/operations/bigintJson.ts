/** Marks a text that was an integer. */
const mark = '#bigint:'

/** Writes a value as JSON in which integers of any size stand. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    typeof item === 'bigint' ? `${mark}${item}` : item,
  )
}

/** Reads what {@link toJson} wrote. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, item) =>
    typeof item === 'string' && item.startsWith(mark)
      ? BigInt(item.slice(mark.length))
      : item,
  )
}
