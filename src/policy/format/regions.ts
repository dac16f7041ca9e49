/** Words that the callee reads from where the policy reads them. */
export type Regions = {
  /** Lets the region that `word` makes up alone grow by its elements. */
  grow: (word: number, length: number, elementSize: number) => boolean
  has: (word: number) => boolean
  /** Opens the region to which the offset pinned in `word` leads. */
  open: (word: number, offset: number, size: number) => boolean
}

type Region = {
  /** Word from which offsets that stand in the region count. */
  base: number
  /** First word behind it. */
  end: number
  start: number
}

/** Regions of one rule, of which the first is the ABI head. */
export function createRegions(headWords: number): Regions {
  const list: Region[] = [{ base: 0, end: headWords, start: 0 }]
  const find = (word: number) =>
    list.find(({ end, start }) => start <= word && word < end)
  const isTaken = (start: number, end: number) =>
    list.some((region) => start < region.end && region.start < end)

  return {
    grow: (word, length, elementSize) => {
      const region = find(word)
      if (!region || region.start !== word || region.end !== word + 1)
        return false
      const size =
        elementSize === 0 ? Math.ceil(length / 32) : length * elementSize
      if (region === list[0] || isTaken(word + 1, region.end + size))
        return false
      region.end += size
      region.base = word + 1
      return true
    },
    has: (word) => find(word) !== undefined,
    open: (word, offset, size) => {
      const start = (find(word)?.base ?? 0) + offset
      if (size === 0 || start < headWords || isTaken(start, start + size))
        return false
      list.push({ base: start, end: start + size, start })
      return true
    },
  }
}
