import { getAddress, type Hex } from 'viem'

import { maxBlobSize, setHeaderSize } from './constants.ts'
import { createReader } from './createReader.ts'
import type { PolicySetElements } from './encodeSet.ts'

/**
 * Decodes a set from a blob of its own.
 *
 * @throws {@link PolicyBytesError}
 */
export function decodeSet(bytes: Hex): PolicySetElements {
  const reader = createReader(bytes)
  const header = reader.hex(0, setHeaderSize)
  const isAddresses = header === '0x00020100'
  if (!isAddresses && header !== '0x00030100')
    reader.refuse('The first four bytes are not those of a set, version 1.')

  const elementSize = isAddresses ? 20 : 32
  const length = (reader.size - setHeaderSize) / elementSize
  if (length < 1 || !Number.isInteger(length) || reader.size > maxBlobSize)
    reader.refuse('The set is empty, too long or no whole number of elements.')
  const elements = Array.from({ length }, (_, index) =>
    reader.hex(setHeaderSize + index * elementSize, elementSize),
  )
  if (elements.some((element, i) => element <= (elements[i - 1] ?? '')))
    reader.refuse('The elements of the set do not ascend.')
  return isAddresses
    ? {
        addresses: elements.map((element) => getAddress(element)),
        kind: 'addresses',
      }
    : { kind: 'words', words: elements }
}
