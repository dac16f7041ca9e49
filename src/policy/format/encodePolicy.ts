import { concatHex, type Hex, numberToHex, size, zeroAddress } from 'viem'

import {
  actions,
  assetKinds,
  callKinds,
  headerSize,
  periodKinds,
  setKinds,
} from './constants.ts'
import { encodeReference, encodeRule } from './encodeRule.ts'
import type {
  PolicyAsset,
  PolicyData,
  PolicyLimit,
  PolicyRule,
  PolicySpan,
} from './types.ts'

/** Where a rule lies, in bytes from the start of the blob. */
export type RuleOffset = {
  /** Of each alternative's plain rule; empty for a plain rule. */
  alternatives: readonly number[]
  offset: number
}

export type EncodedPolicy = {
  bytes: Hex
  permissions: readonly RuleOffset[]
  setPermissions: readonly RuleOffset[]
}

export function encodeAsset({ address, id, kind }: PolicyAsset): Hex {
  return concatHex([
    numberToHex(assetKinds.indexOf(kind), { size: 1 }),
    toLowerCase(address),
    numberToHex(id, { size: 32 }),
  ])
}

/** The first 15 bytes of a limit, which no two limits of a policy share. */
export function encodeLimitKey(limit: PolicyLimit): Hex {
  return concatHex([
    numberToHex(limit.asset, { size: 1 }),
    encodeScope(limit),
    encodeReference(limit.group),
    numberToHex(periodKinds.indexOf(limit.kind), { size: 1 }),
    numberToHex(limit.length, { size: 4 }),
    numberToHex(limit.anchor, { size: 6 }),
    numberToHex(actions.indexOf(limit.action), { size: 1 }),
  ])
}

export function encodeScope({
  group,
  scope,
}: Pick<PolicyLimit, 'group' | 'scope'>): Hex {
  const bits = (scope === 'account' ? 1 : 0) | (group === undefined ? 0 : 2)
  return numberToHex(bits, { size: 1 })
}

/** Encodes a policy without asking whether the store would take it. */
export function encodePolicyParts(policy: PolicyData): EncodedPolicy {
  const { permissions, setPermissions } = policy
  const records = [
    policy.assets.map(encodeAsset),
    [...policy.groups],
    policy.limits.map((limit) =>
      concatHex([
        encodeLimitKey(limit),
        '0x00',
        numberToHex(limit.amount, { size: 16 }),
      ]),
    ),
    policy.sets.map(() => numberToHex(0, { size: 33 })),
    policy.tiers === undefined ? [] : [encodeTiers(policy.tiers)],
    policy.weekly.map((span) => encodeSpan(span, 3)),
    policy.blackouts.map((span) => encodeSpan(span, 6)),
    [],
    permissions.map(() => numberToHex(0, { size: 27 })),
    setPermissions.map(() => numberToHex(0, { size: 8 })),
  ].map((section) => concatHex(section as Hex[]))

  const rulesOffset = headerSize + sum(records.map(size))
  const rules = encodeRules(
    [...permissions, ...setPermissions].map(({ rule }) => rule),
    rulesOffset,
  )
  const ruleBytes = concatHex(rules.map(({ bytes }) => bytes))
  const data = encodeSets(policy, rulesOffset + size(ruleBytes))

  records[3] = data.records
  records[8] = concatHex(
    permissions.map(({ kind, selector, target }, index) =>
      concatHex([
        target,
        numberToHex(callKinds.indexOf(kind), { size: 1 }),
        selector,
        numberToHex(rules[index]?.offset ?? 0, { size: 2 }),
      ]),
    ),
  )
  records[9] = concatHex(
    setPermissions.map(({ except, kind, selector, set }, index) =>
      concatHex([
        numberToHex(callKinds.indexOf(kind), { size: 1 }),
        selector,
        numberToHex(set === undefined ? 0xff : set | (except ? 0x80 : 0), {
          size: 1,
        }),
        numberToHex(rules[permissions.length + index]?.offset ?? 0, {
          size: 2,
        }),
      ]),
    ),
  )
  const sections = [...records, ruleBytes, data.bytes]
  return {
    bytes: toLowerCase(
      concatHex([encodeHeader(policy, sections.map(size)), ...sections]),
    ),
    permissions: rules.slice(0, permissions.length),
    setPermissions: rules.slice(permissions.length),
  }
}

/**
 * Encodes a policy in the binary format of `docs/policy-format.md`.
 *
 * Writes what it is given: `checkPolicy` tells whether a store would take it.
 */
export function encodePolicy(policy: PolicyData): Hex {
  return encodePolicyParts(policy).bytes
}

function encodeHeader(policy: PolicyData, sizes: readonly number[]): Hex {
  const findAsset = (kind: PolicyAsset['kind']) => {
    const index = policy.assets.findIndex((asset) => asset.kind === kind)
    return encodeReference(index === -1 ? undefined : index)
  }
  const flags = (policy.executeUserOp ? 1 : 0) | (policy.settlement ? 2 : 0)
  let offset = headerSize
  const directory = [0, ...sizes].map((length) => {
    offset += length
    return numberToHex(offset, { size: 2 })
  })
  return concatHex([
    '0x000101',
    numberToHex(flags, { size: 1 }),
    numberToHex(policy.validAfter, { size: 6 }),
    numberToHex(policy.validUntil, { size: 6 }),
    numberToHex(policy.maxWindow, { size: 4 }),
    numberToHex(policy.chainId, { size: 8 }),
    encodeReference(policy.paymasters),
    findAsset('native'),
    findAsset('operations'),
    findAsset('gas'),
    numberToHex(policy.nonceMask, { size: 24 }),
    numberToHex(policy.maxPreVerificationGas, { size: 8 }),
    numberToHex(policy.nonceValue, { size: 24 }),
    numberToHex(policy.maxGas, { size: 8 }),
    numberToHex(policy.maxFeePerGas, { size: 16 }),
    numberToHex(policy.gasBudget, { size: 5 }),
    numberToHex(policy.gasExponent, { size: 1 }),
    numberToHex(policy.maxCalls, { size: 1 }),
    numberToHex(0, { size: 9 }),
    policy.guardian ?? zeroAddress,
    numberToHex(0, { size: 12 }),
    ...directory,
    numberToHex(0, { size: 6 }),
  ])
}

function encodeTiers(tiers: NonNullable<PolicyData['tiers']>): Hex {
  return concatHex([
    numberToHex(tiers.delay, { size: 4 }),
    numberToHex(tiers.lifetime, { size: 4 }),
    numberToHex(tiers.threshold, { size: 1 }),
    encodeReference(tiers.approvers),
    '0x0000',
  ])
}

function encodeSpan({ end, start }: PolicySpan, length: number): Hex {
  return concatHex([
    numberToHex(start, { size: length }),
    numberToHex(end, { size: length }),
  ])
}

function encodeRules(rules: readonly PolicyRule[], start: number) {
  let offset = start
  return rules.map((rule) => {
    const encoded = { ...encodeRule(rule, offset), offset }
    offset += size(encoded.bytes)
    return encoded
  })
}

function encodeSets({ sets }: PolicyData, start: number) {
  let offset = start
  const elements: Hex[] = []
  const records = sets.map((set) => {
    const kind = numberToHex(setKinds.indexOf(set.kind), { size: 1 })
    if ('blobHash' in set) return concatHex([kind, set.blobHash])
    const members = set.kind === 'addresses' ? set.addresses : set.words
    const reference = concatHex([
      kind,
      numberToHex(offset, { size: 2 }),
      numberToHex(members.length, { size: 2 }),
      numberToHex(0, { size: 28 }),
    ])
    elements.push(...members)
    offset += members.length * (set.kind === 'addresses' ? 20 : 32)
    return reference
  })
  return { bytes: concatHex(elements), records: concatHex(records) }
}

function toLowerCase(bytes: Hex): Hex {
  return bytes.toLowerCase() as Hex
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
