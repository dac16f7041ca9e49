/** Choices that a seed determines. */
export type Draw = {
  /** A whole number, both ends included. */
  int: (least: number, most: number) => number
  pick: <item>(items: readonly item[]) => item
  shuffle: <item>(items: readonly item[]) => readonly item[]
}

/** Draws with the generator mulberry32. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number) =>
    least + Math.floor(next() * (most - least + 1))
  return {
    int,
    pick: (items) => {
      const item = items[int(0, items.length - 1)]
      if (item === undefined) throw new Error('There is nothing to pick.')
      return item
    },
    shuffle: (items) =>
      items
        .map((item) => ({ item, rank: next() }))
        .toSorted((one, other) => one.rank - other.rank)
        .map(({ item }) => item),
  }
}
