/** The least of some amounts; undefined without any. */
export function getLeast(amounts: readonly bigint[]): bigint | undefined {
  let least = amounts[0]
  for (const amount of amounts)
    if (least !== undefined && amount < least) least = amount
  return least
}
