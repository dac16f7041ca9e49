/** Numbers that a seed determines. */
export type Random = {
  /** Whether, in `chance` of 100 cases. */
  is: (chance: number) => boolean
  /** A whole number from 0 to one below `count`. */
  number: (count: number) => number
  pick: <item>(items: readonly item[]) => item
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const number = (count: number) => Math.floor(next() * count)
  return {
    is: (chance) => number(100) < chance,
    number,
    pick: (items) => items[number(items.length)] as (typeof items)[0],
  }
}
