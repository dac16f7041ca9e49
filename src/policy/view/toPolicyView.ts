import { type Address, getAddress, type Hex, pad } from 'viem'

import {
  type CompileDocumentParameters,
  compileDocument,
} from '../compile/compileDocument.ts'
import { getGroupId } from '../compile/createGroupTable.ts'
import { createNames } from '../decompile/names.ts'
import { parseDocument } from '../document/parseDocument.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { decodePolicy } from '../format/decodePolicy.ts'
import { decodeSet } from '../format/decodeSet.ts'
import { encodeAsset, encodePolicyParts } from '../format/encodePolicy.ts'
import { getBlobHash } from '../format/getBlobHash.ts'
import type {
  PolicyData,
  PolicyPlainRule,
  PolicyRule,
  PolicySet,
} from '../format/types.ts'
import { toDocumentError } from '../toDocumentError.ts'
import type {
  PolicyView,
  ViewAsset,
  ViewCondition,
  ViewLimit,
  ViewPermission,
  ViewRule,
  ViewSet,
  ViewTarget,
} from './policyView.ts'

/** What a view needs beside a policy's own fields. */
type ViewNames = {
  assets: readonly { decimals: number; symbol: string }[]
  document: PolicyDocument | undefined
  getGroupName: (group: Hex) => string
  getName: (address: Address) => string
  getSource: (path: string) => ViewRule['source']
  limitPaths: readonly string[]
  /** Of plain rules, in the order of the permissions. */
  rulePaths: readonly string[]
  setBlobs: readonly Hex[]
}

/**
 * Compiles a document and looks at what came of it.
 *
 * @throws {@link PolicyDocumentError}
 */
export function viewDocument(
  source: PolicyDocument,
  parameters: CompileDocumentParameters,
): PolicyView & {
  document: PolicyDocument
  warnings: readonly { message: string; path: string }[]
} {
  const parsed = parseDocument(source)
  if (parsed.document === undefined) throw toDocumentError(parsed.faults)
  const { document } = parsed
  const { compiled, faults } = compileDocument(document, parameters)
  if (compiled === undefined) throw toDocumentError(faults)
  const data = decodePolicy(compiled.bytes)
  const { permissions, setPermissions } = encodePolicyParts(data)
  const paths = new Map(
    compiled.rules
      .filter(({ type }) => type === 'plain')
      .map(({ offset, path }) => [offset, path]),
  )
  const offsets = [...permissions, ...setPermissions].flatMap(
    ({ alternatives, offset }) =>
      alternatives.length === 0 ? [offset] : alternatives,
  )
  const groups = new Map(
    (document.groups ?? []).map((name) => [getGroupId(name), name]),
  )
  const names = getAddressNames(document, parameters.chainId)
  const view = toPolicyView(data, {
    assets: compiled.assets,
    document,
    getGroupName: (group) => groups.get(group) ?? group,
    getName: (address) =>
      names.get(address.toLowerCase()) ?? getAddress(address),
    getSource: (path) => document.permissions[getIndex(path)],
    limitPaths: compiled.limits.map(({ path }) => path),
    rulePaths: offsets.map((offset) => paths.get(offset) ?? ''),
    setBlobs: compiled.sets.map(({ bytes }) => bytes),
  })
  return { ...view, document, warnings: compiled.warnings }
}

/**
 * Looks at a policy's bytes. Places are those of the document that
 * `decompilePolicy` writes.
 *
 * @throws {@link PolicyBytesError}
 */
export function viewBytes(
  bytes: Hex,
  parameters: Parameters<typeof createNames>[1],
): PolicyView {
  const data = decodePolicy(bytes)
  const names = createNames(data, parameters)
  const rules = [...data.permissions, ...data.setPermissions].flatMap(
    ({ rule }) => getPlainRules(rule),
  )
  return toPolicyView(data, {
    assets: data.assets.map((_, index) => ({
      decimals: names.getDecimals(index),
      symbol: names.getSymbol(index),
    })),
    document: undefined,
    getGroupName: (group) => group,
    getName: (address) => getAddress(address),
    getSource: () => undefined,
    limitPaths: data.limits.map((_, index) => `limits[${index}]`),
    rulePaths: rules.map((_, index) => `permissions[${index}]`),
    setBlobs: parameters.sets ?? [],
  })
}

function toPolicyView(data: PolicyData, names: ViewNames): PolicyView {
  const { document, getGroupName, getName } = names
  const blobs = new Map(names.setBlobs.map((blob) => [getBlobHash(blob), blob]))
  const sets = data.sets.map((set) => toSet(set, blobs))
  const assets = data.assets.map((asset, index): ViewAsset => {
    const { decimals = 0, symbol = '' } = names.assets[index] ?? {}
    const isCounted = asset.kind === 'operations' || asset.kind === 'gas'
    return {
      ...asset,
      decimals: asset.kind === 'gas' ? 18 : decimals,
      key: encodeAsset(asset),
      symbol: isCounted ? asset.kind : symbol,
    }
  })
  const getGroup = (group: number | undefined) =>
    group === undefined ? undefined : data.groups[group]

  let count = 0
  const toRule = (rule: PolicyPlainRule): ViewRule => {
    const path = names.rulePaths[count] ?? 'permissions'
    count += 1
    return {
      conditions: rule.conditions.map(
        (condition): ViewCondition =>
          'set' in condition
            ? { ...condition, set: getOf(sets, condition.set) }
            : condition,
      ),
      exact: rule.exact,
      group: getGroup(rule.group),
      headWords: rule.headWords,
      path,
      source: names.getSource(path),
      spends: rule.spends.map(({ asset, word }) => ({
        asset: getOf(assets, asset),
        word,
      })),
      tier: rule.tier,
      valueCap: rule.valueCap,
    }
  }
  const toTarget = (set: number | undefined, except: boolean): ViewTarget =>
    set === undefined
      ? { type: 'any' }
      : { except, set: getOf(sets, set), type: 'set' }

  return {
    approvers:
      data.tiers?.approvers === undefined
        ? undefined
        : getOf(sets, data.tiers.approvers),
    data,
    document,
    getGroupName,
    getName,
    limits: data.limits.map((limit, index): ViewLimit => {
      const path = names.limitPaths[index] ?? 'limits'
      return {
        ...limit,
        asset: getOf(assets, limit.asset),
        group: getGroup(limit.group),
        path,
        source: document?.limits[getIndex(path)],
      }
    }),
    paymasters:
      data.paymasters === undefined ? undefined : getOf(sets, data.paymasters),
    permissions: [
      ...data.permissions.map(
        ({ kind, rule, selector, target }): ViewPermission => ({
          kind,
          rules: getPlainRules(rule).map(toRule),
          selector,
          target: { address: target.toLowerCase() as Address, type: 'one' },
        }),
      ),
      ...data.setPermissions.map(
        ({ except, kind, rule, selector, set }): ViewPermission => ({
          kind,
          rules: getPlainRules(rule).map(toRule),
          selector,
          target: toTarget(set, except),
        }),
      ),
    ],
  }
}

/** The plain rules of a rule, each with its value of the switch. */
function getPlainRules(rule: PolicyRule): readonly PolicyPlainRule[] {
  if (rule.type === 'plain') return [rule]
  return rule.alternatives.map(({ rule: plain, value }) => ({
    ...plain,
    conditions: [{ op: 'equal', value, word: rule.word }, ...plain.conditions],
  }))
}

function toSet(set: PolicySet, blobs: ReadonlyMap<Hex, Hex>): ViewSet {
  if (!('blobHash' in set)) return toKnownSet(set)
  const bytes = blobs.get(set.blobHash)
  if (bytes !== undefined) return toKnownSet(decodeSet(bytes))
  return {
    elements: undefined,
    isAddresses: set.kind === 'addressesBlob',
    key: set.blobHash,
  }
}

function toKnownSet(
  set: Extract<PolicySet, { kind: 'addresses' | 'words' }>,
): ViewSet {
  const isAddresses = set.kind === 'addresses'
  const elements = isAddresses
    ? set.addresses.map(
        (address) => pad(address, { size: 32 }).toLowerCase() as Hex,
      )
    : set.words
  return { elements, isAddresses, key: `${set.kind} ${elements.join()}` }
}

/** Names of addresses on one chain, each the first that the document has. */
function getAddressNames(
  { assets, contracts = {} }: PolicyDocument,
  chainId: number,
): ReadonlyMap<string, string> {
  const locations = [
    ...Object.entries(contracts),
    ...Object.entries(assets).flatMap(([name, asset]) =>
      'address' in asset ? [[name, asset.address] as const] : [],
    ),
  ]
  const names = new Map<string, string>()
  for (const [name, location] of locations) {
    const address =
      typeof location === 'string' ? location : location[`eip155:${chainId}`]
    const key = address?.toLowerCase()
    if (key !== undefined && !names.has(key)) names.set(key, name)
  }
  return names
}

function getIndex(path: string): number {
  return Number(/\[(\d+)\]/.exec(path)?.[1] ?? -1)
}

/** An index that the bytes have is one that they define. */
function getOf<item>(items: readonly item[], index: number): item {
  return items[index] as item
}
