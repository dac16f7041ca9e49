import { concatHex, type Hex } from 'viem'

import { setKinds } from '../format/constants.ts'
import { encodeSet, type PolicySetElements } from '../format/encodeSet.ts'
import { getBlobHash } from '../format/getBlobHash.ts'
import type { PolicySet } from '../format/types.ts'

/** A set before it has its place in the policy. */
export type SetSource =
  | {
      /** Lower-case addresses or 32-byte words, in any order. */
      elements: readonly Hex[]
      /** Whether it is a blob of its own. Default: by its size. */
      external?: boolean | undefined
      kind: 'addresses' | 'words'
    }
  | { blobHash: Hex; kind: 'addressesBlob' | 'wordsBlob' }

/** A set that must be published before the policy that names it. */
export type CompiledSet = { bytes: Hex; hash: Hex }

export type SetTable = {
  /** Returns a handle, the same for equal sets. */
  add: (source: SetSource) => number
  finish: () => {
    blobs: readonly CompiledSet[]
    getIndex: (handle: number) => number
    sets: readonly PolicySet[]
    /** Handles in the table's order. */
    handles: readonly number[]
  }
  get: (handle: number) => SetEntry
}

type SetEntry = {
  /** Undefined where only the id of the set is known. */
  elements: readonly Hex[] | undefined
  isAddresses: boolean
}

/** Most bytes of a set inside a policy, unless its owner says so. */
const maxEmbeddedSize = 20_480

type Row = SetEntry & { blob?: CompiledSet; key: Hex; set: PolicySet }

/** Collects the sets of a policy: each once, in their canonical order. */
export function createSetTable(): SetTable {
  const rows: Row[] = []
  return {
    add: (source) => {
      const row = toRow(source)
      const handle = rows.findIndex(({ key }) => key === row.key)
      return handle === -1 ? rows.push(row) - 1 : handle
    },
    finish: () => {
      const handles = rows
        .map((_, handle) => handle)
        .sort((one, other) => compare(rows[one]?.key, rows[other]?.key))
      const ordered = handles.flatMap((handle) => rows[handle] ?? [])
      return {
        blobs: ordered.flatMap(({ blob }) => blob ?? []),
        getIndex: (handle) => handles.indexOf(handle),
        handles,
        sets: ordered.map(({ set }) => set),
      }
    },
    get: (handle) =>
      rows[handle] ?? { elements: undefined, isAddresses: false },
  }
}

function toRow(source: SetSource): Row {
  if ('blobHash' in source)
    return {
      elements: undefined,
      isAddresses: source.kind === 'addressesBlob',
      key: getKey(source.kind, source.blobHash),
      set: source,
    }
  const elements = [...new Set(source.elements)].sort()
  const isAddresses = source.kind === 'addresses'
  const size = elements.length * (isAddresses ? 20 : 32)
  const set: PolicySetElements = isAddresses
    ? { addresses: elements, kind: 'addresses' }
    : { kind: 'words', words: elements }
  if (!(source.external ?? size > maxEmbeddedSize))
    return {
      elements,
      isAddresses,
      key: getKey(set.kind, concatHex(elements)),
      set,
    }

  const bytes = encodeSet(set)
  const blob = { bytes, hash: getBlobHash(bytes) }
  const kind = isAddresses ? 'addressesBlob' : 'wordsBlob'
  return {
    blob,
    elements,
    isAddresses,
    key: getKey(kind, blob.hash),
    set: { blobHash: blob.hash, kind },
  }
}

function getKey(kind: PolicySet['kind'], content: Hex): Hex {
  return concatHex([`0x0${setKinds.indexOf(kind)}`, content])
}

function compare(one: Hex = '0x', other: Hex = '0x'): number {
  return one < other ? -1 : one > other ? 1 : 0
}
