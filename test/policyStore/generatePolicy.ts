import { concatHex, type Hex, size, slice } from 'viem'

import {
  buildAsset,
  buildCondition,
  buildInterval,
  buildLimit,
  buildPin,
  buildRule,
  buildSpend,
  buildSwitch,
  buildTiers,
  type ops,
  type PermissionParts,
  type PolicyParts,
  type RuleBuilder,
  type SetParts,
  type SetPermissionParts,
  toBytes,
} from './buildPolicy.ts'
import { buildBlobSet, selectors, word } from './samples.ts'

/** Draws an integer between two others, both included. */
export type Draw = (min: number, max: number) => number

/** Ids of sets that are blobs of their own, and that the store has. */
export type PublishedSets = { addresses: Hex; words: Hex }

/** How many addresses such a set has at least. */
const publishedAddresses = 3

type RuleOptions = NonNullable<Parameters<typeof buildRule>[0]>

/** A policy that the format allows, with some of everything. */
export function generatePolicy(
  draw: Draw,
  published: PublishedSets,
): Partial<PolicyParts> {
  return new Generator(draw, published).generate()
}

class Generator {
  readonly draw: Draw
  readonly published: PublishedSets
  readonly sets: SetParts[]
  readonly assets: Hex[]
  readonly groups: Hex[]
  /** Actions of the limits and tiers of the rules that were drawn. */
  readonly actions = new Set<number>()

  constructor(draw: Draw, published: PublishedSets) {
    this.draw = draw
    this.published = published
    this.sets = this.generateSets()
    this.assets = this.generateAssets()
    // A group needs a limit, and there is none on the gas of a group.
    const hasGroups = this.assets.some((_, asset) => this.kindOf(asset) < 6)
    const groups = hasGroups ? draw(0, 3) : 0
    this.groups = Array.from({ length: groups }, (_, i) =>
      toBytes(draw(1, 2 ** 40) * 4 + i, 16),
    ).sort()
  }

  flip(): boolean {
    return this.draw(0, 1) === 1
  }

  pick<value>(values: readonly value[]): value {
    return values[this.draw(0, values.length - 1)] as value
  }

  generate(): Partial<PolicyParts> {
    const { draw, sets } = this
    const paymasters = sets.findIndex((_, index) => this.isAddresses(index))
    const begin = draw(0, 2 ** 40)
    const limits = this.generateLimits()
    const permissions = this.generatePermissions()
    const setPermissions = this.generateSetPermissions()
    return {
      header: {
        flags: BigInt(draw(0, 3)),
        validAfter: BigInt(begin),
        validUntil: BigInt(draw(begin, 2 ** 47 - 1)),
        maxWindow: BigInt(draw(1, 86_400)),
        chainId: BigInt(draw(1, 2 ** 32)),
        paymasters: BigInt(this.flip() ? paymasters + 1 : 0),
        nonceMask: 2n ** 192n - 1n,
        nonceValue: BigInt(draw(0, 2 ** 40)),
        gasExponent: BigInt(draw(0, 15)),
        guardian: BigInt(draw(0, 2 ** 40)),
      },
      assets: this.assets,
      groups: this.groups,
      limits,
      sets,
      tiers: this.generateTiers(),
      weekly: this.generateIntervals(3, 604_800),
      blackouts: this.generateIntervals(6, 2 ** 47 - 1),
      permissions,
      setPermissions,
    }
  }

  /** A tier: none, most often. */
  tier(): number {
    if (this.draw(0, 3) > 0) return 0
    const hasApprovers = this.sets.some((_, index) => this.isAddresses(index))
    const tier = this.draw(1, hasApprovers ? 3 : 2)
    this.actions.add(tier)
    return tier
  }

  /** What the tiers that were drawn ask for. */
  generateTiers(): Hex[] {
    const [delays, approves] = [this.actions.has(2), this.actions.has(3)]
    if (!delays && !approves) return []
    const seconds = () => (delays ? this.draw(1, 2 ** 32 - 1) : 0)
    const sets = this.sets.flatMap((_, index) =>
      this.isAddresses(index) ? [index] : [],
    )
    const approvers = approves ? this.pick(sets) : -1
    const set = this.sets[approvers]
    const count =
      typeof set === 'object' ? set.elements.length : publishedAddresses
    return [
      buildTiers({
        approvers: approvers + 1,
        delay: seconds(),
        lifetime: seconds(),
        threshold: approves ? this.draw(1, count) : 0,
      }),
    ]
  }

  generateSets(): SetParts[] {
    const elements = (length: number) => {
      let last = 2 ** 16
      return Array.from({ length: this.draw(1, 4) }, () => {
        last += this.draw(1, 1_000)
        return toBytes(last, length)
      })
    }
    const sets: SetParts[] = []
    for (const length of [20, 20, 32])
      if (this.flip()) sets.push({ elements: elements(length) })
    if (this.flip()) sets.push(buildBlobSet(3, this.published.addresses))
    if (this.flip()) sets.push(buildBlobSet(4, this.published.words))
    return sets
  }

  isAddresses(index: number): boolean {
    const set = this.sets[index] as SetParts
    return typeof set === 'string'
      ? slice(set, 0, 1) === '0x03'
      : size(set.elements[0] as Hex) === 20
  }

  generateAssets(): Hex[] {
    const assets: Hex[] = []
    if (this.flip()) assets.push(buildAsset(1, toBytes(0, 20)))
    for (const [kind, first] of [
      [2, 0x20],
      [3, 0x30],
      [4, 0x40],
    ] as const)
      for (let i = this.draw(0, 2); i > 0; i--) {
        const address = toBytes(2 ** 40 * (first - (kind === 4 ? 0 : i)), 20)
        const id = kind === 4 ? BigInt(9 - i) : 0n
        assets.push(buildAsset(kind, address, id))
      }
    if (this.flip()) assets.push(buildAsset(5, toBytes(0, 20)))
    if (this.flip()) assets.push(buildAsset(6, toBytes(0, 20)))
    return assets
  }

  kindOf(asset: number): number {
    return Number(slice(this.assets[asset] as Hex, 0, 1))
  }

  get native(): boolean {
    return this.assets.length > 0 && this.kindOf(0) === 1
  }

  generateLimits(): Hex[] {
    const limits = this.assets.map((_, asset) =>
      this.generateLimit(asset, 3, { scope: 0 }),
    )
    this.groups.forEach((_, index) => {
      const assets = this.assets.flatMap((_, asset) =>
        this.kindOf(asset) < 6 ? [asset] : [],
      )
      if (assets.length === 0) return
      const asset = this.pick(assets)
      limits.push(
        this.generateLimit(asset, this.pick([2, this.rollingKindOf(asset)]), {
          group: index + 1,
          isThreshold: true,
          scope: this.pick([2, 3]),
        }),
      )
    })
    this.assets.forEach((_, asset) => {
      const scope = this.draw(0, 1)
      const kind = this.pick([1, 2, 4, this.rollingKindOf(asset)])
      const isCounted = this.kindOf(asset) > 4
      if (kind === 1 && (scope === 1 || isCounted)) return
      limits.push(this.generateLimit(asset, kind, { isThreshold: true, scope }))
    })
    return sortBy(limits, 15)
  }

  /** Kind of the rolling limits that the asset may have; another for gas. */
  rollingKindOf(asset: number): number {
    const kind = this.kindOf(asset)
    return kind === 6 ? 4 : kind === 5 ? 6 : 5
  }

  generateLimit(
    asset: number,
    kind: number,
    {
      isThreshold = false,
      ...fields
    }: { group?: number; isThreshold?: boolean; scope: number },
  ): Hex {
    const hasLength = [2, 5, 6].includes(kind)
    const mayPass = isThreshold && kind < 5 && this.kindOf(asset) < 6
    const action = mayPass ? this.tier() : 0
    return buildLimit(asset, {
      ...fields,
      kind,
      anchor: kind === 2 ? BigInt(this.draw(0, 2 ** 46)) : 0n,
      length: hasLength ? BigInt(this.draw(60, 2 ** 32 - 1)) : 0n,
      action,
      amount: BigInt(
        this.draw(action === 0 ? 1 : 0, kind === 6 ? 1_000 : 2 ** 40),
      ),
    })
  }

  generateIntervals(length: number, max: number): Hex[] {
    const intervals: Hex[] = []
    let last = this.draw(0, 1_000)
    for (let i = this.draw(0, 3); i > 0; i--) {
      const end = last + this.draw(1, 100_000)
      if (end <= max) intervals.push(buildInterval(last, end, length))
      last = end + this.draw(1, 100_000)
    }
    return intervals
  }

  /** One token call for each asset, and calls that use the sets and groups. */
  generatePermissions(): PermissionParts[] {
    const permissions: PermissionParts[] = []
    const collection = this.assets.findIndex(
      (_, asset) => this.kindOf(asset) === 4,
    )
    this.assets.forEach((asset, index) => {
      const target = slice(asset, 1, 21)
      const kind = this.kindOf(index)
      if (kind === 2) permissions.push(...this.generateErc20(target, index))
      if (kind === 3) permissions.push(this.generateErc721(target, index))
      if (index === collection)
        permissions.push(this.generateErc1155(target, index))
    })
    if (this.native)
      permissions.push({
        target: toBytes(2 ** 41, 20),
        kind: 0,
        selector: selectors.none,
        rule: buildRule({
          group: this.group(),
          tier: this.tier(),
          valueCap: 1n,
        }),
      })
    permissions.push({
      target: toBytes(2 ** 42, 20),
      kind: 1,
      selector: selectors.swap,
      rule: this.generateUse(),
    })
    for (let i = this.draw(0, 2); i > 0; i--)
      permissions.push({
        target: toBytes(2 ** 43 + i, 20),
        kind: 1,
        selector: toBytes(this.draw(0, 2 ** 24), 4),
        rule: this.flip()
          ? this.generateCall()
          : this.generateSwitch(() => this.generateCall(4), this.draw(0, 3)),
      })
    const keys = permissions.map(({ kind, selector, target }) =>
      concatHex([target, toBytes(kind, 1), selector]),
    )
    return [...permissions].sort((a, b) =>
      (keys[permissions.indexOf(a)] as Hex) <
      (keys[permissions.indexOf(b)] as Hex)
        ? -1
        : 1,
    )
  }

  generateSetPermissions(): SetPermissionParts[] {
    const all = this.sets.flatMap((_, index) =>
      this.isAddresses(index) ? [index] : [],
    )
    const set = all[0] ?? -1
    const result: SetPermissionParts[] = []
    const pay = (index: number) => ({
      kind: 0,
      selector: selectors.none,
      set: index,
      rule: buildRule({ tier: this.tier(), valueCap: 2n }),
    })
    if (this.native)
      for (const index of [...all, ...all.map((index) => 0x80 + index), 0xff])
        if (this.flip()) result.push(pay(index))
    if (set < 0) return result
    for (const selector of [selectors.swap, selectors.deposit] as const)
      for (const index of all)
        if (this.draw(0, 3) === 0)
          result.push({
            kind: 1,
            selector,
            set: index,
            rule: this.flip()
              ? this.generateCall()
              : this.generateSwitch(() => this.generateCall(4)),
          })
    return result
  }

  group(): number {
    return this.draw(0, this.groups.length)
  }

  /** Uses every group and every set. */
  generateUse(): RuleBuilder {
    const conditions = this.sets.map((_, index) =>
      buildCondition(this.flip() ? 'in' : 'notIn', index, toBytes(index, 1)),
    )
    const headWords = this.sets.length + 1
    return buildSwitch(
      this.sets.length,
      [0, ...this.groups.keys()].map((index, i) => ({
        value: word(i),
        rule: buildRule({
          group: i === 0 ? 0 : index + 1,
          tier: this.tier(),
          headWords,
          conditions,
        }),
      })),
    )
  }

  generateSwitch(generate: (value: Hex) => RuleBuilder, at = 0): RuleBuilder {
    let value = 2 ** 17
    return buildSwitch(
      at,
      Array.from({ length: this.draw(1, 3) }, () => {
        value += this.draw(1, 1_000)
        return { value: word(value), rule: generate(word(value)) }
      }),
    )
  }

  /** A call whose arguments are nested at random, and read at random. */
  generateCall(
    headWords = this.pick([0, 1, 2, 3, 4, 4, this.draw(5, 2 ** 15)]),
  ): RuleBuilder {
    const conditions: Hex[] = []
    const readable: number[] = []
    let free = headWords + this.draw(0, 2)
    const isExact = this.draw(0, 3) === 0

    const read = (at: number) => {
      readable.push(at)
      const value = toBytes(this.draw(0, 2 ** 32 - 1), 32)
      const choices: (keyof typeof ops)[] = [
        'equal',
        'notEqual',
        'atMost',
        'atLeast',
        'signedAtMost',
        'signedAtLeast',
        'account',
        'address',
        'mask',
        ...(this.sets.length > 0 ? (['in', 'notIn'] as const) : []),
      ]
      const getOperand = (op: keyof typeof ops) => {
        if (op === 'account' || op === 'address') return '0x'
        if (op === 'mask') return concatHex([word(2 ** 32 - 1), value])
        return op === 'in' || op === 'notIn'
          ? toBytes(this.draw(0, this.sets.length - 1), 1)
          : value
      }
      // Mostly one, and now and then several, which need not agree.
      const drawn = [0, 0, 1, 1, 1, 1, 2, 3][this.draw(0, 7)]
      const chosen = Array.from({ length: drawn ?? 0 }, () =>
        this.pick(choices),
      )
      for (const op of new Set(chosen))
        conditions.push(buildCondition(op, at, getOperand(op)))
    }
    const visit = (at: number, base: number, depth: number) => {
      read(at)
      if (isExact || depth === 3 || this.flip()) return
      const start = free
      if (this.flip()) {
        const length = this.draw(1, 3)
        conditions.push(buildPin('pointer', at, start - base, length))
        free += length + this.draw(0, 1)
        for (let i = 0; i < length; i++) visit(start + i, start, depth + 1)
      } else {
        const elementSize = this.draw(0, 2)
        const length = this.draw(0, elementSize === 0 ? 70 : 3)
        const words =
          elementSize === 0 ? Math.ceil(length / 32) : length * elementSize
        conditions.push(buildPin('pointer', at, start - base, 1))
        conditions.push(buildPin('length', start, length, elementSize))
        readable.push(start)
        free += 1 + words
        for (let i = 1; i <= words; i++) visit(start + i, start + 1, depth + 1)
      }
    }
    for (let at = 0; at < headWords; at++)
      if (at < 3 || at + 3 > headWords) visit(at, 0, 0)

    const spendable = this.assets.flatMap((_, asset) =>
      this.kindOf(asset) <= 4 ? [asset] : [],
    )
    const spends = spendable.flatMap((asset) =>
      Array.from({ length: this.pick([0, 0, 1, 1, 2]) }, () =>
        readable.length > 0 && this.flip()
          ? buildSpend(asset, this.pick(readable))
          : buildSpend(asset),
      ),
    )
    return buildRule({
      group: this.group(),
      tier: this.tier(),
      flags: isExact ? 1 : 0,
      headWords,
      spends: sortBy(spends, 4),
      conditions: [...conditions].sort((a, b) =>
        toKey(a) < toKey(b) ? -1 : 1,
      ),
      valueCap: this.native ? BigInt(this.draw(0, 2 ** 40)) : 0n,
    })
  }

  /** A condition on an address, or the switch around it. */
  withParty(
    at: number,
    isSpender: boolean,
    options: RuleOptions,
    isInSwitch = false,
  ): RuleBuilder {
    const before = options.conditions ?? []
    const build = (conditions: readonly Hex[]) =>
      buildRule({
        ...options,
        group: this.group(),
        tier: this.tier(),
        conditions: [
          ...before.filter((c) => toWordOf(c) < at),
          ...conditions,
          ...before.filter((c) => toWordOf(c) > at),
        ],
      })
    const set = this.sets.findIndex((_, index) => this.isAddresses(index))
    const choices: (() => RuleBuilder)[] = [
      () => build([buildCondition('equal', at, word(this.draw(0, 2 ** 40)))]),
    ]
    if (!isInSwitch)
      choices.push(() => this.generateSwitch(() => build([]), at))
    if (set >= 0)
      choices.push(() => build([buildCondition('in', at, toBytes(set, 1))]))
    if (set >= 0 && !isSpender)
      choices.push(() => build([buildCondition('notIn', at, toBytes(set, 1))]))
    if (!isSpender)
      choices.push(
        () => build([buildCondition('account', at)]),
        () => build([buildCondition('address', at)]),
      )
    return this.pick(choices)()
  }

  generateErc20(target: Hex, asset: number): PermissionParts[] {
    const choices: [Hex, () => RuleBuilder][] = [
      [
        selectors.transfer,
        () =>
          this.withParty(0, false, {
            flags: 1,
            headWords: 2,
            spends: [buildSpend(asset, 1)],
          }),
      ],
      [
        selectors.approve,
        () =>
          this.withParty(0, true, {
            flags: 1,
            headWords: 2,
            spends: [buildSpend(asset, 1)],
            conditions: [buildCondition('atMost', 1, word(this.draw(0, 99)))],
          }),
      ],
      [
        selectors.transferFrom,
        () =>
          this.withParty(1, false, {
            flags: 1,
            headWords: 3,
            spends: [buildSpend(asset, 2)],
            conditions: [buildCondition('account', 0)],
          }),
      ],
      [
        selectors.withdraw,
        () =>
          buildRule({
            flags: 1,
            headWords: 1,
            spends: [buildSpend(asset, 0)],
          }),
      ],
    ]
    if (this.native)
      choices.push([
        selectors.deposit,
        () => buildRule({ flags: 1, valueCap: 1n }),
      ])
    const first = this.draw(0, choices.length - 1)
    return choices
      .filter((_, index) => index === first || this.draw(0, 3) === 0)
      .map(([selector, generate]) => ({
        target,
        kind: 1,
        selector,
        rule: generate(),
      }))
  }

  generateErc721(target: Hex, asset: number): PermissionParts {
    const selector = this.pick([
      selectors.transferFrom,
      selectors.safeTransferFrom,
      selectors.safeTransferFromWithData,
    ])
    const hasData = selector === selectors.safeTransferFromWithData
    const rule = this.withParty(1, false, {
      flags: hasData ? 0 : 1,
      headWords: hasData ? 4 : 3,
      spends: [buildSpend(asset)],
      conditions: [
        buildCondition('account', 0),
        buildCondition('atMost', 2, word(this.draw(0, 99))),
      ],
    })
    return { target, kind: 1, selector, rule }
  }

  /** All ids of the collection, told apart by a switch. */
  generateErc1155(target: Hex, first: number): PermissionParts {
    const ids = this.assets.flatMap((asset, index) =>
      this.kindOf(index) === 4 ? [{ id: slice(asset, 21), index }] : [],
    )
    const build = (
      { id, index }: { id: Hex; index: number },
      isSwitch: boolean,
    ) =>
      this.withParty(
        1,
        false,
        {
          headWords: 5,
          spends: [buildSpend(index, 3)],
          conditions: [
            buildCondition('account', 0),
            ...(isSwitch ? [] : [buildCondition('equal', 2, id)]),
          ],
        },
        isSwitch,
      )
    const only = { id: slice(this.assets[first] as Hex, 21), index: first }
    return {
      target,
      kind: 1,
      selector: selectors.safeTransferFromId,
      rule:
        ids.length === 1
          ? build(only, false)
          : buildSwitch(
              2,
              ids.map((asset) => ({
                value: asset.id,
                rule: build(asset, true),
              })),
            ),
    }
  }
}

/** `word ‖ op` of a condition. */
function toKey(condition: Hex): Hex {
  return concatHex([slice(condition, 1, 3), slice(condition, 0, 1)])
}

function toWordOf(condition: Hex): number {
  return Number(slice(condition, 1, 3))
}

function sortBy(records: readonly Hex[], length: number): Hex[] {
  const keys = new Map(
    records.map((record) => [slice(record, 0, length), record]),
  )
  return [...keys.keys()].sort().map((key) => keys.get(key) as Hex)
}
