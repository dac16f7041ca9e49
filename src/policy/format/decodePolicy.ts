import {
  getAddress,
  type Hex,
  IntegerOutOfRangeError,
  slice,
  zeroAddress,
} from 'viem'

import { PolicyBytesError } from '../../errors/policyDocument.ts'
import { checkPolicy } from './checkPolicy.ts'
import {
  actions,
  assetKinds,
  callKinds,
  directoryOffset,
  headerSize,
  maxBlobSize,
  periodKinds,
  recordSizes,
  sectionCount,
  setKinds,
} from './constants.ts'
import { createReader, type Reader } from './createReader.ts'
import { decodeRule } from './decodeRule.ts'
import { encodePolicy } from './encodePolicy.ts'
import type {
  PolicyData,
  PolicyLimit,
  PolicyPermission,
  PolicySet,
  PolicySetPermission,
} from './types.ts'

/**
 * Decodes a policy from its bytes.
 *
 * Refuses bytes that are not canonical, as the store does. Sets in blobs of
 * their own are not looked into.
 *
 * @throws {@link PolicyBytesError}
 */
export function decodePolicy(bytes: Hex): PolicyData {
  const reader = createReader(bytes)
  if (reader.size > maxBlobSize)
    reader.refuse(`The blob is longer than ${maxBlobSize} bytes.`)
  if (reader.size < headerSize)
    reader.refuse(`The blob is shorter than its header of ${headerSize} bytes.`)
  if (reader.hex(0, 3) !== '0x000101')
    reader.refuse('The first three bytes are not those of a policy, version 1.')

  const policy = decodeFields(reader)
  if (!isEncodingOf(policy, reader.bytes))
    reader.refuse('The same policy has other canonical bytes.')
  const faults = checkPolicy(policy)
  if (faults.length > 0)
    throw new PolicyBytesError({
      reasons: faults.map(({ at, message }) => `${at.join('.')}: ${message}`),
    })
  return policy
}

function isEncodingOf(policy: PolicyData, bytes: Hex): boolean {
  try {
    return encodePolicy(policy) === bytes
  } catch (error) {
    // Rules that are named twice may not fit where offsets can reach.
    if (error instanceof IntegerOutOfRangeError) return false
    throw error
  }
}

function decodeFields(reader: Reader): PolicyData {
  const sections = decodeDirectory(reader)
  const flags = reader.number(3, 1)
  if (flags > 3) reader.refuse('Flag bits are set that have no meaning.')
  const chainId = reader.number(20, 8)
  const guardian = reader.address(128)
  const paymasters = decodeReference(reader, 28)

  const read = <T>(section: number, decode: (offset: number) => T) =>
    (sections[section] ?? []).map(decode)
  const [tiers] = read(4, (offset) => ({
    approvers: decodeReference(reader, offset + 9),
    delay: reader.number(offset, 4),
    lifetime: reader.number(offset + 4, 4),
    threshold: reader.number(offset + 8, 1),
  }))
  return {
    assets: read(0, (offset) => ({
      address: reader.address(offset + 1),
      id: reader.bigint(offset + 21, 32),
      kind: reader.name(assetKinds, offset),
    })),
    blackouts: read(6, (offset) => decodeSpan(reader, offset, 6)),
    chainId,
    executeUserOp: (flags & 1) !== 0,
    gasBudget: reader.bigint(112, 5),
    gasExponent: reader.number(117, 1),
    groups: read(1, (offset) => reader.hex(offset, 16)),
    guardian: guardian === zeroAddress ? undefined : guardian,
    limits: read(2, (offset) => decodeLimit(reader, offset)),
    maxCalls: reader.number(118, 1),
    maxFeePerGas: reader.bigint(96, 16),
    maxGas: reader.bigint(88, 8),
    maxPreVerificationGas: reader.bigint(56, 8),
    maxWindow: reader.number(16, 4),
    nonceMask: reader.bigint(32, 24),
    nonceValue: reader.bigint(64, 24),
    paymasters,
    permissions: read(8, (offset) => decodePermission(reader, offset)),
    setPermissions: read(9, (offset) => decodeSetPermission(reader, offset)),
    sets: read(3, (offset) => decodeSetRecord(reader, offset)),
    settlement: (flags & 2) !== 0,
    tiers,
    validAfter: reader.number(4, 6),
    validUntil: reader.number(10, 6),
    weekly: read(5, (offset) => decodeSpan(reader, offset, 3)),
  }
}

/** Offsets of the records of each section, in bytes. */
function decodeDirectory(reader: Reader): readonly (readonly number[])[] {
  const entries = Array.from({ length: sectionCount + 1 }, (_, index) =>
    reader.number(directoryOffset + 2 * index, 2),
  )
  if (entries[0] !== headerSize || entries[sectionCount] !== reader.size)
    reader.refuse('The directory does not span the blob.')
  return recordSizes.map((recordSize, section) => {
    const start = entries[section] ?? 0
    const length = (entries[section + 1] ?? 0) - start
    if (length < 0 || length % recordSize !== 0)
      reader.refuse(`Section ${section} is no whole number of records.`)
    return Array.from(
      { length: recordSize === 1 ? 0 : length / recordSize },
      (_, index) => start + index * recordSize,
    )
  })
}

function decodeReference(reader: Reader, offset: number): number | undefined {
  const reference = reader.number(offset, 1)
  return reference === 0 ? undefined : reference - 1
}

function decodeSpan(reader: Reader, offset: number, length: number) {
  return {
    end: reader.number(offset + length, length),
    start: reader.number(offset, length),
  }
}

function decodeLimit(reader: Reader, offset: number): PolicyLimit {
  const scope = reader.number(offset + 1, 1)
  const group = decodeReference(reader, offset + 2)
  if (scope > 3 || ((scope & 2) !== 0) !== (group !== undefined))
    reader.refuse(`The limit at ${offset} has no valid scope.`)
  return {
    action: reader.name(actions, offset + 14),
    amount: reader.bigint(offset + 16, 16),
    anchor: reader.number(offset + 8, 6),
    asset: reader.number(offset, 1),
    group,
    kind: reader.name(periodKinds, offset + 3),
    length: reader.number(offset + 4, 4),
    scope: (scope & 1) === 0 ? 'agent' : 'account',
  }
}

function decodeSetRecord(reader: Reader, offset: number): PolicySet {
  const kind = reader.name(setKinds, offset)
  if (kind === 'addressesBlob' || kind === 'wordsBlob')
    return { blobHash: reader.hex(offset + 1, 32), kind }

  const start = reader.number(offset + 1, 2)
  const length = reader.number(offset + 3, 2)
  const size = kind === 'addresses' ? 20 : 32
  const elements = reader.hex(start, length * size)
  const getElement = (_: unknown, index: number) =>
    slice(elements, index * size, (index + 1) * size)
  return kind === 'addresses'
    ? {
        addresses: Array.from({ length }, getElement).map((element) =>
          getAddress(element),
        ),
        kind,
      }
    : { kind, words: Array.from({ length }, getElement) }
}

function decodePermission(reader: Reader, offset: number): PolicyPermission {
  return {
    kind: reader.name(callKinds, offset + 20),
    rule: decodeRule(reader, reader.number(offset + 25, 2)),
    selector: reader.hex(offset + 21, 4),
    target: reader.address(offset),
  }
}

function decodeSetPermission(
  reader: Reader,
  offset: number,
): PolicySetPermission {
  const set = reader.number(offset + 5, 1)
  return {
    except: set !== 0xff && set >= 0x80,
    kind: reader.name(callKinds, offset),
    rule: decodeRule(reader, reader.number(offset + 6, 2)),
    selector: reader.hex(offset + 1, 4),
    set: set === 0xff ? undefined : set & 0x7f,
  }
}
