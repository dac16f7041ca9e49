import { concatHex, type Hex, hexToBigInt, size, slice } from 'viem'

import {
  buildPolicy,
  buildSet,
  headerLayout,
  type PermissionParts,
  type PolicyParts,
  type RuleBuilder,
  type SetParts,
  type SetPermissionParts,
  toBytes,
} from './buildPolicy.ts'
import { Reader } from './reader.ts'
import {
  type Condition,
  encodeRule,
  type PlainRule,
  readRule,
  readSwitch,
} from './readRule.ts'
import {
  forbiddenSelectors,
  type Role,
  tokenCalls,
  transferSelectors,
} from './tokenCallShapes.ts'

/** Blobs that the store has: their bytes by their ids. */
export type PublishedBlobs = ReadonlyMap<Hex, Hex>

/**
 * Whether the format allows these bytes: the store's rules once more, written
 * from the format's text and in another way. It decodes without distrust, asks
 * of what it has decoded all that the text asks, and at last encodes it again:
 * a byte out of place is one that does not come back.
 */
export function isWellFormed(
  blob: Hex,
  store: Hex,
  published: PublishedBlobs,
): boolean {
  try {
    if (size(blob) < 4 || size(blob) > 24_576) return false
    const reader = new Reader(blob)
    if (reader.number(1, 1) === 1)
      return new Policy(reader, store, published).isValid()
    return isSet(reader)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isAscending(keys: readonly Hex[]): boolean {
  return keys.every((key, i) => i === 0 || key > (keys[i - 1] as Hex))
}

function isSet(reader: Reader): boolean {
  const length = { 2: 20, 3: 32 }[reader.number(1, 1)]
  if (length === undefined) return false
  const elements = reader.records(4, size(reader.blob), length)
  return (
    elements.length > 0 &&
    isAscending(elements) &&
    buildSet(elements) === reader.blob
  )
}

type Asset = { kind: number; address: bigint; id: bigint }
type Chosen = { word: number; value: bigint } | undefined

class Policy {
  readonly reader: Reader
  readonly store: bigint
  readonly published: PublishedBlobs
  readonly directory: number[]
  readonly assets: Asset[]
  readonly setKinds: number[]
  readonly used = {
    assets: new Set<number>(),
    groups: new Set<number>(),
    limitedGroups: new Set<number>(),
    sets: new Set<number>(),
    actions: new Set<number>(),
  }

  constructor(reader: Reader, store: Hex, published: PublishedBlobs) {
    this.reader = reader
    this.store = hexToBigInt(store)
    this.published = published
    this.directory = Array.from({ length: 13 }, (_, i) =>
      reader.number(160 + 2 * i, 2),
    )
    this.assets = this.table(0, 53).map((asset) => ({
      kind: Number(slice(asset, 0, 1)),
      address: hexToBigInt(slice(asset, 1, 21)),
      id: hexToBigInt(slice(asset, 21)),
    }))
    this.setKinds = this.table(3, 33).map((set) => Number(slice(set, 0, 1)))
  }

  section(index: number): [number, number] {
    return [
      this.directory[index] as number,
      this.directory[index + 1] as number,
    ]
  }

  table(index: number, length: number): Hex[] {
    return this.reader.records(...this.section(index), length)
  }

  isValid(): boolean {
    return (
      this.isDirectoryValid() &&
      this.isHeaderValid() &&
      this.areAssetsValid() &&
      this.areLimitsValid() &&
      this.areSetsValid() &&
      this.isScheduleValid() &&
      this.arePermissionsValid() &&
      this.areTiersValid() &&
      this.isAllUsed() &&
      this.comesBack()
    )
  }

  isDirectoryValid(): boolean {
    const maxima = [32, 16, 64, 64, 1, 64, 64, 0, 1e9, 64, 1e9, 1e9]
    const lengths = [53, 16, 32, 33, 12, 6, 12, 1, 27, 8, 1, 1]
    return lengths.every((length, i) => {
      const [start, end] = this.section(i)
      const count = (end - start) / length
      return (
        count >= 0 && Number.isInteger(count) && count <= (maxima[i] as number)
      )
    })
  }

  isHeaderValid(): boolean {
    const get = (name: keyof typeof headerLayout) => {
      const [offset, length] = headerLayout[name]
      return this.reader.integer(offset, length)
    }
    const number = (kind: number) =>
      BigInt(this.assets.findIndex((asset) => asset.kind === kind) + 1)
    const paymasters = Number(get('paymasters'))
    return (
      get('flags') <= 3n &&
      get('validAfter') <= get('validUntil') &&
      get('validUntil') < 2n ** 47n &&
      get('maxWindow') >= 1n &&
      get('maxWindow') <= 86_400n &&
      get('chainId') > 0n &&
      (paymasters === 0 || this.useAddresses(paymasters - 1)) &&
      get('native') === number(1) &&
      get('operations') === number(5) &&
      get('gas') === number(6) &&
      (get('nonceMask') | get('nonceValue')) === get('nonceMask') &&
      get('maxPreVerificationGas') > 0n &&
      get('maxGas') > 0n &&
      get('maxFeePerGas') > 0n &&
      get('gasBudget') > 0n &&
      get('gasExponent') <= 15n &&
      get('maxCalls') > 0n
    )
  }

  areAssetsValid(): boolean {
    const isTokenKind = (kind: number) => kind >= 2 && kind <= 4
    return (
      isAscending(this.table(0, 53)) &&
      this.assets.every(({ address, id, kind }) =>
        isTokenKind(kind)
          ? address > 0xffffn &&
            address !== this.store &&
            (kind === 4 || id === 0n) &&
            this.assets.every(
              (other) => other.address !== address || other.kind === kind,
            )
          : kind >= 1 && kind <= 6 && address === 0n && id === 0n,
      )
    )
  }

  areLimitsValid(): boolean {
    const names = this.table(1, 16)
    if (!isAscending(names)) return false
    if (names.some((name) => hexToBigInt(name) === 0n)) return false

    const budgets = new Set<number>()
    const limits = this.table(2, 32)
    const areValid = limits.every((limit) => {
      const reader = new Reader(limit)
      const [asset, scope, group, kind] = [0, 1, 2, 3].map((offset) =>
        reader.number(offset, 1),
      ) as [number, number, number, number]
      const [length, anchor] = [reader.number(4, 4), reader.number(8, 6)]
      const amount = reader.integer(16, 16)
      const assetKind = this.assets[asset]?.kind
      if (group > 0) this.used.limitedGroups.add(group - 1)
      const action = reader.number(14, 1)
      this.used.actions.add(action)
      const isTotal = scope < 2 && kind !== 1 && action === 0
      if (assetKind !== undefined && (isTotal || assetKind > 4))
        budgets.add(asset)
      return (
        assetKind !== undefined &&
        [0, 1, 2, 3].includes(scope) &&
        scope >= 2 === group > 0 &&
        group <= names.length &&
        [1, 2, 3, 4, 5, 6].includes(kind) &&
        ([2, 5, 6].includes(kind) ? length >= 60 : length === 0) &&
        (kind === 2 ? anchor < 2 ** 47 : anchor === 0) &&
        !(kind === 1 && (scope % 2 === 1 || assetKind > 4)) &&
        !(kind === 5 && assetKind > 4) &&
        !(kind === 6 && (assetKind !== 5 || amount > 1_000n)) &&
        !(assetKind === 6 && group > 0) &&
        action <= 3 &&
        !(action > 0 && (kind > 4 || assetKind === 6)) &&
        (action > 0 || amount > 0n)
      )
    })
    return (
      areValid &&
      isAscending(limits.map((limit) => slice(limit, 0, 15))) &&
      budgets.size === this.assets.length
    )
  }

  areSetsValid(): boolean {
    const records = this.table(3, 33)
    let cursor = this.section(11)[0]
    return (
      isAscending(records) &&
      records.every((record) => {
        const kind = Number(slice(record, 0, 1))
        if (kind === 3 || kind === 4) {
          const blob = this.published.get(slice(record, 1))
          return blob !== undefined && Number(slice(blob, 1, 2)) === kind - 1
        }
        if (kind !== 1 && kind !== 2) return false
        const length = kind === 1 ? 20 : 32
        const [offset, count] = [1, 3].map((at) =>
          Number(slice(record, at, at + 2)),
        ) as [number, number]
        const isInPlace = offset === cursor && count > 0
        cursor += length * count
        return (
          isInPlace && isAscending(this.reader.records(offset, cursor, length))
        )
      })
    )
  }

  isScheduleValid(): boolean {
    return [
      { end: 604_800, intervals: this.table(5, 6), length: 3 },
      { end: 2 ** 47 - 1, intervals: this.table(6, 12), length: 6 },
    ].every(({ end, intervals, length }) => {
      const edges = intervals.flatMap((interval) => [
        slice(interval, 0, length),
        slice(interval, length),
      ])
      return isAscending(edges) && edges.every((edge) => Number(edge) <= end)
    })
  }

  arePermissionsValid(): boolean {
    const permissions = this.table(8, 27)
    const setPermissions = this.table(9, 8)
    let cursor = this.section(10)[0]
    const isRuleValid = (named: Hex, ...call: Call) => {
      if (Number(named) !== cursor) return false
      const { alternatives, end } = readRule(this.reader, cursor)
      cursor = end
      const { isSwitch, word } = readSwitch(this.reader, Number(named))
      return (
        alternatives.length > 0 &&
        isAscending(alternatives.map(({ value }) => toBytes(value, 32))) &&
        alternatives.every(
          ({ rule, value }) =>
            (!isSwitch || (word < rule.headWords && call[0] === 1)) &&
            this.isRuleValid(
              rule,
              isSwitch ? { value, word } : undefined,
              call,
            ),
        )
      )
    }
    return (
      permissions.length + setPermissions.length > 0 &&
      isAscending(permissions.map((record) => slice(record, 0, 25))) &&
      isAscending(setPermissions.map((record) => slice(record, 0, 6))) &&
      permissions.every((record) => {
        const target = hexToBigInt(slice(record, 0, 20))
        const kind = Number(slice(record, 20, 21))
        const selector = slice(record, 21, 25)
        return (
          target > 0xffffn &&
          target !== this.store &&
          isRuleValid(slice(record, 25), kind, selector, target)
        )
      }) &&
      setPermissions.every((record) => {
        const kind = Number(slice(record, 0, 1))
        const selector = slice(record, 1, 5)
        const set = Number(slice(record, 5, 6))
        return (
          this.areTargetsValid(kind, set) &&
          isRuleValid(slice(record, 6), kind, selector, undefined)
        )
      })
    )
  }

  areTargetsValid(kind: number, set: number): boolean {
    if (set >= 0x80)
      return kind === 0 && (set === 0xff || this.useAddresses(set - 0x80))
    if (!this.useAddresses(set)) return false
    const targets = this.addressesOf(set)
    return targets.every(
      (target) =>
        target > 0xffffn &&
        target !== this.store &&
        !(kind === 1 && this.tokensAt(target).length > 0),
    )
  }

  isRuleValid(rule: PlainRule, chosen: Chosen, call: Call): boolean {
    const [kind, selector, target] = call
    const native = this.assets.findIndex((asset) => asset.kind === 1)
    if (rule.group > 0) this.used.groups.add(rule.group - 1)
    if (rule.valueCap > 0n) this.used.assets.add(native)
    this.used.actions.add(rule.tier)
    if (rule.group > this.table(1, 16).length || rule.tier > 3) return false
    if (rule.valueCap > 0n && native < 0) return false
    if (!this.areConditionsValid(rule)) return false
    if (kind === 0)
      return (
        hexToBigInt(selector) === 0n &&
        rule.valueCap > 0n &&
        rule.flags + rule.headWords === 0 &&
        rule.spends.length + rule.conditions.length === 0
      )
    if (kind !== 1 || forbiddenSelectors.includes(selector)) return false
    const tokens = target === undefined ? [] : this.tokensAt(target)
    return tokens.length === 0
      ? !transferSelectors.includes(selector)
      : this.isTokenCallValid(rule, chosen, selector, tokens)
  }

  areConditionsValid(rule: PlainRule): boolean {
    // Word of the arguments to the region that it is in.
    const regions = new Map<number, Region>()
    const head: Region = { base: 0, isHead: true, size: 0 }
    const claim = (region: Region, start: number, length: number) => {
      for (let at = start; at < start + length; at++) {
        if (regions.has(at)) return false
        regions.set(at, region)
      }
      region.size += length
      return true
    }
    claim(head, 0, rule.headWords)

    const isOpen = rule.conditions.every(({ bytes, op, operand, word }) => {
      const region = regions.get(word)
      if (region === undefined || op < 1 || op > 13) return false
      if (op === 7 || op === 8) return this.useSet(Number(operand))
      if (op === 9) {
        const [mask, value] = [slice(bytes, 3, 35), slice(bytes, 35)].map(
          (bytes) => hexToBigInt(bytes),
        ) as [bigint, bigint]
        return (mask | value) === mask
      }
      const [first, second] = [
        Number(operand >> 16n),
        Number(operand & 0xffffn),
      ]
      if (op === 12) {
        const start = region.base + first
        if (start < rule.headWords || second === 0 || rule.flags === 1)
          return false
        return claim({ base: start, isHead: false, size: 0 }, start, second)
      }
      if (op === 13) {
        if (region.isHead || region.size !== 1) return false
        region.base = word + 1
        const words = second === 0 ? Math.ceil(first / 32) : first * second
        // No region reaches so far that this could matter.
        return claim(region, word + 1, Math.min(words, 200_000))
      }
      return true
    })
    return (
      isOpen &&
      isAscending(
        rule.conditions.map(({ op, word }) => toBytes(word * 256 + op, 3)),
      ) &&
      isAscending(
        rule.spends.map(({ asset, source, word }) =>
          concatHex([toBytes(asset, 1), toBytes(source, 1), toBytes(word, 2)]),
        ),
      ) &&
      rule.spends.every(({ asset, source, word }) => {
        this.used.assets.add(asset)
        const kind = this.assets[asset]?.kind ?? 9
        return (
          kind <= 4 &&
          (source === 0 ? regions.has(word) : source === 1 && word === 0)
        )
      })
    )
  }

  isTokenCallValid(
    rule: PlainRule,
    chosen: Chosen,
    selector: Hex,
    tokens: readonly number[],
  ): boolean {
    const known =
      tokenCalls[`${this.assets[tokens[0] as number]?.kind}:${selector}`]
    if (known === undefined) return false
    if (rule.headWords !== known.head || (rule.flags === 1) !== known.exact)
      return false

    let id = 0n
    const areBound = known.roles.every((role, word) => {
      const bounds = rule.conditions.filter(
        (condition) => condition.word === word,
      )
      if (chosen?.word === word)
        bounds.push({
          bytes: '0x',
          op: 1,
          operand: chosen.value,
          word,
        })
      const [bound] = bounds
      if (bounds.length !== 1 || bound === undefined) return false
      if (role === 'id') id = bound.operand
      return this.isBound(role, bound)
    })
    if (!areBound) return false

    if (known.spend === 'value') {
      for (const token of tokens) this.used.assets.add(token)
      return rule.spends.length === 0 && rule.valueCap > 0n
    }
    const [spend] = rule.spends
    return (
      rule.valueCap === 0n &&
      rule.spends.length === 1 &&
      spend !== undefined &&
      tokens.some(
        (token) => token === spend.asset && this.assets[token]?.id === id,
      ) &&
      (known.spend === 'one'
        ? spend.source === 1
        : spend.source === 0 && spend.word === known.spend)
    )
  }

  isBound(role: Role, { op, operand }: Condition): boolean {
    if (role === 'account') return op === 10
    if (role === 'id') return op === 1
    if (op === 1) return operand < 2n ** 160n
    if (op === 7 || (op === 8 && role === 'recipient'))
      return this.isAddresses(Number(operand))
    return role === 'recipient' && (op === 10 || op === 11)
  }

  /** Only once limits and rules have told what they ask for. */
  areTiersValid(): boolean {
    const [delays, approves] = [2, 3].map((action) =>
      this.used.actions.has(action),
    )
    const [tiers] = this.table(4, 12)
    if (tiers === undefined) return !delays && !approves
    const [delay, lifetime] = [0, 4].map((at) =>
      Number(slice(tiers, at, at + 4)),
    ) as [number, number]
    const [threshold, approvers] = [8, 9].map((at) =>
      Number(slice(tiers, at, at + 1)),
    ) as [number, number]
    const areTimesValid = delays
      ? delay > 0 && lifetime > 0
      : delay + lifetime === 0
    const areApproversValid = approves
      ? threshold > 0 &&
        approvers > 0 &&
        this.useAddresses(approvers - 1) &&
        threshold <= this.addressesOf(approvers - 1).length
      : threshold + approvers === 0
    return (
      (delays === true || approves === true) &&
      areTimesValid &&
      areApproversValid
    )
  }

  isAllUsed(): boolean {
    return (
      this.assets.every(
        ({ kind }, index) => kind > 4 || this.used.assets.has(index),
      ) &&
      this.table(1, 16).every(
        (_, index) =>
          this.used.groups.has(index) && this.used.limitedGroups.has(index),
      ) &&
      this.setKinds.every((_, index) => this.used.sets.has(index))
    )
  }

  /** Whether encoding what was decoded gives the same bytes. */
  comesBack(): boolean {
    const header = Object.fromEntries(
      Object.entries(headerLayout).map(([name, [offset, length]]) => [
        name,
        this.reader.integer(offset, length),
      ]),
    )
    const toRule =
      (offset: number): RuleBuilder =>
      (at) =>
        encodeRule(this.reader, offset, at)
    const parts: PolicyParts = {
      header,
      assets: this.table(0, 53),
      groups: this.table(1, 16),
      limits: this.table(2, 32).map((limit) =>
        concatHex([slice(limit, 0, 15), '0x00', slice(limit, 16)]),
      ),
      sets: this.table(3, 33).map((set): SetParts => {
        const kind = Number(slice(set, 0, 1))
        if (kind > 2) return set
        const [offset, count] = [1, 3].map((at) =>
          Number(slice(set, at, at + 2)),
        ) as [number, number]
        const length = kind === 1 ? 20 : 32
        const end = offset + count * length
        return { elements: this.reader.records(offset, end, length) }
      }),
      tiers: this.table(4, 12).map((tiers) =>
        concatHex([slice(tiers, 0, 10), '0x0000']),
      ),
      weekly: this.table(5, 6),
      blackouts: this.table(6, 12),
      conditionsAfter: '0x',
      permissions: this.table(8, 27).map(
        (record): PermissionParts => ({
          target: slice(record, 0, 20),
          kind: Number(slice(record, 20, 21)),
          selector: slice(record, 21, 25),
          rule: toRule(Number(slice(record, 25))),
        }),
      ),
      setPermissions: this.table(9, 8).map(
        (record): SetPermissionParts => ({
          kind: Number(slice(record, 0, 1)),
          selector: slice(record, 1, 5),
          set: Number(slice(record, 5, 6)),
          rule: toRule(Number(slice(record, 6))),
        }),
      ),
      behindRules: '0x',
      behindData: '0x',
    }
    return buildPolicy(parts) === this.reader.blob
  }

  tokensAt(target: bigint): number[] {
    return this.assets.flatMap(({ address, kind }, index) =>
      address === target && kind >= 2 && kind <= 4 ? [index] : [],
    )
  }

  addressesOf(set: number): bigint[] {
    const record = this.table(3, 33)[set] as Hex
    const isBlob = Number(slice(record, 0, 1)) === 3
    const blob = isBlob ? this.published.get(slice(record, 1)) : undefined
    const offset = Number(slice(record, 1, 3))
    const end = offset + 20 * Number(slice(record, 3, 5))
    return (
      blob === undefined
        ? this.reader.records(offset, end, 20)
        : new Reader(blob).records(4, size(blob), 20)
    ).map((address) => hexToBigInt(address))
  }

  isAddresses(set: number): boolean {
    return this.setKinds[set] === 1 || this.setKinds[set] === 3
  }

  useSet(set: number): boolean {
    this.used.sets.add(set)
    return set < this.setKinds.length
  }

  useAddresses(set: number): boolean {
    return this.useSet(set) && this.isAddresses(set)
  }
}

type Call = [kind: number, selector: Hex, target: bigint | undefined]
type Region = { base: number; isHead: boolean; size: number }
